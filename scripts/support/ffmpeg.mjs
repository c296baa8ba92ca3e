// The ffmpeg of the tests: one that is there, else Debian's, else the one that npm has.
import { existsSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import path from "node:path";
import { stateFolder } from "./checkout.mjs";
import { run } from "./processes.mjs";
import { inProject } from "./project.mjs";

const names = ["ffmpeg", "ffprobe"];

function isOnPath() {
  const folders = (process.env.PATH ?? "").split(path.delimiter).filter(Boolean);
  return names.every((name) => folders.some((folder) => existsSync(path.join(folder, name))));
}

/**
 * Makes sure of an ffmpeg and ffprobe on the PATH of this process and of those that it starts. Without one the tests
 * that need it are skipped, and say so.
 * @param {AbortSignal} signal
 */
export async function bringFfmpeg(signal) {
  if (isOnPath()) return;
  if (process.getuid?.() === 0) {
    console.log("Installing the Debian package ffmpeg …");
    await attempt("apt-get", ["update"], signal);
    await attempt("apt-get", ["install", "-y", "--no-install-recommends", "ffmpeg"], signal);
    if (isOnPath()) return;
  }
  if (linkPackaged()) return console.log("Using the ffmpeg that npm has, which is old: install a newer one.");
  console.log("There is no ffmpeg, and none could be installed: the tests that need it are skipped.");
}

/** npm's are in folders of their own, and not executable where no install script ran. */
function linkPackaged() {
  const folder = inProject(stateFolder, "ffmpeg");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const platform = `${process.platform}-${process.arch}`;
  for (const name of names) {
    const packaged = inProject("node_modules", `@${name}-installer`, platform, name);
    if (!existsSync(packaged)) return false;
    symlinkSync(packaged, path.join(folder, name));
  }
  process.env.PATH = [process.env.PATH, folder].join(path.delimiter);
  return true;
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {AbortSignal} signal
 */
async function attempt(command, args, signal) {
  try {
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    return (await run(command, args, { env, signal, timeoutMs: 240_000 })).code === 0;
  } catch {
    signal.throwIfAborted();
    return false;
  }
}
