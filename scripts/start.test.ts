import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import pg from "pg";
import { afterEach, describe, expect, test } from "vitest";
import { z } from "zod";

// Real processes over the build that `npm test` made in .next-test.
const isBuilt = existsSync(".next-test/lockstep-build");
if (!isBuilt)
  console.log("Skipped scripts/start.test.ts: there is no build in .next-test; npm test makes one.");

const START_LIMIT_MS = 240_000;
const STREAMS = 500;
const lockFile = z.object({ pid: z.number(), children: z.array(z.object({ pid: z.number() })).optional() });

const draining = z.object({ status: z.literal("down"), relay: z.object({ streams: z.number() }) });

type Start = {
  child: ChildProcess;
  output: () => string;
  exited: Promise<number | null>;
  ready: Promise<void>;
};

const folders: string[] = [];
const starts: Start[] = [];

afterEach(async () => {
  for (const { child, exited } of starts.splice(0)) {
    child.kill("SIGTERM");
    await exited;
  }
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A data folder; its path has a space, and the user "postgres" can walk to it. */
function makeDataFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), "lockstep start "));
  chmodSync(folder, 0o711);
  folders.push(folder);
  return folder;
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0);
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return z.object({ port: z.number() }).parse(address).port;
}

type StartOptions = {
  uid?: number;
  gid?: number;
  /** The demo has videos to make, which the other tests need not wait for. */
  hasDemo?: boolean;
};

function start(dataDir: string, port: number, { hasDemo = false, ...options }: StartOptions = {}): Start {
  const { npm_lifecycle_event: _ours, VITEST: _vitest, NODE_ENV: _test, ...inherited } = process.env;
  const child = spawn(process.execPath, ["scripts/start.mjs"], {
    env: {
      ...inherited,
      NODE_ENV: "production",
      DATABASE_URL: "",
      NEXTAUTH_URL: "",
      NEXTAUTH_SECRET: "",
      PORT: String(port),
      LOCKSTEP_DATA_DIR: dataDir,
      LOCKSTEP_DIST_DIR: ".next-test",
      LOCKSTEP_DEMO: hasDemo ? "1" : "0",
    },
    stdio: ["ignore", "pipe", "pipe"],
    ...options,
  });
  let output = "";
  const exited = once(child, "exit").then(([code]: Array<number | null>) => code ?? null);
  const ready = new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8");
      stream.on("data", (text: string) => {
        output += text;
        if (output.includes("Lockstep is running at")) resolve();
      });
    }
    void exited.then((code) => reject(new Error(`It ended with ${code}:\n${output}`)));
  });
  // Not everyone waits for it; who does still sees the rejection.
  ready.catch(() => {});
  const started = { child, output: () => output, exited, ready };
  starts.push(started);
  return started;
}

/** The pids of what runs on a data folder: the supervisor, the web server, the worker, the database. */
function pidsOf(dataDir: string): number[] {
  const { pid, children = [] } = lockFile.parse(
    JSON.parse(readFileSync(path.join(dataDir, "lockstep.lock"), "utf8")),
  );
  const postmaster = Number(
    readFileSync(path.join(dataDir, "postgres/postmaster.pid"), "utf8").split("\n")[0],
  );
  return [pid, ...children.map((child) => child.pid), postmaster];
}

/** A process that has ended but that nobody has collected yet is not alive; in a container that can last. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== "linux" || !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return false;
  }
}

/** SQL on the database that runs on a data folder. */
async function query(dataDir: string, sql: string) {
  const port = readFileSync(path.join(dataDir, "postgres/postmaster.pid"), "utf8").split("\n")[3];
  const password = readFileSync(path.join(dataDir, "postgres-password"), "utf8").trim();
  const client = new pg.Client({
    connectionString: `postgresql://lockstep:${password}@127.0.0.1:${port}/lockstep`,
  });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

describe.skipIf(!isBuilt)("npm start", { timeout: START_LIMIT_MS }, () => {
  test("serves, refuses a second start on its folder and its port, and leaves nothing behind at the end", async () => {
    const dataDir = makeDataFolder();
    const port = await freePort();
    const first = start(dataDir, port, { hasDemo: true });
    await first.ready;
    expect((await fetch(`http://127.0.0.1:${port}/api/health`)).status).toBe(200);
    expect(first.output()).toContain("student@lockstep.test");
    for (const secret of ["nextauth-secret", "postgres-password"]) {
      expect(readFileSync(path.join(dataDir, secret), "utf8")).toMatch(/^[0-9a-f]{64}\n$/);
    }

    const second = start(dataDir, await freePort());
    expect(await second.exited).toBe(1);
    expect(second.output()).toBe(
      `Lockstep is already running on ${dataDir}: http://localhost:${port} (process ${first.child.pid}).\n`,
    );

    const otherFolder = makeDataFolder();
    const third = start(otherFolder, port);
    expect(await third.exited).toBe(1);
    expect(third.output()).toMatch(/^Port \d+ is in use by another program; .*\n$/);
    expect(existsSync(path.join(otherFolder, "lockstep.lock"))).toBe(false);

    const pids = pidsOf(dataDir);
    expect(pids).toHaveLength(4);
    first.child.kill("SIGTERM");
    expect(await first.exited).toBe(0);
    expect(pids.filter(isAlive)).toEqual([]);
    expect(existsSync(path.join(dataDir, "lockstep.lock"))).toBe(false);
    expect(existsSync(path.join(dataDir, "postgres/postmaster.pid"))).toBe(false);
  });

  test("on SIGTERM says first that it is not ready, then ends each open stream with a bye, and exits", async () => {
    const port = await freePort();
    const started = start(makeDataFolder(), port);
    await started.ready;
    const url = `http://127.0.0.1:${port}/api`;
    const streams = await Promise.all(
      Array.from({ length: STREAMS }, () =>
        fetch(`${url}/events`, { headers: { accept: "text/event-stream" } }),
      ),
    );
    const health = async () => (await fetch(`${url}/health`)).json();
    expect(await health()).toMatchObject({ status: "ok", relay: { listening: true, streams: STREAMS } });

    started.child.kill("SIGTERM");
    const texts = Promise.all(streams.map((stream) => stream.text()));
    // Whoever balances has the time to send new work elsewhere while the streams are still ending.
    let firstRefusal: unknown;
    await expect
      .poll(async () => {
        const answer = await fetch(`${url}/health`);
        if (answer.status === 503) firstRefusal ??= await answer.json();
        return answer.status;
      })
      .toBe(503);
    expect(draining.parse(firstRefusal).relay.streams).toBeGreaterThan(0);
    for (const text of await texts)
      expect(text).toMatch(
        /retry: \d+\nevent: bye\ndata: \{"type":"bye","reason":"restart","retryMs":\d+\}\n\n$/,
      );
    expect(await started.exited).toBe(0);
  });

  test("goes on with the data after everything was killed, and after the supervisor alone was", async () => {
    const dataDir = makeDataFolder();
    // What an interrupted initdb leaves.
    mkdirSync(path.join(dataDir, "postgres.new/base"), { recursive: true });
    writeFileSync(path.join(dataDir, "postgres.new/PG_VERSION"), "18\n");
    const port = await freePort();
    const first = start(dataDir, port);
    await first.ready;
    await query(dataDir, "CREATE TABLE kept (what text); INSERT INTO kept VALUES ('first')");
    for (const pid of pidsOf(dataDir)) process.kill(pid, "SIGKILL");
    await first.exited;

    const second = start(dataDir, port);
    await second.ready;
    await query(dataDir, "INSERT INTO kept VALUES ('second')");
    const orphans = pidsOf(dataDir).slice(1);
    second.child.kill("SIGKILL");
    await second.exited;

    const third = start(dataDir, await freePort());
    await third.ready;
    expect(orphans.filter(isAlive)).toEqual([]);
    expect(await query(dataDir, "SELECT what FROM kept ORDER BY what")).toEqual([
      { what: "first" },
      { what: "second" },
    ]);
  });

  test("two of them run beside each other, and Ctrl-C while one starts ends that one alone", async () => {
    const folders = [makeDataFolder(), makeDataFolder()] as const;
    const ports = [await freePort(), await freePort()] as const;
    const first = start(folders[0], ports[0]);
    const second = start(folders[1], ports[1]);
    await Promise.all([first.ready, second.ready]);

    const third = start(makeDataFolder(), await freePort());
    third.child.stdout?.once("data", () => third.child.kill("SIGINT"));
    expect([0, 130]).toContain(await third.exited);

    for (const port of ports) expect((await fetch(`http://127.0.0.1:${port}/api/health`)).status).toBe(200);
  });

  test("says in one sentence that the data folder cannot be written to, or that a setting is wrong", async () => {
    const file = path.join(makeDataFolder(), "a file");
    writeFileSync(file, "");
    const first = start(path.join(file, "data"), await freePort());
    expect(await first.exited).toBe(1);
    expect(first.output()).toMatch(/^The data folder .* cannot be written to \(ENOTDIR\): .*\n$/);

    const second = start(makeDataFolder(), 70_000);
    expect(await second.exited).toBe(1);
    expect(second.output()).toBe('PORT must be a number from 1 to 65535, and is "70000".\n');
  });

  test.skipIf(process.getuid?.() !== 0)(
    "runs as an ordinary user, too, on a checkout that root prepared",
    async ({ skip }) => {
      const nobody = { uid: 65534, gid: 65534 };
      const look = spawn("/bin/sh", ["-c", "test -r package.json && test -x scripts"], {
        ...nobody,
        stdio: "ignore",
      });
      const [code] = await once(look, "exit");
      skip(code !== 0, "an ordinary user cannot reach this checkout");
      const dataDir = makeDataFolder();
      chownSync(dataDir, nobody.uid, nobody.gid);
      const started = start(dataDir, await freePort(), nobody);
      await started.ready;
      started.child.kill("SIGTERM");
      expect(await started.exited).toBe(0);
    },
  );
});
