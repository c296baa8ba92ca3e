// A lock is a file that names the process which holds it. It is stale once that process is gone.
import { randomBytes } from "node:crypto";
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { codeOf } from "./problem.mjs";
import { delay, identify, isAlive } from "./processes.mjs";

/**
 * @typedef {import("./processes.mjs").ProcessIdentity} ProcessIdentity
 * @typedef {object} LockNote what the holder tells about itself
 * @property {string} [address]
 * @property {ProcessIdentity[]} [children] what must be ended before the lock may change hands
 * @typedef {ProcessIdentity & LockNote & { token: string }} LockContent
 * @typedef {object} Lock
 * @property {LockContent | undefined} stale what the holder before left, when it did not end in order
 * @property {(note: LockNote) => void} note
 * @property {() => void} release
 */

/**
 * @param {string} file
 * @returns {LockContent | undefined}
 */
export function readLock(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

/**
 * Takes the lock, or answers who holds it.
 * @param {string} file
 * @param {LockNote} [note]
 * @returns {{ lock: Lock, holder?: undefined } | { lock?: undefined, holder: LockContent }}
 */
export function tryLock(file, note = {}) {
  const self = identify(process.pid);
  if (!self) throw new Error("This process cannot find its own entry in the process table.");
  const token = randomBytes(8).toString("hex");
  const draft = `${file}.${token}`;
  /** @param {LockNote} content */
  const writeDraft = (content) =>
    writeFileSync(draft, JSON.stringify({ ...self, token, ...content }), { mode: 0o600 });

  /** @type {LockContent | undefined} */
  let stale;
  try {
    writeDraft(note);
    for (;;) {
      try {
        // A link is made only if there is none, and is whole from the first moment.
        linkSync(draft, file);
        break;
      } catch (error) {
        if (codeOf(error) !== "EEXIST") throw error;
      }
      const holder = readLock(file);
      if (holder && isAlive(holder)) return { holder };
      const aside = `${draft}.stale`;
      try {
        renameSync(file, aside);
      } catch (error) {
        if (codeOf(error) === "ENOENT") continue;
        throw error;
      }
      const moved = readLock(aside);
      if (moved && isAlive(moved)) {
        // Another process took the stale lock over in between, and this is its new one: it goes back.
        linkSync(aside, file);
        rmSync(aside);
        return { holder: moved };
      }
      stale = moved;
      rmSync(aside);
    }
  } finally {
    rmSync(draft, { force: true });
  }
  return {
    lock: {
      stale,
      note(next) {
        writeDraft(next);
        renameSync(draft, file);
      },
      release() {
        if (readLock(file)?.token === token) rmSync(file, { force: true });
      },
    },
  };
}

/**
 * Does something that only one process may do at a time, after waiting for the others.
 * @template T
 * @param {string} file
 * @param {{ onWait: (holder: LockContent) => void, signal?: AbortSignal }} options
 * @param {() => Promise<T>} work
 */
export async function withLock(file, { onWait, signal }, work) {
  let waited = false;
  for (;;) {
    signal?.throwIfAborted();
    const { lock, holder } = tryLock(file);
    if (lock) {
      try {
        return await work();
      } finally {
        lock.release();
      }
    }
    if (!waited) onWait(holder);
    waited = true;
    await delay(200);
  }
}
