// What is checked without running Lockstep: types, lint (who may import whom is part of it), unused code.

import { nextBin } from "./build.mjs";
import { Problem } from "./problem.mjs";
import { run } from "./processes.mjs";
import { inProject } from "./project.mjs";
import { secondsSince } from "./step.mjs";

/** @param {string[]} parts below node_modules */
const bin = (...parts) => inProject("node_modules", ...parts);

/** @type {{ title: string, commands: string[][] }[]} */
const steps = [
  {
    title: "types of the application",
    commands: [
      [nextBin, "typegen"],
      [bin("typescript", "bin", "tsc"), "--noEmit"],
    ],
  },
  {
    title: "types of the scripts",
    commands: [[bin("typescript", "bin", "tsc"), "--noEmit", "-p", "scripts"]],
  },
  {
    title: "lint and format",
    commands: [[bin("@biomejs", "biome", "bin", "biome"), "check", "--error-on-warnings", "."]],
  },
  {
    title: "unused code and dependencies",
    commands: [[bin("knip", "bin", "knip.js"), "--no-progress"]],
  },
];

/**
 * Runs all of them, also after one has failed.
 * @param {AbortSignal} signal
 * @returns {Promise<{ passed: number, failed: number }>}
 */
export async function validate(signal) {
  const env = { ...process.env, LOCKSTEP_DIST_DIR: ".next-test", NEXT_TELEMETRY_DISABLED: "1" };
  let passed = 0;
  for (const { title, commands } of steps) {
    const startedAt = performance.now();
    const failure = await firstFailure(commands, env, signal);
    console.log(`${failure === undefined ? "✓" : "✗"} ${title} (${secondsSince(startedAt)} s)`);
    if (failure === undefined) passed += 1;
    else console.log(failure);
  }
  return { passed, failed: steps.length - passed };
}

/**
 * @param {string[][]} commands
 * @param {NodeJS.ProcessEnv} env
 * @param {AbortSignal} signal
 * @returns {Promise<string | undefined>} its output
 */
async function firstFailure(commands, env, signal) {
  for (const args of commands) {
    try {
      const { code, output } = await run(process.execPath, args, { env, signal, timeoutMs: 180_000 });
      if (code !== 0) return output.trim();
    } catch (error) {
      if (error instanceof Problem) return error.message;
      throw error;
    }
  }
}
