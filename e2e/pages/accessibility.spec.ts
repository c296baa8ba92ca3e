import AxeBuilder from "@axe-core/playwright";
import { type Browser, type BrowserContext, expect, type Page, test } from "playwright/test";
import { browserAs, type Person } from "../support/people";

type View = { name: string; path: string; who: Person | null; open?: (page: Page) => Promise<void> };

const views: View[] = [
  { name: "home", path: "/", who: null },
  { name: "home-search", path: "/?q=first", who: null },
  { name: "home-nothing-found", path: "/?q=zzzz", who: null },
  { name: "sign-in", path: "/sign-in", who: null },
  { name: "not-found", path: "/nowhere", who: null },
  { name: "student", path: "/student", who: "student" },
  { name: "staff", path: "/staff", who: "staff" },
  {
    name: "learn-video",
    path: "/learn/first-aid-and-cpr/check-and-call",
    who: "student",
    open: async (page) => expect(page.getByRole("region", { name: "Transcript" })).toBeVisible(),
  },
  { name: "learn-document", path: "/learn/first-aid-and-cpr/chest-compressions", who: "student" },
  { name: "learn-quiz", path: "/learn/first-aid-and-cpr/cpr-quiz", who: "student" },
  { name: "learn-assignment", path: "/learn/first-aid-and-cpr/find-your-defibrillator", who: "student" },
  { name: "learn-overview", path: "/learn/workplace-safety", who: "student" },
  { name: "instructor", path: "/instructor", who: "mike" },
  { name: "organization", path: "/organization", who: "iffat" },
  {
    name: "organization-request-form",
    path: "/organization",
    who: "iffat",
    open: async (page) => {
      await page.getByRole("button", { name: "Request a course" }).first().click();
      await expect(page.getByRole("dialog")).toBeVisible();
    },
  },
  {
    name: "organization-request",
    path: "/organization",
    who: "iffat",
    open: async (page) => {
      await page.locator("[data-request-id]").first().click();
      await expect(page.getByRole("dialog")).toBeVisible();
    },
  },
  { name: "admin", path: "/admin", who: "admin" },
  {
    name: "admin-request",
    path: "/admin",
    who: "admin",
    open: async (page) => {
      await page.locator("[data-request-id]").first().click();
      await expect(page.getByRole("list", { name: "Instructors" })).toBeVisible();
    },
  },
  { name: "admin-homepage", path: "/admin/homepage", who: "admin" },
  {
    name: "admin-homepage-phone-preview",
    path: "/admin/homepage",
    who: "admin",
    open: async (page) => {
      await page.getByRole("radio", { name: "Phone" }).click();
      await expect(page.locator("[data-preview=phone]")).toBeVisible();
    },
  },
  {
    name: "admin-homepage-banner",
    path: "/admin/homepage",
    who: "admin",
    open: async (page) => {
      await page.getByRole("button", { name: "Banner", exact: true }).click();
      await expect(page.getByRole("dialog", { name: "New banner" })).toBeVisible();
    },
  },
  {
    name: "admin-homepage-releases",
    path: "/admin/homepage",
    who: "admin",
    open: async (page) => {
      await page.getByRole("button", { name: "Releases" }).click();
      await expect(page.getByRole("dialog", { name: "Releases" })).toBeVisible();
    },
  },
  {
    name: "admin-health",
    path: "/admin/health",
    who: "admin",
    open: async (page) => {
      await expect(page.locator("[data-health]")).toBeVisible();
    },
  },
  { name: "admin-progress-demo", path: "/admin/progress-demo", who: "admin" },
  {
    name: "command-menu",
    path: "/admin",
    who: "admin",
    open: async (page) => {
      await page.keyboard.press("Control+k");
      await expect(page.getByRole("dialog")).toBeVisible();
    },
  },
];

async function contextFor(
  browser: Browser,
  who: Person | null,
  options: Parameters<Browser["newContext"]>[0],
): Promise<BrowserContext> {
  return who ? browserAs(browser, who, options) : browser.newContext(options);
}

for (const colorScheme of ["light", "dark"] as const) {
  for (const width of [390, 1440]) {
    test(`axe finds nothing serious on any page, ${colorScheme}, ${width} px wide, and nothing overflows`, async ({
      browser,
      baseURL,
    }) => {
      test.setTimeout(240_000);
      for (const view of views) {
        await test.step(view.name, async () => {
          const context = await contextFor(browser, view.who, {
            baseURL,
            colorScheme,
            reducedMotion: "reduce",
            viewport: { width, height: width === 390 ? 844 : 900 },
          });
          const page = await context.newPage();
          await page.goto(view.path);
          if (view.who) await expect(page.getByRole("button", { name: /^Live/ })).toBeVisible();
          await view.open?.(page);
          await page.screenshot({ path: `test-results/pages/${view.name}-${colorScheme}-${width}.png` });
          const { violations } = await new AxeBuilder({ page }).analyze();
          const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
          expect(
            serious.map(
              ({ id, nodes }) => `${view.name}: ${id}: ${nodes.map((node) => node.html).join(" ")}`,
            ),
          ).toEqual([]);
          const overflow = await page.evaluate(
            () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
          );
          expect(overflow, `${view.name} is wider than the screen`).toBeLessThanOrEqual(0);
          await context.close();
        });
      }
    });
  }
}
