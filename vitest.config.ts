import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const root = fileURLToPath(new URL(".", import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      { find: /^@\//, replacement: root },
      // Outside Next it throws; what it guards against cannot happen in a test.
      { find: /^server-only$/, replacement: `${root}node_modules/server-only/empty.js` },
    ],
  },
  test: {
    include: ["{app,components,lib,scripts,prisma}/**/*.test.{ts,tsx}"],
    globalSetup: "scripts/support/test-cluster.mjs",
    // Vitest leaves one core to itself otherwise, and most of our tests wait for processes.
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
});
