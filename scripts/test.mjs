// npm test: everything, on a fresh checkout too. The last line tells how it went: N passed, N failed, N skipped.
// npm test -- --only validate|unit|faults|e2e: one part of it.
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { requireBrowser } from "./support/browser.mjs";
import { build } from "./support/build.mjs";
import { prepareCheckout, stateFolder } from "./support/checkout.mjs";
import { dependencies, requireNodeVersion } from "./support/dependencies.mjs";
import { bringFfmpeg } from "./support/ffmpeg.mjs";
import { tryLock } from "./support/lock.mjs";
import { offerNginx } from "./support/nginx.mjs";
import { prismaClient } from "./support/prisma.mjs";
import { messageOf, Problem, runMain } from "./support/problem.mjs";
import { run } from "./support/processes.mjs";
import { inProject } from "./support/project.mjs";
import { listenForShutdown } from "./support/shutdown.mjs";
import { step } from "./support/step.mjs";
import { validate } from "./support/validation.mjs";

/** @typedef {{ passed: number, failed: number, skipped: number }} Tally */

const parts = ["validate", "unit", "faults", "e2e"];

// A build of its own: the one that a running `npm start` serves from must not be written over.
process.env.LOCKSTEP_DIST_DIR = ".next-test";

await runMain(async () => {
  requireNodeVersion();
  const wanted = readWanted();
  const shutdown = listenForShutdown();
  const { asked } = shutdown;
  mkdirSync(inProject(stateFolder), { recursive: true });
  const { lock, holder } = tryLock(inProject(stateFolder, "test.lock"));
  if (!lock) {
    shutdown.dispose();
    throw new Problem(
      `npm test is already running in this checkout (process ${holder.pid}); wait for it, or end it.`,
    );
  }

  /** @type {Tally} */
  const total = { passed: 0, failed: 0, skipped: 0 };
  try {
    await prepareCheckout([dependencies, prismaClient], asked);
    if (wanted.has("validate")) add(total, { ...(await validate(asked)), skipped: 0 });

    const isBuilt = await attempt(total, () => prepareCheckout([build], asked));
    if (wanted.has("unit") || wanted.has("e2e")) await bringFfmpeg(asked);
    if (wanted.has("unit")) {
      await offerNginx(asked);
      add(total, await runVitest("unit and integration tests", ["unit", "processes"], 1_500_000, asked));
    }
    if (wanted.has("faults")) add(total, await runVitest("fault suite", ["faults"], 600_000, asked));
    if (wanted.has("e2e") && isBuilt && (await attempt(total, () => requireBrowser(asked)))) {
      add(total, await runBrowserTests(asked));
    }
  } finally {
    lock.release();
    shutdown.dispose();
  }
  console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  return total.failed === 0 ? 0 : 1;
});

function readWanted() {
  const [flag, part, ...rest] = process.argv.slice(2);
  if (flag === undefined) return new Set(parts);
  if (flag === "--only" && part !== undefined && parts.includes(part) && rest.length === 0)
    return new Set([part]);
  throw new Problem(`Usage: npm test [-- --only ${parts.join("|")}]`);
}

/**
 * What the tests need first; when it fails, that is one failure, and the tests that need it cannot run.
 * @param {Tally} total
 * @param {() => Promise<void>} preparation
 */
async function attempt(total, preparation) {
  try {
    await preparation();
    return true;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    console.error(messageOf(error));
    total.failed += 1;
    return false;
  }
}

/**
 * @param {string} what
 * @param {string[]} projects of vitest.config.ts
 * @param {number} timeoutMs
 * @param {AbortSignal} signal
 * @returns {Promise<Tally>}
 */
function runVitest(what, projects, timeoutMs, signal) {
  const reportFile = inProject("test-results", `${projects[0]}.json`);
  const vitest = inProject("node_modules", "vitest", "vitest.mjs");
  const args = [
    vitest,
    "run",
    ...projects.flatMap((project) => ["--project", project]),
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${reportFile}`,
  ];
  return runTests(`Ran the ${what}`, { args, reportFile, timeoutMs, signal }, (report) => ({
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
  }));
}

/**
 * @param {AbortSignal} signal
 * @returns {Promise<Tally>}
 */
function runBrowserTests(signal) {
  const reportFile = inProject("test-results", "e2e.json");
  const args = [inProject("node_modules", "playwright", "cli.js"), "test"];
  return runTests(
    "Ran the browser tests",
    { args, reportFile, timeoutMs: 2_700_000, signal },
    ({ stats }) => ({
      passed: stats.expected,
      failed: stats.unexpected + stats.flaky,
      skipped: stats.skipped,
    }),
  );
}

/**
 * Runs a test runner and reads its counts. A runner that fails without a failed test (a file that does not load, a
 * time-out) counts as one failure.
 * @param {string} title
 * @param {{ args: string[], reportFile: string, timeoutMs: number, signal: AbortSignal }} options
 * @param {(report: any) => Tally} count
 * @returns {Promise<Tally>}
 */
async function runTests(title, { args, reportFile, timeoutMs, signal }, count) {
  rmSync(reportFile, { force: true });
  return await step(title, async () => {
    /** @type {Tally} */
    let tally = { passed: 0, failed: 0, skipped: 0 };
    try {
      const { code } = await run(process.execPath, args, { show: true, signal, timeoutMs });
      tally = count(JSON.parse(readFileSync(reportFile, "utf8")));
      if (code !== 0 && tally.failed === 0) tally.failed = 1;
    } catch (error) {
      signal.throwIfAborted();
      console.error(messageOf(error));
      tally.failed += 1;
    }
    return tally;
  });
}

/**
 * @param {Tally} total
 * @param {Tally} part
 */
function add(total, { passed, failed, skipped }) {
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
}
