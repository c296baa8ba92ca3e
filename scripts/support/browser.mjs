// The browser of the end-to-end tests: one that is there, else Playwright's own, else Debian's.
import { accessSync, constants, existsSync } from "node:fs";
import path from "node:path";
import { Problem } from "./problem.mjs";
import { run } from "./processes.mjs";
import { inProject } from "./project.mjs";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const fixedPlaces = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/**
 * The program of a browser on this system; undefined when there is none.
 * @returns {string | undefined}
 */
export function findSystemBrowser() {
  const folders = (process.env.PATH ?? "").split(path.delimiter).filter(Boolean);
  const candidates = folders.flatMap((folder) => names.map((name) => path.join(folder, name)));
  return [...candidates, ...fixedPlaces].find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/**
 * Makes sure that there is a browser for Playwright.
 * @param {AbortSignal} signal
 */
export async function requireBrowser(signal) {
  if (findSystemBrowser()) return;
  const { chromium } = await import("playwright");
  if (existsSync(chromium.executablePath())) return;

  console.log("Fetching a browser (playwright install chromium) …");
  const playwright = inProject("node_modules", "playwright", "cli.js");
  const download = await attempt(process.execPath, [playwright, "install", "chromium"], signal);
  if (download && existsSync(chromium.executablePath())) return;

  if (process.getuid?.() === 0) {
    console.log("That failed; installing the Debian package chromium …");
    await attempt("apt-get", ["update"], signal);
    await attempt("apt-get", ["install", "-y", "--no-install-recommends", "chromium"], signal);
    if (findSystemBrowser()) return;
  }
  throw new Problem(
    "The browser tests need Chromium or Google Chrome, and neither could be installed: install one so that it is on the PATH.",
  );
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
