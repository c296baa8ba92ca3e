import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect, type Page, test } from "playwright/test";
import { enrol, itemOf, openVideo, outlineOf, play, watchConsole } from "../support/lesson-pages";
import { apiAs, browserAs, type Person } from "../support/people";
import { type RunningServer, startLockstep } from "../support/server";

// One server of its own: what its people learn is looked at to the last figure.
test.describe.configure({ mode: "serial" });

const COURSE = "data-protection";
const VIDEO = "the-first-hour";
const CUT_OFF = [
  /ERR_INTERNET_DISCONNECTED/,
  /ERR_NETWORK_CHANGED/,
  /ERR_CONNECTION_REFUSED/,
  /Failed to fetch/,
];

let server: RunningServer;
let dataDir: string;

test.beforeAll(async () => {
  test.setTimeout(400_000);
  // As root, PostgreSQL runs as a user of its own, who must be able to walk here.
  dataDir = mkdtempSync(path.join(os.tmpdir(), "lockstep-e2e-learning-"));
  chmodSync(dataDir, 0o711);
  server = await startLockstep({ LOCKSTEP_DATA_DIR: dataDir });
});

test.afterAll(async () => {
  await server?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

const api = (person: Person) => apiAs(person, server.url);

test("jumping to the end completes nothing; watching all parts does, and moves My Courses elsewhere without a reload", async ({
  browser,
}) => {
  test.setTimeout(180_000);
  const staff = await api("staff");
  await enrol(staff, COURSE);
  const [learning, list, stranger] = await Promise.all([
    browserAs(browser, "staff", { baseURL: server.url }),
    browserAs(browser, "staff", { baseURL: server.url }),
    browserAs(browser, "student", { baseURL: server.url }),
  ]);
  const [lesson, courses, other] = [await learning.newPage(), await list.newPage(), await stranger.newPage()];
  const complaints = [lesson, courses, other].map((page) => watchConsole(page));

  await courses.goto("/staff");
  const row = courses.locator(`[data-course="${COURSE}"]`);
  await expect(row.getByTestId("course-progress")).toContainText("0 of");
  await courses.evaluate(() => document.body.setAttribute("data-loaded-once", ""));
  await other.goto("/student");
  await expect(other.getByRole("button", { name: /^Live/ })).toBeVisible();
  const seenByOther = await other.locator("main").textContent();
  const asked: string[] = [];
  other.on("request", (request) => asked.push(request.url()));

  await openVideo(lesson, COURSE, VIDEO);
  const { durationSeconds } = await itemOf(staff, COURSE, VIDEO);
  const duration = durationSeconds ?? 0;
  expect(duration).toBeGreaterThan(3);

  await play(lesson, duration - 1, duration);
  await expect
    .poll(async () => (await itemOf(staff, COURSE, VIDEO)).lastPosition)
    .toBeGreaterThan(duration - 2);
  expect((await itemOf(staff, COURSE, VIDEO)).complete).toBe(false);
  expect((await outlineOf(staff, COURSE)).enrolment?.completedContent).toBe(0);

  const middle = Math.floor(duration / 2);
  await play(lesson, middle, duration - 0.5, 1.5);
  await play(lesson, 0, middle + 0.5, 1.5);
  await expect(row.getByTestId("course-progress")).toContainText("1 of", { timeout: 30_000 });

  const { enrolment } = await outlineOf(staff, COURSE);
  const words = `${enrolment?.completedContent} of ${enrolment?.totalContent} · ${enrolment?.progressPercentage} %`;
  await expect(row.getByTestId("course-progress")).toContainText(words);
  await expect(row.getByRole("progressbar")).toHaveAttribute(
    "aria-valuenow",
    String(enrolment?.progressPercentage),
  );
  await expect(lesson.getByTestId("progress-info")).toHaveText(words);
  await expect(lesson.getByTestId("progress-as-of")).toHaveText(/as of \d\d:\d\d:\d\d · live/);
  await expect(courses.locator("body[data-loaded-once]")).toBeAttached();

  expect(await other.locator("main").textContent()).toBe(seenByOther);
  expect(asked.filter((url) => url.includes("/api/learning"))).toEqual([]);
  expect(complaints.flat()).toEqual([]);
  await Promise.all([learning.close(), list.close(), stranger.close(), staff.dispose()]);
});

test("what is learned without a network waits, says so, and arrives once", async ({ browser }) => {
  test.setTimeout(180_000);
  const student = await api("student");
  const slug = "check-and-call";
  await enrol(student, "first-aid-and-cpr");
  const context = await browserAs(browser, "student", { baseURL: server.url });
  const page = await context.newPage();
  const complaints = watchConsole(page, CUT_OFF);
  await openVideo(page, "first-aid-and-cpr", slug);
  const sent: string[] = [];
  page.on("request", (request) => {
    if (!request.url().endsWith("/update_progress")) return;
    for (const { event_id } of request.postDataJSON().events) sent.push(event_id);
  });
  await play(page, 0, 1);
  await expect(page.getByRole("button", { name: /waiting/ })).toHaveCount(0);
  await expect.poll(() => sent.length).toBeGreaterThan(0);

  await context.setOffline(true);
  await play(page, 1, 3);
  await expect(
    page.getByRole("banner").getByRole("button", { name: /Offline, \d+ changes? waiting/ }),
  ).toBeVisible({
    timeout: 30_000,
  });
  const session = await student.get("/api/learning/sessions");
  expect(session.status()).toBe(200);

  await context.setOffline(false);
  await expect(page.getByRole("banner").getByRole("button", { name: "Live", exact: true })).toBeVisible({
    timeout: 60_000,
  });
  await expect(page.getByRole("banner").getByRole("button", { name: /waiting/ })).toHaveCount(0);
  await expect
    .poll(async () => (await itemOf(student, "first-aid-and-cpr", slug)).lastPosition)
    .toBeGreaterThanOrEqual(3);
  expect(complaints).toEqual([]);
  await context.close();
  await student.dispose();
});

test("a tab that is killed in the middle of a video and of a document is opened again where it was", async ({
  browser,
}) => {
  test.setTimeout(180_000);
  const context = await browserAs(browser, "staff", { baseURL: server.url });
  const page = await context.newPage();
  await openVideo(page, "workplace-safety", await firstOf("staff", "workplace-safety", "video"));
  await play(page, 0, 4);
  // As good as killed: nothing of the page runs any more once it crashes.
  const crashed = page.waitForEvent("crash");
  void page.goto("chrome://crash").catch(() => undefined);
  await crashed;

  const again = await context.newPage();
  const complaints = watchConsole(again);
  await openVideo(again, "workplace-safety", await firstOf("staff", "workplace-safety", "video"));
  const at = await again
    .locator("video")
    .evaluate((video) => (video instanceof HTMLVideoElement ? video.currentTime : -1));
  expect(Math.abs(at - 4)).toBeLessThanOrEqual(5);
  expect(at).toBeGreaterThan(0);

  const document = await firstOf("staff", "workplace-safety", "document");
  await again.goto(`/learn/workplace-safety/${document}`);
  await expect(again.getByRole("button", { name: /^Live/ })).toBeVisible();
  await again.mouse.wheel(0, 500);
  await expect.poll(() => again.evaluate(() => window.scrollY)).toBeGreaterThan(300);
  const block = await topBlock(again);
  await expect
    .poll(async () => (await itemOf(await api("staff"), "workplace-safety", document)).readingPosition, {
      timeout: 30_000,
    })
    .toBeGreaterThan(0);
  await again.close();
  const third = await context.newPage();
  await third.setViewportSize({ width: 700, height: 700 });
  await third.goto(`/learn/workplace-safety/${document}`);
  await expect.poll(() => topBlock(third), { timeout: 30_000 }).toBe(block);
  expect(complaints).toEqual([]);
  await context.close();
});

test("while the server is away what is learned waits, and it arrives once the server is back", async ({
  browser,
}) => {
  test.setTimeout(400_000);
  const context = await browserAs(browser, "student", { baseURL: server.url });
  const page = await context.newPage();
  await openVideo(page, COURSE, VIDEO);
  await play(page, 0, 3);
  const banner = page.getByRole("banner");
  await server.stop();
  // The bytes of the video are here already: the page is left as it is.
  await play(page, 3, 6);
  await expect(banner.getByRole("button", { name: /\d+ changes? waiting/ })).toBeVisible({ timeout: 60_000 });

  server = await startLockstep({ LOCKSTEP_DATA_DIR: dataDir, PORT: new URL(server.url).port });
  await expect(banner.getByRole("button", { name: /waiting/ })).toHaveCount(0, { timeout: 120_000 });
  const student = await api("student");
  const item = await itemOf(student, COURSE, VIDEO);
  expect(Math.abs(item.lastPosition - 6)).toBeLessThanOrEqual(5);
  // Six of its 24 seconds, of which a player may lose a part at either end.
  expect(item.completionPercentage).toBeGreaterThanOrEqual(16);
  expect(item.complete).toBe(false);
  await student.dispose();
  await context.close();
});

test("the items of a course are gone through with the keyboard, and focus mode hides the outline", async ({
  browser,
}) => {
  const context = await browserAs(browser, "staff", { baseURL: server.url });
  const page = await context.newPage();
  const complaints = watchConsole(page);
  await page.goto("/learn/data-protection/personal-data");
  await expect(page.getByRole("heading", { level: 1, name: "What personal data is" })).toBeVisible();
  await expect(page.getByRole("button", { name: /^Live/ })).toBeVisible();
  await page.keyboard.press("Alt+PageDown");
  await expect(page.getByRole("heading", { level: 1, name: "Six grounds" })).toBeVisible();
  await page.keyboard.press("Alt+PageUp");
  await expect(page.getByRole("heading", { level: 1, name: "What personal data is" })).toBeVisible();

  await page.getByRole("button", { name: "Focus" }).press("Enter");
  await expect(page.getByRole("navigation", { name: "Course outline" })).toHaveCount(0);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("navigation", { name: "Course outline" })).toBeVisible();

  await page.setViewportSize({ width: 390, height: 844 });
  await page.getByRole("button", { name: "Outline" }).press("Enter");
  await page
    .getByRole("dialog")
    .getByRole("link", { name: /Six grounds/ })
    .press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Six grounds" })).toBeVisible();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  expect(complaints).toEqual([]);
  await context.close();
});

async function firstOf(person: Person, course: string, kind: string): Promise<string> {
  const client = await api(person);
  const outline = await outlineOf(client, course);
  await client.dispose();
  const item = outline.modules.flatMap(({ contents }) => contents).find((one) => one.kind === kind);
  if (!item) throw new Error(`${course} has no ${kind}.`);
  return item.slug;
}

/** Which paragraph lies under the header. */
async function topBlock(page: Page): Promise<number> {
  return page
    .locator(".reading")
    .evaluate((article) =>
      [...article.children].findIndex((block) => block.getBoundingClientRect().bottom > 73),
    );
}
