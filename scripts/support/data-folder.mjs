// The folder that holds everything Lockstep must keep: database, secrets, media.
import { accessSync, constants, mkdirSync } from "node:fs";
import path from "node:path";
import { tryLock } from "./lock.mjs";
import { codeOf, Problem } from "./problem.mjs";
import { endForeign, isAlive } from "./processes.mjs";
import { projectRoot } from "./project.mjs";

/** Absolute; a relative LOCKSTEP_DATA_DIR counts from the project. */
export function dataFolder() {
  return path.resolve(projectRoot, process.env.LOCKSTEP_DATA_DIR || ".data");
}

/**
 * Makes sure of the data folder and takes it for this process alone. Servers that an owner killed before its time left
 * behind are ended first.
 * @param {string} folder
 * @param {string} address
 */
export async function takeDataFolder(folder, address) {
  try {
    // Others may pass (the database runs as a user of its own when we are root), not look.
    mkdirSync(folder, { recursive: true, mode: 0o711 });
    accessSync(folder, constants.W_OK | constants.X_OK);
    const { lock, holder } = tryLock(path.join(folder, "lockstep.lock"), { address });
    if (holder) {
      throw new Problem(
        `Lockstep is already running on ${folder}: ${holder.address ?? "address unknown"} (process ${holder.pid}).`,
      );
    }
    for (const child of lock.stale?.children ?? []) {
      if (isAlive(child))
        await endForeign(child, { signal: "SIGTERM", graceMs: 3_000, hardSignal: "SIGKILL" });
    }
    return lock;
  } catch (error) {
    if (error instanceof Problem || !codeOf(error)) throw error;
    throw new Problem(
      `The data folder ${folder} cannot be written to (${codeOf(error)}): make it writable, or name another one in LOCKSTEP_DATA_DIR.`,
    );
  }
}
