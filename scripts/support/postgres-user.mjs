// PostgreSQL refuses to run as root: there it runs as the system user "postgres", who must be able to reach its files.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chownSync, cpSync, existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { Problem } from "./problem.mjs";

/** @typedef {{ uid?: number, gid?: number }} Ids empty for "as we are" */

/** Where the files lie that the user cannot reach in the checkout or in the data folder. */
const systemFolder = "/var/lib/lockstep";

/** @returns {Ids} */
export function postgresIds() {
  if (process.getuid?.() !== 0) return {};
  if (idOf("-u") === undefined) {
    spawnSync("groupadd", ["--system", "postgres"]);
    spawnSync("useradd", [
      "--system",
      "--gid",
      "postgres",
      "--no-create-home",
      "--shell",
      "/usr/sbin/nologin",
      "postgres",
    ]);
    if (idOf("-u") !== undefined)
      console.log('Created the system user "postgres": PostgreSQL refuses to run as root.');
  }
  const uid = idOf("-u");
  const gid = idOf("-g");
  if (uid === undefined || gid === undefined) {
    throw new Problem(
      'PostgreSQL refuses to run as root, and a system user "postgres" could not be created: start as an ordinary user, or set DATABASE_URL.',
    );
  }
  return { uid, gid };
}

/** @param {"-u" | "-g"} flag */
function idOf(flag) {
  const { status, stdout } = spawnSync("id", [flag, "postgres"], { encoding: "utf8" });
  return status === 0 ? Number(stdout) : undefined;
}

/**
 * Where the database of a data folder lives: in it, or, when the user "postgres" cannot walk there, in a folder of the
 * system that is named after it. Once made, it stays where it is.
 * @param {string} dataDir absolute, exists
 * @param {Ids} ids
 * @param {string} clusterName
 */
export function clusterHome(dataDir, ids, clusterName) {
  if (ids.uid === undefined) return dataDir;
  const name = createHash("sha256").update(dataDir).digest("hex").slice(0, 16);
  const elsewhere = path.join(systemFolder, name);
  if (existsSync(path.join(elsewhere, clusterName))) return elsewhere;
  const isReachable =
    spawnSync("/bin/sh", ["-c", 'cd -- "$1"', "sh", dataDir], { ...ids, cwd: "/" }).status === 0;
  return isReachable ? dataDir : elsewhere;
}

/**
 * The folder of PostgreSQL's programs: the package's own, or a copy where the user "postgres" cannot reach that.
 * @param {{ folder: string, version: string }} platformPackage
 * @param {Ids} ids
 */
export function reachablePrograms({ folder, version }, ids) {
  const native = path.join(folder, "native");
  if (ids.uid === undefined) return path.join(native, "bin");
  const canRun =
    spawnSync(path.join(native, "bin", "postgres"), ["--version"], { ...ids, cwd: "/" }).status === 0;
  if (canRun) return path.join(native, "bin");
  const copy = path.join(systemFolder, `postgresql-${version}`);
  if (!existsSync(copy)) {
    mkdirSync(systemFolder, { recursive: true, mode: 0o755 });
    const draft = `${copy}.${process.pid}`;
    cpSync(native, draft, { recursive: true, verbatimSymlinks: true });
    try {
      renameSync(draft, copy);
    } catch (error) {
      rmSync(draft, { recursive: true });
      if (!existsSync(copy)) throw error;
    }
    console.log(
      `Copied PostgreSQL's programs to ${copy}: the user "postgres" cannot reach them in the checkout.`,
    );
  }
  return path.join(copy, "bin");
}

/**
 * @param {string} file
 * @param {Ids} ids
 */
export function giveTo(file, { uid, gid }) {
  if (uid !== undefined && gid !== undefined) chownSync(file, uid, gid);
}
