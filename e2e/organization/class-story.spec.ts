import { type BrowserContext, expect, type Locator, type Page, test } from "playwright/test";
import { EventStream } from "../support/event-stream";
import { apiAs, browserAs, cookieOf, type Person } from "../support/people";

/** What one person does shows on every other screen that it concerns within this time. */
const AT_ONCE = { timeout: 1_000 };

type Screen = { page: Page; context: BrowserContext; reads: string[]; loads: number };

/** A person at their portal, live, with what the page asks of the server from here on. */
async function atPortal(context: BrowserContext, path: string): Promise<Screen> {
  const page = await context.newPage();
  const screen: Screen = { page, context, reads: [], loads: 0 };
  page.on("console", (message) => {
    if (message.type() === "error") throw new Error(`${path}: ${message.text()}`);
  });
  await page.goto(path);
  await expect(page.getByRole("button", { name: /^Live/ })).toBeVisible();
  await page.waitForLoadState("networkidle").catch(() => undefined);
  page.on("framenavigated", (frame) => {
    if (frame === page.mainFrame() && frame.url().includes("reload")) screen.loads += 1;
  });
  page.on("load", () => {
    screen.loads += 1;
  });
  page.on("request", (request) => {
    if (!/_next|icon/.test(request.url()))
      screen.reads.push(`${request.method()} ${new URL(request.url()).pathname}`);
  });
  return screen;
}

/** What the screen asked of the server since the last look. */
function readsOf(screen: Screen): string[] {
  return screen.reads.splice(0).sort();
}

async function typeDateTime(group: Locator, at: Date, timeZone: string): Promise<void> {
  const parts = new Map<string, string>(
    new Intl.DateTimeFormat("en-GB", {
      timeZone,
      day: "2-digit",
      month: "2-digit",
      year: "numeric",
      hour: "2-digit",
      minute: "2-digit",
    })
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  for (const part of ["day", "month", "year", "hour", "minute"]) {
    const segment = group.getByRole("spinbutton", { name: new RegExp(`^${part}`, "i") });
    await segment.focus();
    await segment.pressSequentially(parts.get(part) ?? "");
  }
}

test("a class moves from request to completed on every screen that it concerns, and on no other", async ({
  browser,
}) => {
  test.setTimeout(90_000);
  const clock = await apiAs("admin");
  const people: Person[] = ["iffat", "admin", "mike", "harbour"];
  const [iffatContext, adminContext, mikeContext, harbourContext] = await Promise.all(
    people.map((person) => browserAs(browser, person)),
  );
  if (!iffatContext || !adminContext || !mikeContext || !harbourContext) throw new Error("no contexts");
  const iffat = await atPortal(iffatContext, "/organization");
  const admin = await atPortal(adminContext, "/admin");
  let mike = await atPortal(mikeContext, "/instructor");
  const harbour = await atPortal(harbourContext, "/organization");
  const harbourApi = await apiAs("harbour");
  const wire = await EventStream.open(await cookieOf(harbourApi));
  await wire.until(() => wire.cursor !== null);

  const startsAt = new Date(Math.floor(Date.now() / 86_400_000) * 86_400_000 + 86_400_000 + 15 * 3_600_000);
  const place = `Library, floor ${Date.now() % 10_000}`;

  await iffat.page.getByRole("button", { name: "Request a course" }).click();
  const form = iffat.page.getByRole("dialog", { name: "Request a course" });
  await form.getByRole("combobox", { name: "Course" }).fill("Working at h");
  await iffat.page.getByRole("option", { name: /Working at height/ }).click();
  await typeDateTime(form.getByRole("group", { name: /^First choice/ }), startsAt, "Asia/Riyadh");
  await form.getByRole("textbox", { name: "How many people" }).fill("7");
  await form.getByRole("textbox", { name: "Place" }).fill(place);
  readsOf(iffat);
  const sent = admin.page.waitForResponse(/api\/courses\/pending/);
  await form.getByRole("button", { name: "Send request" }).dblclick();

  // The request appears at the admin.
  const adminRow = admin.page.locator("[data-request-id]").filter({ hasText: "Working at height" }).first();
  await sent;
  await expect(adminRow).toBeVisible(AT_ONCE);
  const requestId = (await adminRow.getAttribute("data-request-id")) ?? "";
  const rowAt = (screen: Screen) => screen.page.locator(`[data-request-id="${requestId}"]`);
  await expect(rowAt(iffat)).toBeVisible(AT_ONCE);
  await expect(rowAt(iffat)).toContainText("Working at height");
  expect(readsOf(admin)).toEqual(["GET /api/courses/pending"]);
  expect(readsOf(iffat)).toEqual(["GET /api/courses/pending", "POST /api/requests"]);

  // The assignment appears at the organization and the instructor.
  await adminRow.click();
  const choices = admin.page.getByRole("list", { name: "Instructors" });
  await expect(choices.getByText("Mike Turner")).toBeVisible();
  await admin.page.waitForLoadState("networkidle").catch(() => undefined);
  readsOf(admin);
  await choices.getByRole("listitem").filter({ hasText: "Mike Turner" }).getByRole("button").dblclick();
  await expect(rowAt(mike)).toBeVisible(AT_ONCE);
  await expect(rowAt(mike)).toContainText(place);
  await expect(rowAt(iffat)).toBeHidden(AT_ONCE);
  await expect(iffat.page.getByRole("tab", { name: /Confirmed/ })).toContainText("4", AT_ONCE);
  await expect(rowAt(admin)).toBeHidden(AT_ONCE);
  expect(readsOf(mike)).toEqual(["GET /api/classes", "GET /api/classes"]);
  expect(readsOf(iffat)).toEqual(["GET /api/courses/confirmed", "GET /api/courses/pending"]);
  expect(readsOf(admin).filter((read) => read.startsWith("POST"))).toHaveLength(1);
  await iffat.page.getByRole("tab", { name: /Confirmed/ }).click();
  await expect(rowAt(iffat)).toContainText("Mike Turner");
  await admin.page.getByRole("tab", { name: /Confirmed/ }).click();
  await expect(rowAt(admin)).toBeVisible();

  // The class begins.
  await expect(rowAt(mike).getByRole("button", { name: /Mark complete/ })).toBeHidden();
  await clock.post("/api/test/clock", { data: { now: new Date(startsAt.getTime() + 60_000).toISOString() } });
  await mike.page.close();
  mike = await atPortal(mikeContext, "/instructor");
  readsOf(iffat);
  readsOf(admin);

  // The completion appears at all three.
  await rowAt(mike)
    .getByRole("button", { name: /Mark complete/ })
    .click();
  await mike.page.getByRole("alertdialog").getByRole("button", { name: "Mark complete" }).dblclick();
  await expect(rowAt(mike)).toBeHidden(AT_ONCE);
  await expect(rowAt(iffat)).toBeHidden(AT_ONCE);
  await expect(rowAt(admin)).toBeHidden(AT_ONCE);
  await expect(iffat.page.getByRole("tab", { name: /Completed/ })).toContainText("2", AT_ONCE);
  expect(readsOf(iffat)).toEqual(["GET /api/courses/completed", "GET /api/courses/confirmed"]);
  expect(readsOf(mike)).toEqual([
    "GET /api/classes",
    "GET /api/classes",
    `POST /api/requests/${requestId}/complete`,
  ]);
  await iffat.page.getByRole("tab", { name: /Completed/ }).click();
  await admin.page.getByRole("tab", { name: /Completed/ }).click();
  await mike.page.getByRole("tab", { name: /Held/ }).click();
  for (const screen of [iffat, admin, mike]) await expect(rowAt(screen)).toContainText("Working at height");

  // Nobody reloaded, and the uninvolved organization was told nothing: a later request of its own is all that arrives.
  for (const screen of [iffat, admin, mike, harbour]) expect(screen.loads).toBe(0);
  expect(harbour.reads).toEqual([]);
  expect(wire.published.filter(({ data }) => data.requestId === requestId)).toEqual([]);
  const { history } = await (await clock.get(`/api/requests/${requestId}`)).json();
  expect(history.map(({ type }: { type: string }) => type)).toEqual([
    "course_completed",
    "course_assigned",
    "new_course_request",
  ]);

  await clock.post("/api/test/clock", { data: { now: null } });
  wire.close();
  await Promise.all([
    clock.dispose(),
    harbourApi.dispose(),
    ...[iffat, admin, mike, harbour].map(({ context }) => context.close()),
  ]);
});
