import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect, test } from "playwright/test";
import { openGate } from "../support/gate";
import {
  chooseVideos,
  clearHomepage,
  clip,
  elementsOf,
  falls,
  openManager,
  PIPELINE,
  rowOf,
  sizeOf,
  statusesOf,
  watchedPage,
  watchSteps,
} from "../support/media";
import { apiAs, baseUrl, browserAs, newSession } from "../support/people";

const LIVE = { timeout: 15_000 };
const LONG = { timeout: 45_000 };

test("a heavy video is received, checked, compressed and stored before two admins, and changes an open homepage", async ({
  browser,
}) => {
  test.setTimeout(300_000);
  const file = clip("campus-tour.mp4", { seconds: 8, size: "854x480", qp: 12 });
  expect(sizeOf(file)).toBeGreaterThan(100_000_000);
  const api = await apiAs("admin");
  await clearHomepage(api);

  const [sender, other, visitor] = [
    await browserAs(browser, "admin"),
    // A sign-in, a connection and a browser of its own.
    await browser.newContext({ baseURL: baseUrl(), storageState: await newSession("admin") }),
    await browser.newContext({ baseURL: baseUrl() }),
  ];
  const at = await watchedPage(sender);
  const beside = await watchedPage(other);
  const home = await watchedPage(visitor);
  await Promise.all([openManager(at.page), openManager(beside.page), home.page.goto("/")]);
  await expect(home.page.locator("[data-hero]")).toHaveCount(0);
  const watches = [
    await watchSteps(at.page, "campus-tour.mp4"),
    await watchSteps(beside.page, "campus-tour.mp4"),
  ];

  await chooseVideos(at.page, [file]);
  await expect(rowOf(at.page, "campus-tour.mp4")).toBeVisible(LIVE);
  await expect(rowOf(beside.page, "campus-tour.mp4")).toBeVisible(LIVE);
  // What says how long it takes is there while it is sent; a fast machine may be done before anybody reads it.
  await expect(rowOf(at.page, "campus-tour.mp4")).toHaveAttribute(
    "data-upload-status",
    "completed",
    PIPELINE,
  );
  await expect(rowOf(beside.page, "campus-tour.mp4")).toHaveAttribute(
    "data-upload-status",
    "completed",
    LIVE,
  );

  const { items } = await elementsOf(api);
  const hero = items.find(({ type }) => type === "hero-video");
  expect(hero).toMatchObject({ title: "campus tour", status: "draft" });
  for (const watch of watches) {
    const steps = await watch();
    console.info(
      `campus-tour.mp4: ${steps.map(({ status, progress }) => `${status} ${progress}`).join(", ")}`,
    );
    expect(statusesOf(steps)).toEqual(["queued", "starting", "compressing", "uploading", "completed"]);
    expect(falls(steps)).toEqual([]);
    expect(steps.filter(({ progress }) => progress === 100).map(({ status }) => status)).toEqual([
      "completed",
    ]);
  }

  await rowOf(at.page, "campus-tour.mp4").getByRole("button", { name: "Publish" }).click();
  await expect(home.page.locator(`[data-hero="${hero?.id}"]`)).toBeVisible(LIVE);
  await expect(home.page.locator("[data-hero-state=playing]")).toBeVisible(LIVE);
  await expect(beside.page.locator(`[data-preview] [data-hero="${hero?.id}"]`)).toBeVisible(LIVE);

  expect([...at.errors, ...beside.errors, ...home.errors]).toEqual([]);
  await clearHomepage(api);
  await Promise.all([sender.close(), other.close(), visitor.close(), api.dispose()]);
});

test("an upload goes on after a lost connection by itself, and after a reload when its file is chosen again", async ({
  browser,
}) => {
  test.setTimeout(240_000);
  const file = clip("long-way.mp4", { seconds: 4, size: "854x480", qp: 14 });
  const different = clip("different.mp4", { seconds: 2 });
  const gate = await openGate(baseUrl());
  const context = await browserAs(browser, "admin", { baseURL: gate.url });
  // What a browser itself writes down of a connection that broke, and of an offset that the server has meanwhile
  // passed: the protocol's own answer, after which the sender asks where to go on.
  const { page, errors } = await watchedPage(context, { expected: [/net::ERR_/, /409 \(Conflict\)/] });
  await openManager(page);
  // The line breaks again and again while it sends, and comes back each time.
  gate.cutAfter(8_000_000);
  await chooseVideos(page, [file]);
  const row = rowOf(page, "long-way.mp4");
  await gate.cuts(3);
  // And then it is down for what is larger than a question.
  gate.cutAfter(200_000);
  await expect(row).toContainText("goes on by itself", LONG);

  // A reload forgets the file; the upload is still there, and asks for it.
  await page.reload();
  await expect(page.getByRole("button", { name: /^Live/ })).toBeVisible(LIVE);
  await expect(row).toContainText(/Choose long-way\.mp4 again to go on from \d+ %/, LIVE);

  const wrong = page.waitForEvent("filechooser");
  await row.getByRole("button", { name: "Choose the file" }).click();
  await (await wrong).setFiles(different);
  await expect(row).toContainText("That is a different file. Please choose long-way.mp4 again", LIVE);

  const right = page.waitForEvent("filechooser");
  await row.getByRole("button", { name: "Choose the file" }).click();
  await (await right).setFiles(file);
  gate.cutAfter(20_000_000);
  await expect(row).toHaveAttribute("data-upload-status", "completed", PIPELINE);

  // Whatever was cut, what arrived is the file.
  const id = await row.getAttribute("data-upload-id");
  const { sourceSha256 } = await (await context.request.get(`/api/uploads/${id}`)).json();
  expect(sourceSha256).toBe(createHash("sha256").update(readFileSync(file)).digest("hex"));
  expect(errors).toEqual([]);
  await context.close();
  await gate.close();
});

test("several at once show their places, follow their admin through the portal, and are cancelled alone", async ({
  browser,
}) => {
  test.setTimeout(240_000);
  const api = await apiAs("admin");
  // Long enough at work for the others to be seen waiting.
  const long = clip("first-of-three.mp4", { seconds: 40, size: "1280x720", qp: 34 });
  const names = ["second-of-three.mp4", "third-of-three.mp4"];
  const context = await browserAs(browser, "admin");
  const { page, errors } = await watchedPage(context);
  await openManager(page);
  await chooseVideos(page, [long]);
  await expect(rowOf(page, "first-of-three.mp4")).toHaveAttribute(
    "data-upload-status",
    "compressing",
    PIPELINE,
  );
  await chooseVideos(
    page,
    names.map((name) => clip(name)),
  );
  const [second, third] = [rowOf(page, "second-of-three.mp4"), rowOf(page, "third-of-three.mp4")];
  await expect(second).toContainText(/Received; (next|place \d+) in the queue/, PIPELINE);
  await expect(third).toContainText(/Received; (next|place \d+) in the queue/, PIPELINE);

  // The tray is on every other page.
  await page.getByRole("link", { name: "Requests" }).first().click();
  await page.getByRole("button", { name: /^\d+ uploads?, \d+ %/ }).click();
  const tray = page.getByRole("dialog", { name: "Uploads" });
  await expect(tray.locator("[data-upload-id]").filter({ hasText: "second-of-three.mp4" })).toBeVisible();
  await tray.getByRole("button", { name: "Cancel second-of-three.mp4" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Cancel upload" }).click();
  await expect(tray.locator("[data-upload-id]").filter({ hasText: "second-of-three.mp4" })).toHaveCount(
    0,
    LIVE,
  );
  await tray.getByRole("link", { name: "Open the homepage manager" }).click();

  // Cancelled is no error, and nobody else's end.
  await expect(second).toHaveAttribute("data-upload-status", "cancelled", LIVE);
  await expect(second).toContainText("Cancelled");
  await expect(second).not.toContainText(/failed|error/i);
  await rowOf(page, "first-of-three.mp4").getByRole("button", { name: "Cancel first-of-three.mp4" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Cancel upload" }).click();
  await expect(rowOf(page, "first-of-three.mp4")).toHaveAttribute("data-upload-status", "cancelled", LIVE);
  await expect(third).toHaveAttribute("data-upload-status", "completed", PIPELINE);
  expect(errors).toEqual([]);
  await Promise.all([context.close(), api.dispose()]);
});

test("what is no video is refused with a sentence", async ({ browser }) => {
  test.setTimeout(120_000);
  const context = await browserAs(browser, "admin");
  const { page, errors } = await watchedPage(context);
  await openManager(page);
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Choose videos" }).click();
  await (await chooser).setFiles({
    name: "shopping-list.mp4",
    mimeType: "video/mp4",
    buffer: Buffer.from("milk, bread\n".repeat(2_000)),
  });
  const row = rowOf(page, "shopping-list.mp4");
  await expect(row).toHaveAttribute("data-upload-status", "error", PIPELINE);
  await expect(row).toContainText("This is not a video file. Please send MP4, MOV or WebM.");
  await row.getByRole("button", { name: "Remove shopping-list.mp4" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Remove", exact: true }).click();
  await expect(row).toHaveAttribute("data-upload-status", "cancelled", LIVE);
  expect(errors).toEqual([]);
  await context.close();
});

test("a demonstration fails where it is told to, is tried again, survives a cut, and can be cancelled", async ({
  browser,
}) => {
  test.setTimeout(420_000);
  const context = await browserAs(browser, "admin");
  const { page, errors } = await watchedPage(context);
  await page.goto("/admin/progress-demo");
  await expect(page.getByRole("button", { name: /^Live/ })).toBeVisible(LIVE);
  const clipSection = page.getByRole("region", { name: "The clip" });
  const row = clipSection.locator("[data-upload-id]");
  const station = (status: string) => page.locator(`[data-station="${status}"]`);

  await page.getByRole("button", { name: "Fail while compressing" }).click();
  await expect(row).toHaveAttribute("data-upload-status", "error", PIPELINE);
  await expect(row).toContainText("Compressing failed");
  await expect(station("compressing")).toHaveAttribute("data-station-state", "error", LIVE);
  await row.getByRole("button", { name: "Try again" }).click();
  await expect(row).toHaveAttribute("data-upload-status", /queued|starting|compressing|uploading/, LIVE);
  await page.getByRole("button", { name: "Cut the connection" }).click();
  await expect(page.getByText("The connection is cut.")).toBeVisible();
  await expect(page.getByText("The connection is cut.")).toBeHidden({ timeout: 20_000 });
  await expect(row).toHaveAttribute("data-upload-status", "completed", PIPELINE);
  await expect(row).toContainText("attempt 2");

  await page.getByRole("button", { name: "Fail while storing" }).click();
  await expect(row).toHaveAttribute("data-upload-status", "error", PIPELINE);
  await expect(row).toContainText("could not be stored");

  await page.getByRole("button", { name: "Run a clip", exact: true }).click();
  await expect(row).toHaveAttribute("data-upload-status", /queued|starting|compressing/, LIVE);
  await page.getByRole("button", { name: "Cancel the clip" }).click();
  await expect(row).toHaveAttribute("data-upload-status", "cancelled", LIVE);
  expect(errors).toEqual([]);
  await context.close();
});
