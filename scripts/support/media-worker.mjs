// The worker process that compresses videos: started, started again when it falls, and ended with all that it runs.
import { spawn } from "node:child_process";
import { delay, endChild, identify, sendSignal } from "./processes.mjs";
import { projectRoot } from "./project.mjs";

/** How long a worker may take to give its uploads back. */
const graceMs = 8_000;
const firstBackoffMs = 500;
const maxBackoffMs = 15_000;

/**
 * @typedef {object} MediaWorker
 * @property {() => import("./processes.mjs").ProcessIdentity | undefined} identity of the process that runs now
 * @property {(hasten?: AbortSignal) => Promise<void>} stop
 */

/**
 * @param {{ env: NodeJS.ProcessEnv, onStarted?: (identity: import("./processes.mjs").ProcessIdentity) => void }} options
 * @returns {MediaWorker}
 */
export function startMediaWorker({ env, onStarted }) {
  let stopping = false;
  let backoffMs = firstBackoffMs;
  /** @type {import("node:child_process").ChildProcess} */
  let child;

  const start = () => {
    const startedAt = Date.now();
    child = spawn(
      process.execPath,
      ["--conditions=react-server", "--import", "tsx", "lib/media/worker-process.ts"],
      {
        cwd: projectRoot,
        env,
        stdio: ["ignore", "inherit", "inherit", "ipc"],
        // A group of its own: it is ended in order, and what it runs is ended with it.
        detached: true,
      },
    );
    const { pid } = child;
    const identity = pid === undefined ? undefined : identify(pid);
    if (identity) onStarted?.(identity);
    child.once("error", (error) => console.error(`The worker could not be started: ${error.message}`));
    child.once("exit", async (code, by) => {
      // The ffmpeg of a worker that was killed would go on for nobody.
      if (pid !== undefined) sendSignal(-pid, "SIGKILL");
      if (stopping) return;
      if (Date.now() - startedAt > 30_000) backoffMs = firstBackoffMs;
      console.error(`The worker ended (${by ?? `code ${code}`}); starting it again in ${backoffMs} ms.`);
      await delay(backoffMs);
      backoffMs = Math.min(maxBackoffMs, backoffMs * 2);
      if (!stopping) start();
    });
  };
  start();

  return {
    identity: () => (child.pid === undefined ? undefined : identify(child.pid)),
    async stop(hasten) {
      stopping = true;
      await endChild(child, { signal: "SIGTERM", graceMs, hasten });
    },
  };
}
