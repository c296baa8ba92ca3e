import { type BrowserContext, expect, type Locator, type Page, test } from "playwright/test";
import { EventStream } from "../support/event-stream";
import { apiAs, browserAs, cookieOf, type Person } from "../support/people";

/** Far less than a poll's minute: what arrives within it arrived by the stream. How long it took is printed. */
const LIVE = { timeout: 15_000 };

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

/** Waits until each screen shows it, and prints how long each took from the server's answer to the one who acted. */
async function seenLive(what: string, seen: Record<string, () => Promise<void>>): Promise<void> {
  const began = performance.now();
  const times = await Promise.all(
    Object.entries(seen).map(async ([who, shows]) => {
      await shows();
      return `${who} ${Math.round(performance.now() - began)} ms`;
    }),
  );
  console.info(`${what}: ${times.join(", ")}`);
}

/** The number that a tab shows. */
async function countOf(screen: Screen, tab: RegExp): Promise<number> {
  const text = (await screen.page.getByRole("tab", { name: tab }).textContent()) ?? "";
  return Number(/\d+/.exec(text)?.[0]);
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
  const adminRow = admin.page.locator("[data-request-id]").filter({ hasText: "Working at height" }).first();
  const requested = iffat.page.waitForResponse(/api\/requests$/);
  await form.getByRole("button", { name: "Send request" }).dblclick();
  await requested;

  // The request appears at the admin.
  await seenLive("request", {
    admin: () => expect(adminRow).toBeVisible(LIVE),
    organization: () =>
      expect(iffat.page.locator("[data-request-id]").filter({ hasText: place })).toBeVisible(LIVE),
  });
  const requestId = (await adminRow.getAttribute("data-request-id")) ?? "";
  const rowAt = (screen: Screen) => screen.page.locator(`[data-request-id="${requestId}"]`);
  expect(readsOf(admin)).toEqual(["GET /api/courses/pending"]);
  expect(readsOf(iffat)).toEqual(["GET /api/courses/pending", "POST /api/requests"]);

  // The assignment appears at the organization and the instructor.
  await adminRow.click();
  const choices = admin.page.getByRole("list", { name: "Instructors" });
  await expect(choices.getByText("Mike Turner")).toBeVisible();
  await admin.page.waitForLoadState("networkidle").catch(() => undefined);
  readsOf(admin);
  const confirmedBefore = await countOf(iffat, /Confirmed/);
  const assigned = admin.page.waitForResponse(/assign$/);
  await choices.getByRole("listitem").filter({ hasText: "Mike Turner" }).getByRole("button").dblclick();
  await assigned;
  await seenLive("assignment", {
    instructor: () => expect(rowAt(mike)).toContainText(place, LIVE),
    organization: async () => {
      await expect(rowAt(iffat)).toBeHidden(LIVE);
      await expect.poll(() => countOf(iffat, /Confirmed/), LIVE).toBe(confirmedBefore + 1);
    },
    admin: () => expect(rowAt(admin)).toBeHidden(LIVE),
  });
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
  const completedBefore = await countOf(iffat, /Completed/);
  const completed = mike.page.waitForResponse(/complete$/);
  await mike.page
    .getByRole("alertdialog", { name: "Mark this class complete?" })
    .getByRole("button", { name: "Mark complete" })
    .dblclick();
  await completed;
  await seenLive("completion", {
    instructor: () => expect(rowAt(mike)).toBeHidden(LIVE),
    organization: async () => {
      await expect(rowAt(iffat)).toBeHidden(LIVE);
      await expect.poll(() => countOf(iffat, /Completed/), LIVE).toBe(completedBefore + 1);
    },
    admin: () => expect(rowAt(admin)).toBeHidden(LIVE),
  });
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
