// Processes by their identity: a pid alone says little, since the system uses it again.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { Interrupted, Problem } from "./problem.mjs";
import { projectRoot } from "./project.mjs";

/**
 * @typedef {{ pid: number, startedAt: string }} ProcessIdentity startedAt is opaque: equal for the same process only
 * @typedef {import("node:child_process").ChildProcess} ChildProcess
 */

const hasProc = process.platform === "linux";

/**
 * @param {number} pid
 * @returns {{ parent: number, startedAt: string } | undefined} undefined when there is no such (living) process
 */
function inspect(pid) {
  try {
    if (hasProc) {
      const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
      // The name is in parentheses and may hold anything, so the fields are counted from the last parenthesis.
      const [state, parent, ...rest] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return state === "Z" || state === "X"
        ? undefined
        : { parent: Number(parent), startedAt: rest[17] ?? "" };
    }
    const line = execFileSync("ps", ["-o", "ppid=,lstart=", "-p", String(pid)], { encoding: "utf8" }).trim();
    const [parent = "", ...startedAt] = line.split(/\s+/);
    return { parent: Number(parent), startedAt: startedAt.join(" ") };
  } catch {
    return undefined;
  }
}

/**
 * @param {number} pid
 * @returns {ProcessIdentity | undefined}
 */
export function identify(pid) {
  const found = inspect(pid);
  return found && { pid, startedAt: found.startedAt };
}

/** @param {ProcessIdentity} identity */
export function isAlive(identity) {
  return inspect(identity.pid)?.startedAt === identity.startedAt;
}

/** @param {number} pid */
export function parentOf(pid) {
  return inspect(pid)?.parent;
}

/**
 * The words of a process's command line; empty when there is no such process.
 * @param {number} pid
 */
export function commandLine(pid) {
  try {
    if (hasProc) return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").filter(Boolean);
    return [execFileSync("ps", ["-o", "command=", "-p", String(pid)], { encoding: "utf8" }).trim()];
  } catch {
    return [];
  }
}

/**
 * Sends a signal; a process that is gone already is no error.
 * @param {number} pid negative for a process group
 * @param {NodeJS.Signals} signal
 */
export function sendSignal(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {}
}

/**
 * Asks a process that is no child of ours to end, and waits until it has.
 * @param {ProcessIdentity} identity
 * @param {{ signal: NodeJS.Signals, graceMs: number, hardSignal: NodeJS.Signals }} options
 */
export async function endForeign(identity, { signal, graceMs, hardSignal }) {
  const deadline = Date.now() + graceMs;
  sendSignal(identity.pid, signal);
  while (isAlive(identity) && Date.now() < deadline) await delay(50);
  if (isAlive(identity)) sendSignal(identity.pid, hardSignal);
  const hardDeadline = Date.now() + 5_000;
  while (isAlive(identity) && Date.now() < hardDeadline) await delay(50);
}

/**
 * Asks a child that leads its own process group to end; after the grace time, or when hastened, its group is killed.
 * @param {ChildProcess} child
 * @param {{ signal: NodeJS.Signals, graceMs: number, hardSignal?: NodeJS.Signals, hasten?: AbortSignal }} options
 */
export async function endChild(child, { signal, graceMs, hardSignal = "SIGKILL", hasten }) {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const pid = child.pid;
  const exited = once(child, "exit");
  const kill = () => sendSignal(hardSignal === "SIGKILL" ? -pid : pid, hardSignal);
  const timer = setTimeout(kill, graceMs);
  hasten?.addEventListener("abort", kill, { once: true });
  if (hasten?.aborted) kill();
  child.kill(signal);
  await exited;
  clearTimeout(timer);
  hasten?.removeEventListener("abort", kill);
  // Whatever the child left behind in its group must not outlive it.
  if (hardSignal === "SIGKILL") sendSignal(-pid, "SIGKILL");
}

/**
 * Runs a command to its end, in a process group of its own, so that none of it survives a time-out or an interruption.
 * @param {string} command
 * @param {string[]} args
 * @param {object} [options]
 * @param {NodeJS.ProcessEnv} [options.env]
 * @param {boolean} [options.show] whether its output goes to the terminal; it is returned in any case
 * @param {number} [options.timeoutMs]
 * @param {AbortSignal} [options.signal]
 * @param {number} [options.uid]
 * @param {number} [options.gid]
 * @param {string} [options.cwd]
 * @returns {Promise<{ code: number, output: string }>}
 */
export async function run(
  command,
  args,
  { env = process.env, show = false, timeoutMs = 600_000, signal, uid, gid, cwd } = {},
) {
  if (signal?.aborted) throw new Interrupted();
  const child = spawn(command, args, {
    cwd: cwd ?? projectRoot,
    env,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
    ...(uid !== undefined && { uid, gid }),
  });
  let output = "";
  for (const [from, to] of /** @type {const} */ ([
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ])) {
    from.setEncoding("utf8");
    from.on("data", (text) => {
      output += text;
      if (show) to.write(text);
    });
  }
  const { pid } = child;
  let timedOut = false;
  /** @type {Promise<void> | undefined} */
  let ending;
  const end = () => {
    if (pid !== undefined) ending ??= endGroup(pid);
  };
  const timer = setTimeout(() => {
    timedOut = true;
    end();
  }, timeoutMs);
  signal?.addEventListener("abort", end, { once: true });
  try {
    const [code] = await once(child, "close");
    await ending;
    if (signal?.aborted) throw new Interrupted();
    if (timedOut) {
      throw new Problem(`${command} did not finish within ${Math.round(timeoutMs / 1000)} s and was ended.`);
    }
    return { code: code ?? 1, output };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", end);
    // Whatever it left behind must not outlive it.
    if (pid !== undefined) sendSignal(-pid, "SIGKILL");
  }
}

/**
 * Asks a process group to end, and kills what is left of it after a while: a test run has a server to stop first.
 * @param {number} pgid
 */
async function endGroup(pgid) {
  const deadline = Date.now() + 15_000;
  sendSignal(-pgid, "SIGTERM");
  while (groupExists(pgid) && Date.now() < deadline) await delay(50);
  sendSignal(-pgid, "SIGKILL");
}

/** @param {number} pgid */
function groupExists(pgid) {
  try {
    process.kill(-pgid, 0);
    return true;
  } catch {
    return false;
  }
}

/** @param {number} ms */
export function delay(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
