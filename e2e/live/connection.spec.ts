import { type BrowserContext, expect, type Page, test } from "playwright/test";
import { apiAs, browserAs, newSession } from "../support/people";
import { type RunningServer, startLockstep } from "../support/server";
import { requestCourse } from "../support/training";

/** Far less than a poll's minute: what arrives within it arrived by the connection. */
const LIVE = { timeout: 15_000 };
/** Three failed streams, with the pauses between them, and a first answer. */
const FALLBACK = { timeout: 45_000 };
const TABS = 10;

// A server of its own, so that its count of streams is these tests' alone.
let server: RunningServer;
test.beforeAll(async () => {
  test.setTimeout(120_000);
  server = await startLockstep();
});
test.afterAll(() => server.stop());

/** The server's own count of open streams. */
async function streamCount(): Promise<number> {
  const health = await (await fetch(`${server.url}/api/health`)).json();
  return health.relay.streams;
}

const indicator = (page: Page) =>
  page
    .getByRole("banner")
    .getByRole("button", { name: /Live|Polling|Reconnecting|Connecting|Offline|Paused|Not up to date/ });
const pendingTab = (page: Page) => page.getByRole("tab", { name: /Pending/ });

const pendingWords = (count: number) => new RegExp(`^Pending\\s*${count}$`);

async function pendingCount(page: Page): Promise<number> {
  return Number(/\d+/.exec((await pendingTab(page).textContent()) ?? "")?.[0]);
}

async function openBoard(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  await page.goto("/organization");
  await expect(indicator(page)).toHaveText("Live");
  return page;
}

/** Iffat College asks for one more course, from elsewhere. */
async function askElsewhere(): Promise<void> {
  const iffat = await apiAs("iffat", server.url);
  await requestCourse(iffat);
  await iffat.dispose();
}

async function choose(page: Page, action: string): Promise<void> {
  await indicator(page).click();
  await page.getByRole("dialog", { name: "Live updates" }).getByRole("button", { name: action }).click();
}

test("ten tabs hold one connection and all of them move; closing the tab that owns it costs no event", async ({
  browser,
}) => {
  test.setTimeout(120_000);
  const context = await browserAs(browser, "iffat", { baseURL: server.url });
  const before = await streamCount();
  const tabs: Page[] = [];
  for (let index = 0; index < TABS; index += 1) tabs.push(await openBoard(context));
  expect(await streamCount()).toBe(before + 1);

  const [first, ...others] = tabs;
  if (!first) throw new Error("no tab");
  const start = await pendingCount(first);
  await askElsewhere();
  for (const tab of tabs) await expect(pendingTab(tab)).toHaveText(pendingWords(start + 1), LIVE);

  // The first tab to come owns the connection. Events are published before, while and after it goes.
  await askElsewhere();
  await Promise.all([first.close(), askElsewhere()]);
  await askElsewhere();
  for (const tab of others) {
    await expect(pendingTab(tab)).toHaveText(pendingWords(start + 4), LIVE);
    await expect(indicator(tab)).toHaveText("Live");
  }
  await expect.poll(streamCount).toBe(before + 1);
  await context.close();
  await expect.poll(streamCount).toBe(before);
});

test("a tab that joins an open connection has what happened since its page was rendered", async ({
  browser,
}) => {
  const context = await browserAs(browser, "iffat", { baseURL: server.url });
  const first = await openBoard(context);
  const start = await pendingCount(first);
  const second = await context.newPage();
  // What happens between the server's rendering and the page's first script is what a joining tab could miss.
  await second.route(/_next\/static\/.*\.js/, async (route) => {
    if (!happened) happened = askElsewhere();
    await happened;
    await route.continue();
  });
  let happened: Promise<void> | null = null;
  await second.goto("/organization");
  await expect(indicator(second)).toHaveText("Live");
  for (const tab of [first, second]) await expect(pendingTab(tab)).toHaveText(pendingWords(start + 1), LIVE);
  await context.close();
});

test("a tab that owns the connection and hangs is replaced", async ({ browser }) => {
  const context = await browserAs(browser, "iffat", { baseURL: server.url });
  const board = await openBoard(context);
  const owned = await board.evaluate(async () =>
    (await navigator.locks.query()).held?.map(({ name }) => name),
  );
  const [name = ""] = owned ?? [];
  await board.close();
  // Whoever holds the lock and neither answers nor speaks is what the other tabs see of a tab that hangs.
  const mute = await context.newPage();
  await mute.goto("/");
  await mute.evaluate((lock) => {
    void navigator.locks.request(lock, () => new Promise(() => undefined)).catch(() => undefined);
  }, name);
  const page = await context.newPage();
  await page.goto("/organization");
  await expect(indicator(page)).toHaveText("Live", { timeout: 25_000 });
  await context.close();
});

test("where streams are blocked the page says that it polls, is right within a minute, and goes live by itself", async ({
  browser,
}) => {
  test.setTimeout(240_000);
  const context = await browserAs(browser, "iffat", { baseURL: server.url });
  let isBlocked = true;
  await context.route(/\/api\/events/, (route) =>
    isBlocked && route.request().headers().accept === "text/event-stream" ? route.abort() : route.continue(),
  );
  const page = await context.newPage();
  await page.goto("/organization");
  await expect(indicator(page)).toHaveText(/^Polling · updated \d+ s ago$/, FALLBACK);
  const start = await pendingCount(page);
  await askElsewhere();
  await expect(pendingTab(page)).toHaveText(pendingWords(start + 1), { timeout: 60_000 });
  await expect(indicator(page)).toHaveText(/^Polling/);

  isBlocked = false;
  await expect(indicator(page)).toHaveText("Live", { timeout: 60_000 });
  await askElsewhere();
  await expect(pendingTab(page)).toHaveText(pendingWords(start + 2), LIVE);
  await context.close();
});

test("signing out in one tab ends the stream and takes the data off the screen in the others", async ({
  browser,
}) => {
  const before = await streamCount();
  const context = await browser.newContext({
    baseURL: server.url,
    storageState: await newSession("iffat", server.url),
  });
  const tabs = [await openBoard(context), await openBoard(context), await openBoard(context)] as const;
  expect(await streamCount()).toBe(before + 1);
  await tabs[1].getByRole("button", { name: /^Account: Noura Alharbi/ }).click();
  await tabs[1].getByRole("menuitem", { name: "Sign out" }).click();
  for (const tab of tabs) {
    await expect(tab).toHaveURL(/\/sign-in/);
    await expect(tab.getByText("Noura Alharbi")).toHaveCount(1);
    await expect(pendingTab(tab)).toHaveCount(0);
  }
  await expect.poll(streamCount).toBe(before);
  await context.close();
});

test("ending a sign-in elsewhere takes the page away within seconds", async ({ browser }) => {
  const storageState = await newSession("harbour", server.url);
  const [device, other] = await Promise.all(
    [0, 1].map(() => browser.newContext({ baseURL: server.url, storageState })),
  );
  if (!device || !other) throw new Error("no contexts");
  const page = await openBoard(device);
  // The same sign-in, carried to another browser: ended there, it is nobody's here either.
  const elsewhere = await openBoard(other);
  await elsewhere.getByRole("button", { name: /^Account: Tom Whitfield/ }).click();
  await elsewhere.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/\/sign-in/, { timeout: 8_000 });
  await Promise.all([device.close(), other.close()]);
});

test("paused, nothing moves in any tab; resumed, what happened meanwhile is there", async ({ browser }) => {
  const context = await browserAs(browser, "iffat", { baseURL: server.url });
  const [first, second] = [await openBoard(context), await openBoard(context)];
  const start = await pendingCount(first);
  const before = await streamCount();
  await choose(second, "Pause live updates");
  for (const tab of [first, second]) await expect(indicator(tab)).toHaveText("Paused");
  await expect.poll(streamCount).toBe(before - 1);
  await askElsewhere();
  const third = await context.newPage();
  await third.goto("/organization");
  await expect(indicator(third)).toHaveText("Paused");
  expect(await pendingCount(first)).toBe(start);
  await choose(first, "Resume live updates");
  for (const tab of [first, second, third]) {
    await expect(indicator(tab)).toHaveText("Live");
    await expect(pendingTab(tab)).toHaveText(pendingWords(start + 1), LIVE);
  }
  await context.close();
});

test("without a network the page says so, keeps what it shows, and catches up by itself", async ({
  browser,
}) => {
  const context = await browserAs(browser, "iffat", { baseURL: server.url });
  const [first, second] = [await openBoard(context), await openBoard(context)];
  const start = await pendingCount(first);
  await context.setOffline(true);
  for (const tab of [first, second]) await expect(indicator(tab)).toHaveText("Offline");
  await askElsewhere();
  await expect(pendingTab(first)).toHaveText(pendingWords(start));
  await context.setOffline(false);
  for (const tab of [first, second]) {
    await expect(indicator(tab)).toHaveText("Live");
    await expect(pendingTab(tab)).toHaveText(pendingWords(start + 1), LIVE);
  }
  await context.close();
});

test("a page without a secure context keeps a connection of its own, and hands it back while nobody looks", async ({
  browser,
}) => {
  const { port } = new URL(server.url);
  // Mapped to this machine by the browser's settings: a plain http:// address of no trusted host.
  const insecure = `http://lockstep.test:${port}`;
  const before = await streamCount();
  const context = await browser.newContext({ baseURL: insecure });
  const page = await context.newPage();
  await page.goto("/sign-in");
  expect(await page.evaluate(() => window.isSecureContext)).toBe(false);
  await page.getByRole("button", { name: /Noura Alharbi/ }).click();
  await expect(indicator(page)).toHaveText("Live");
  const second = await openBoard(context);
  expect(await streamCount()).toBe(before + 2);
  const start = await pendingCount(page);
  await askElsewhere();
  for (const tab of [page, second]) await expect(pendingTab(tab)).toHaveText(pendingWords(start + 1), LIVE);
  await context.close();
});
