// The web server: one Next.js process that this one owns.
import { spawn } from "node:child_process";
import { nextBin } from "./build.mjs";
import { Problem } from "./problem.mjs";
import { delay, endChild, identify } from "./processes.mjs";
import { projectRoot } from "./project.mjs";

/** How long open requests and streams may take to end; instrumentation closes the streams in less. */
const drainMs = 10_000;

const startLimitMs = 90_000;

/**
 * @typedef {object} WebServer
 * @property {import("./processes.mjs").ProcessIdentity | undefined} identity
 * @property {Promise<string>} ended resolves with the reason when the server ends, wanted or not
 * @property {(hasten?: AbortSignal) => Promise<void>} stop
 */

/**
 * @param {{ port: number, isDevelopment: boolean, env: NodeJS.ProcessEnv }} options
 * @returns {WebServer}
 */
export function startWebServer({ port, isDevelopment, env }) {
  const child = spawn(process.execPath, [nextBin, isDevelopment ? "dev" : "start", "-p", String(port)], {
    cwd: projectRoot,
    env,
    // The channel closes when this process is gone, however it ended; the server then ends itself.
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    // A group of its own: Ctrl-C in a terminal must reach us alone, which end things in their order.
    detached: true,
  });
  return {
    identity: child.pid === undefined ? undefined : identify(child.pid),
    ended: new Promise((resolve) => {
      child.once("error", (error) => resolve(`The web server could not be started: ${error.message}`));
      child.once("exit", (code, by) =>
        resolve(`The web server ended by itself (${by ?? `code ${code}`}); its messages are above.`),
      );
    }),
    stop: (hasten) => endChild(child, { signal: "SIGTERM", graceMs: drainMs, hasten }),
  };
}

/**
 * Waits until the server can serve.
 * @param {{ port: number, server: WebServer, asked: AbortSignal }} options
 */
export async function untilHealthy({ port, server, asked }) {
  /** @type {string | undefined} */
  let endedBecause;
  void server.ended.then((reason) => {
    endedBecause = reason;
  });
  const deadline = Date.now() + startLimitMs;
  let last = "it did not answer";
  while (Date.now() < deadline) {
    asked.throwIfAborted();
    if (endedBecause) throw new Problem(endedBecause);
    try {
      const response = await fetch(`http://127.0.0.1:${port}/api/health`, {
        signal: AbortSignal.any([asked, AbortSignal.timeout(30_000)]),
      });
      const text = await response.text();
      if (response.ok) return;
      last = `it answered ${response.status} ${text.slice(0, 500)}`;
    } catch {
      // Not listening yet, or ended; the next round tells which.
    }
    await delay(100);
  }
  throw new Problem(`The web server did not become healthy within ${startLimitMs / 1000} s: ${last}`);
}
