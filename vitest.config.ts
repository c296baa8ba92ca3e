import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const root = fileURLToPath(new URL(".", import.meta.url));

/** Each of them starts servers of its own: one after the other, and beside nothing else. */
const processTests = [
  "scripts/start.test.ts",
  "scripts/nginx.test.ts",
  "scripts/migrations.test.ts",
  "lib/media/{faults,receive,worker}.test.ts",
];
/** Minutes long; `npm test` runs it as a part of its own. */
const faultTests = ["scripts/faults/faults.test.ts"];

export default defineConfig({
  resolve: {
    alias: [
      { find: /^@\//, replacement: root },
      // Outside Next it throws; what it guards against cannot happen in a test.
      { find: /^server-only$/, replacement: `${root}node_modules/server-only/empty.js` },
    ],
  },
  test: {
    testTimeout: 20_000,
    hookTimeout: 30_000,
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["{app,components,lib,scripts,prisma}/**/*.test.{ts,tsx}"],
          exclude: [...processTests, ...faultTests],
          globalSetup: "scripts/support/test-cluster.mjs",
          // Vitest leaves one core to itself otherwise, and most of our tests wait for processes.
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: "processes",
          include: processTests,
          globalSetup: "scripts/support/test-cluster.mjs",
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: "faults",
          include: faultTests,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
