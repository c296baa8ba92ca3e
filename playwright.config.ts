import { defineConfig } from "playwright/test";
import { findSystemBrowser } from "./scripts/support/browser.mjs";

const executablePath = findSystemBrowser();

const browser = { browserName: "chromium", viewport: { width: 1280, height: 800 } } as const;

export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results/e2e",
  globalSetup: "./e2e/support/server.ts",
  workers: 2,
  retries: 0,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  globalTimeout: 900_000,
  forbidOnly: true,
  reporter: [["list"], ["json", { outputFile: "test-results/e2e.json" }]],
  use: {
    // Set by the global set-up, which starts the server on a free port.
    baseURL: process.env.LOCKSTEP_E2E_URL,
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
    launchOptions: {
      ...(executablePath && { executablePath }),
      args: [
        "--disable-background-networking",
        "--disable-component-update",
        // A name that is no trusted host, for pages without a secure context.
        "--host-resolver-rules=MAP lockstep.test 127.0.0.1",
        ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
      ],
    },
  },
  projects: [
    // Counts every request that its pages make, so nobody else may change what they show meanwhile.
    { name: "alone", testMatch: "organization/class-story.spec.ts", use: browser },
    {
      name: "together",
      testIgnore: "organization/class-story.spec.ts",
      use: browser,
      dependencies: ["alone"],
    },
  ],
});
