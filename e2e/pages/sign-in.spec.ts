import { expect, test } from "playwright/test";
import { apiAs, browserAs } from "../support/people";

test("a demo person signs in with one click, and out again from the account menu", async ({
  page,
  baseURL,
}) => {
  await page.goto("/sign-in");
  await page.getByRole("button", { name: /Noura Alharbi/ }).click();
  await expect(page).toHaveURL(`${baseURL}/organization`);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await page.getByRole("button", { name: /^Account: Noura Alharbi/ }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page).toHaveURL(/\/sign-in/);
  await page.goto("/organization");
  await expect(page).toHaveURL(/\/sign-in/);
});

test("who is sent to sign in comes back to where they wanted to go", async ({ page, baseURL }) => {
  await page.goto("/organization?status=completed");
  await page.getByRole("button", { name: /Noura Alharbi/ }).click();
  await expect(page).toHaveURL(`${baseURL}/organization?status=completed`);
});

test("a refused sign-in says so beside the form and keeps what was typed", async ({ page }) => {
  await page.goto("/sign-in");
  await page.getByRole("textbox", { name: "Email" }).fill("mike@lockstep.test");
  await page.getByRole("textbox", { name: "Password" }).fill("not it");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page.getByText("That email and password do not match.")).toBeVisible();
  await expect(page.getByRole("textbox", { name: "Email" })).toHaveValue("mike@lockstep.test");
});

test("after signing in one goes where one wanted to, and never to another site", async ({
  page,
  baseURL,
}) => {
  for (const [callbackUrl, path] of [
    ["/organization?status=confirmed", "/organization?status=confirmed"],
    ["https://elsewhere.test/", "/organization"],
    ["//elsewhere.test", "/organization"],
    ["/\\elsewhere.test", "/organization"],
  ] as const) {
    // A page that is open would notice that its viewer is gone, and load anew meanwhile.
    await page.goto("about:blank");
    await page.context().clearCookies();
    await page.goto(`/sign-in?callbackUrl=${encodeURIComponent(callbackUrl)}`);
    await page.getByRole("button", { name: /Noura Alharbi/ }).click();
    await expect(page, callbackUrl).toHaveURL(`${baseURL}${path}`);
  }
});

test("the portal of somebody signed in is one step away, and no page loads anything from elsewhere", async ({
  browser,
  baseURL,
}) => {
  const context = await browserAs(browser, "admin");
  const page = await context.newPage();
  const foreign: string[] = [];
  page.on("request", (request) => {
    if (!request.url().startsWith(baseURL ?? "") && !request.url().startsWith("data:"))
      foreign.push(request.url());
  });
  await page.goto("/sign-in");
  await expect(page).toHaveURL(`${baseURL}/admin`);
  await page.goto("/");
  await page
    .getByRole("link", { name: /portal/i })
    .first()
    .click();
  await expect(page).toHaveURL(`${baseURL}/admin`);
  expect(foreign).toEqual([]);
  await context.close();
});

test("every page has a strict policy with a nonce of its own", async () => {
  const visitor = await apiAs(null);
  const policies = await Promise.all(
    ["/", "/sign-in", "/sign-in"].map(
      async (path) => (await visitor.get(path)).headers()["content-security-policy"],
    ),
  );
  for (const policy of policies)
    expect(policy).toMatch(/script-src 'self' 'nonce-[\w+/=]+' 'strict-dynamic';.*frame-ancestors 'none'/);
  expect(new Set(policies).size).toBe(3);
  await visitor.dispose();
});
