import { expect, type Page, test } from "playwright/test";
import {
  clearHomepage,
  clip,
  draftText,
  elementsOf,
  openManager,
  sendHero,
  watchedPage,
} from "../support/media";
import { apiAs, baseUrl, browserAs } from "../support/people";

const LIVE = { timeout: 15_000 };
/** High enough that a toast stands beside what is pressed next. */
const DESK = { width: 1280, height: 1_200 };

const titlesOn = (page: Page) => page.locator("[data-element] h2").allTextContents();

test("texts are published, ordered, rolled back, taken down and archived before an open visitor", async ({
  browser,
}) => {
  test.setTimeout(180_000);
  const api = await apiAs("admin");
  await clearHomepage(api);
  await draftText(api, "Opening hours");
  await draftText(api, "How to find us");
  const admin = await browserAs(browser, "admin", { viewport: DESK });
  const visitor = await browser.newContext({ baseURL: baseUrl() });
  const at = await watchedPage(admin);
  const home = await watchedPage(visitor);
  await Promise.all([openManager(at.page), home.page.goto("/")]);
  const row = (title: string) => at.page.locator("[data-element-id]").filter({ hasText: title });
  const menu = async (title: string, item: string) => {
    await at.page.getByRole("button", { name: `Actions for ${title}` }).click();
    await at.page.getByRole("menuitem", { name: item }).click();
  };

  // Visitors see nothing of a draft.
  await expect(row("Opening hours")).toHaveAttribute("data-element-status", "draft");
  expect(await titlesOn(home.page)).toEqual([]);
  for (const title of ["Opening hours", "How to find us"]) {
    await at.page.getByRole("button", { name: `Publish ${title}` }).click();
    await expect(row(title)).toHaveAttribute("data-element-status", "published", LIVE);
  }
  await expect.poll(() => titlesOn(home.page), LIVE).toEqual(["Opening hours", "How to find us"]);

  await menu("How to find us", "Move up");
  await expect.poll(() => titlesOn(home.page), LIVE).toEqual(["How to find us", "Opening hours"]);

  // By keyboard alone: the grip, one place down, dropped.
  await row("How to find us").getByRole("button", { name: "Move How to find us" }).focus();
  await at.page.keyboard.press("Enter");
  await expect(at.page.locator("[data-dragging]")).toHaveCount(1);
  await at.page.keyboard.press("End");
  await at.page.keyboard.press("Enter");
  await expect.poll(() => titlesOn(home.page), LIVE).toEqual(["Opening hours", "How to find us"]);

  await at.page.getByRole("button", { name: "Roll back" }).click();
  await expect.poll(() => titlesOn(home.page), LIVE).toEqual(["How to find us", "Opening hours"]);

  await menu("Opening hours", "Take down");
  await expect.poll(() => titlesOn(home.page), LIVE).toEqual(["How to find us"]);
  await at.page.getByRole("button", { name: "Undo" }).last().click();
  await expect.poll(() => titlesOn(home.page), LIVE).toHaveLength(2);

  await menu("Opening hours", "Archive");
  await expect.poll(() => titlesOn(home.page), LIVE).toEqual(["How to find us"]);
  await at.page.getByRole("tab", { name: "Archive" }).click();
  await row("Opening hours").getByRole("button", { name: "Restore" }).click();
  await at.page.getByRole("tab", { name: /In order/ }).click();
  await expect(row("Opening hours")).toHaveAttribute("data-element-status", "draft", LIVE);

  await at.page.getByRole("button", { name: "Releases" }).click();
  const releases = at.page.getByRole("list", { name: "Releases" });
  await expect(releases.getByRole("listitem").first()).toContainText("Now");
  await expect(releases).toContainText("Published “How to find us”");
  await at.page.keyboard.press("Escape");

  expect([...at.errors, ...home.errors]).toEqual([]);
  await clearHomepage(api);
  await expect.poll(() => titlesOn(home.page), LIVE).toEqual([]);
  await Promise.all([admin.close(), visitor.close(), api.dispose()]);
});

test("a banner is written, previewed and published by keyboard alone", async ({ browser }) => {
  test.setTimeout(120_000);
  const api = await apiAs("admin");
  await clearHomepage(api);
  const admin = await browserAs(browser, "admin", { viewport: DESK });
  const { page, errors } = await watchedPage(admin);
  await openManager(page);
  const press = async (name: string | RegExp) => {
    const button = page.getByRole("button", { name, exact: true });
    await button.focus();
    await page.keyboard.press("Enter");
  };
  await press("Banner");
  const form = page.getByRole("dialog", { name: "New banner" });
  await expect(form.getByRole("textbox", { name: "Title" })).toBeFocused();

  // What is missing is said at its field, and nothing is lost.
  await page.keyboard.press("Enter");
  await expect(form).toContainText("Please give it a title.");
  await page.keyboard.type("Winter term");
  await form.getByRole("textbox", { name: /^Link to/ }).focus();
  await page.keyboard.type("/sign-in");
  await form.getByRole("textbox", { name: /^Words of the link/ }).focus();
  await page.keyboard.type("Enrol");
  await page.keyboard.press("Enter");
  await expect(form).toBeHidden(LIVE);
  const row = page.locator("[data-element-id]").filter({ hasText: "Winter term" });
  await expect(row).toHaveAttribute("data-element-status", "draft", LIVE);

  await press("Actions for Winter term");
  await page.keyboard.press("p");
  await page.keyboard.press("Enter");
  await expect(page.getByText("A preview: visitors do not see this yet.")).toBeVisible();
  await expect(page.locator("[data-preview]")).toContainText("Winter term");
  await press("Publish");
  await expect(row).toHaveAttribute("data-element-status", "published", LIVE);
  const { elements } = await (await api.get("/api/homepage")).json();
  expect(elements).toMatchObject([{ title: "Winter term", link: { href: "/sign-in", label: "Enrol" } }]);
  expect(errors).toEqual([]);
  await clearHomepage(api);
  await Promise.all([admin.close(), api.dispose()]);
});

test("the hero plays as a good citizen: poster first, muted, pausable, still for who asks for less", async ({
  browser,
}) => {
  test.setTimeout(240_000);
  const api = await apiAs("admin");
  await clearHomepage(api);
  const id = await sendHero(api, clip("good-citizen.mp4"), "Good citizen");
  const { items, release } = await elementsOf(api);
  const revision = items.find((element) => element.id === id)?.revision ?? 0;
  const described = await api.patch(`/api/homepage/elements/${id}`, {
    data: { revision, description: "People at work in a workshop" },
  });
  expect(described.status()).toBe(200);
  const changed = (await described.json()).element.revision;
  const published = await api.post(`/api/homepage/elements/${id}/publish`, {
    data: { revision: changed, release },
  });
  expect(published.status()).toBe(200);

  const plain = await browser.newContext({ baseURL: baseUrl() });
  const { page, errors } = await watchedPage(plain);
  await page.goto("/");
  const hero = page.locator("[data-hero]");
  const video = hero.locator("video");
  await expect(hero.getByRole("img", { name: "People at work in a workshop" })).toBeVisible();
  await expect(hero).toHaveAttribute("data-hero-state", "playing", LIVE);
  expect(await video.evaluate((player: HTMLVideoElement) => [player.muted, player.playsInline])).toEqual([
    true,
    true,
  ]);
  await hero.getByRole("button", { name: "Pause video" }).click();
  await expect(hero).toHaveAttribute("data-hero-state", "still", LIVE);
  await hero.getByRole("button", { name: "Play video" }).click();
  await expect(hero).toHaveAttribute("data-hero-state", "playing", LIVE);

  const modest = [
    await browser.newContext({ baseURL: baseUrl(), reducedMotion: "reduce" }),
    await browser.newContext({ baseURL: baseUrl(), extraHTTPHeaders: { "Save-Data": "on" } }),
  ];
  for (const context of modest) {
    const still = await watchedPage(context);
    const fetched: string[] = [];
    still.page.on("request", (request) => {
      if (request.resourceType() === "media") fetched.push(request.url());
    });
    await still.page.goto("/");
    await still.page.waitForLoadState("load");
    const play = still.page.getByRole("button", { name: "Play video" });
    await expect(play).toBeVisible(LIVE);
    await expect(still.page.locator("[data-hero]")).toHaveAttribute("data-hero-state", "still");
    expect(fetched).toEqual([]);
    await play.click();
    await expect(still.page.locator("[data-hero]")).toHaveAttribute("data-hero-state", "playing", LIVE);
    expect(still.errors).toEqual([]);
    await context.close();
  }

  // The focus is no longer in it, and who has scrolled past it stays where they are while it goes.
  await page.locator("#catalogue-title").click();
  await page.evaluate(() => window.scrollTo({ top: document.body.scrollHeight }));
  const anchor = page.locator("#catalogue li").last();
  const before = await anchor.boundingBox();
  await clearHomepage(api);
  await expect(page.locator("[data-hero]")).toHaveCount(0, LIVE);
  expect(Math.abs(((await anchor.boundingBox())?.y ?? 0) - (before?.y ?? 0))).toBeLessThanOrEqual(2);

  expect(errors).toEqual([]);
  await Promise.all([plain.close(), api.dispose()]);
});
