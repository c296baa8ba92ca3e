import { expect, test } from "playwright/test";
import { type OwnDatabase, startDatabase } from "../support/database";
import { apiAs, browserAs } from "../support/people";
import { type RunningServer, startLockstep } from "../support/server";
import { requestCourse } from "../support/training";

let database: OwnDatabase;
let server: RunningServer;
test.beforeAll(async () => {
  test.setTimeout(120_000);
  database = await startDatabase();
  server = await startLockstep({
    DATABASE_URL: database.url,
    NEXTAUTH_SECRET: "a secret of this test's own, and long enough",
    LOCKSTEP_TEST: "0",
  });
});
test.afterAll(async () => {
  await server.stop();
  await database.remove();
});

const pendingWords = (count: number) => new RegExp(`^Pending\\s*${count}$`);

test("without its database an open page says so, keeps what it shows, and catches up by itself", async ({
  browser,
}) => {
  test.setTimeout(120_000);
  const context = await browserAs(browser, "iffat", { baseURL: server.url });
  const page = await context.newPage();
  await page.goto("/organization");
  const indicator = page
    .getByRole("banner")
    .getByRole("button", { name: /Live|Not up to date|Reconnecting/ });
  await expect(indicator).toHaveText("Live");
  const pending = page.getByRole("tab", { name: /Pending/ });
  const before = Number(/\d+/.exec((await pending.textContent()) ?? "")?.[0]);
  const rows = await page.locator("[data-request-id]").count();

  await database.goAway();
  await expect(indicator).toHaveText("Not up to date", { timeout: 20_000 });
  await expect(page.locator("[data-request-id]")).toHaveCount(rows);

  await database.comeBack();
  await expect(indicator).toHaveText("Live", { timeout: 30_000 });
  const iffat = await apiAs("iffat", server.url);
  await requestCourse(iffat);
  await expect(pending).toHaveText(pendingWords(before + 1));
  await iffat.dispose();
  await context.close();
});
