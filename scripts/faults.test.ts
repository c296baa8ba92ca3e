import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import net from "node:net";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import { type Cursor, decodeCursor } from "@/lib/live/cursor";
import { PostgresProxy } from "@/lib/live/testing/postgres-proxy";
import { createTestDatabase, type TestDatabase } from "@/scripts/support/test-database";

// Real processes over the build that `npm test` made in .next-test.
const isBuilt = existsSync(".next-test/lockstep-build");
if (!isBuilt)
  console.log("Skipped scripts/faults.test.ts: there is no build in .next-test; npm test makes one.");

const PROCESSES = 3;
const WRITERS = 4;
const ROLLBACKS = 0.05;
const SETTLE_MS = 60_000;
/** A client takes a stream that is silent for longer than a heartbeat for dead. */
const SILENCE_MS = 20_000;
const NOBODYS_COURSE = "01a1fdbd-0000-7000-8000-000000000000";

const answer = z.object({ request: z.object({ id: z.string() }) });
const entry = z.object({ feed: z.string(), seq: z.number(), eventId: z.string(), requestId: z.string() });
type Entry = z.infer<typeof entry>;

const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/** Looks again and again until the condition holds. @throws Error if it does not in time */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  await vi.waitFor(async () => expect(await holds()).toBe(true), { timeout: SETTLE_MS, interval: 100 });
}

/** One production server process. */
class AppProcess {
  readonly port: number;
  readonly #env: NodeJS.ProcessEnv;
  #child: ChildProcess | null = null;

  constructor(port: number, env: NodeJS.ProcessEnv) {
    this.port = port;
    this.#env = env;
  }

  async start(): Promise<void> {
    this.#child = spawn(
      process.execPath,
      ["node_modules/next/dist/bin/next", "start", "-p", String(this.port)],
      {
        env: this.#env,
        stdio: "ignore",
      },
    );
    await until(() => this.#isHealthy());
  }

  signal(name: NodeJS.Signals): void {
    this.#child?.kill(name);
  }

  async end(name: "SIGTERM" | "SIGKILL"): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill(name);
    await exited;
  }

  async #isHealthy(): Promise<boolean> {
    try {
      const health = await fetch(`http://127.0.0.1:${this.port}/api/health`, {
        signal: AbortSignal.timeout(2_000),
      });
      return (await health.json()).status === "ok";
    } catch {
      return false;
    }
  }
}

/** A round-robin proxy that passes over processes that take no connection. */
async function balance(ports: readonly number[]): Promise<net.Server> {
  let turn = 0;
  const server = net.createServer((near) => {
    const attempt = (left: number) => {
      const far = net.connect(ports[turn++ % ports.length] ?? 0, "127.0.0.1");
      far.once("connect", () => {
        near.pipe(far).pipe(near);
        near.on("close", () => far.destroy());
        far.on("close", () => near.destroy());
      });
      far.on("error", () => (far.connecting && left > 0 ? attempt(left - 1) : near.destroy()));
    };
    near.on("error", () => undefined);
    attempt(ports.length);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

/** What one connection brought, up to its end or a reset; `from` is where it began, by its first cursor. */
type Stretch = { connection: number; from: Cursor | null; entries: Entry[] };

/** Somebody's page: follows the stream, comes back from its cursor whenever it ends, and keeps all that it was told. */
class Follower {
  /** What came, connection by connection; a reset begins a new stretch. */
  readonly stretches: Stretch[] = [];
  readonly #url: string;
  readonly #cookie: string;
  #cursor: string | null = null;
  #connections = 0;
  #current: AbortController | null = null;
  #stopped = false;

  constructor(url: string, cookie: string) {
    this.#url = url;
    this.#cookie = cookie;
    void this.#follow();
  }

  seqOf(feed: string): number {
    return (this.#cursor && decodeCursor(this.#cursor)?.get(feed)?.seq) || 0;
  }

  get feeds(): string[] {
    return this.#cursor ? [...(decodeCursor(this.#cursor)?.keys() ?? [])] : [];
  }

  stop(): void {
    this.#stopped = true;
    this.#current?.abort();
  }

  async #follow(): Promise<void> {
    while (!this.#stopped) {
      try {
        await this.#connect();
      } catch {
        // Refused, cut or silent: it comes back.
      }
      await pause(50 + Math.random() * 200);
    }
  }

  async #connect(): Promise<void> {
    const abort = new AbortController();
    this.#current = abort;
    const query = this.#cursor ? `?cursor=${this.#cursor}` : "";
    let silence = setTimeout(() => abort.abort(), SILENCE_MS);
    try {
      const response = await fetch(`${this.#url}/api/events${query}`, {
        headers: { accept: "text/event-stream", cookie: this.#cookie },
        signal: abort.signal,
      });
      if (response.status !== 200) return;
      this.stretches.push({ connection: ++this.#connections, from: null, entries: [] });
      let rest = "";
      for await (const chunk of response.body ?? []) {
        clearTimeout(silence);
        silence = setTimeout(() => abort.abort(), SILENCE_MS);
        rest += new TextDecoder().decode(chunk);
        const blocks = rest.split("\n\n");
        rest = blocks.pop() ?? "";
        for (const block of blocks) this.#take(block);
      }
    } finally {
      clearTimeout(silence);
    }
  }

  #take(block: string): void {
    const fields = new Map(
      block
        .split("\n")
        .map((line): [string, string] => [
          line.slice(0, line.indexOf(":")),
          line.slice(line.indexOf(":") + 2),
        ]),
    );
    const id = fields.get("id");
    const stretch = this.stretches.at(-1);
    if (id !== undefined) {
      this.#cursor = id;
      if (stretch && stretch.entries.length === 0) stretch.from ??= decodeCursor(id);
    }
    if (fields.get("event") === "reset")
      this.stretches.push({ connection: this.#connections, from: null, entries: [] });
    const told = entry.safeParse(JSON.parse(fields.get("data") ?? "null"));
    if (told.success) this.stretches.at(-1)?.entries.push(told.data);
  }
}

type Row = {
  fault: string;
  committed: number;
  delivered: number;
  lost: number;
  twice: number;
  resets: number;
};

let database: TestDatabase;
let listenProxy: PostgresProxy;
let apps: AppProcess[] = [];
let balancer: net.Server;
let url: string;
let sql: pg.Client;
let followers: Follower[] = [];
let cookies: { iffat: string; harbour: string; admin: string };
const rows: Row[] = [];
/** What the feeds held, also what was trimmed since: event ids by feed and seq. */
const truth = new Map<string, Map<number, string>>();

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0);
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return z.object({ port: z.number() }).parse(address).port;
}

async function signIn(person: string): Promise<string> {
  const token = await fetch(`${url}/api/auth/csrf`);
  const csrf = token.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");
  const { csrfToken } = z.object({ csrfToken: z.string() }).parse(await token.json());
  const signedIn = await fetch(`${url}/api/auth/callback/credentials`, {
    method: "POST",
    headers: { cookie: csrf, "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({
      csrfToken,
      email: `${person}@lockstep.test`,
      password: "lockstep-demo",
      json: "true",
    }),
    redirect: "manual",
  });
  return signedIn.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";")[0])
    .join("; ");
}

beforeAll(async () => {
  if (!isBuilt) return;
  database = await createTestDatabase();
  const through = await PostgresProxy.to(database.url);
  listenProxy = through.proxy;
  const { VITEST: _vitest, ...inherited } = process.env;
  const env = {
    ...inherited,
    NODE_ENV: "production" as const,
    DATABASE_URL: database.url,
    LISTEN_DATABASE_URL: through.url,
    NEXTAUTH_SECRET: "the same for all processes of one instance",
    NEXTAUTH_URL: "",
    LOCKSTEP_DIST_DIR: ".next-test",
    LOCKSTEP_LIMITS: "1000",
    LOG_LEVEL: "fatal",
  };
  const ports = await Promise.all(Array.from({ length: PROCESSES }, freePort));
  balancer = await balance(ports);
  url = `http://127.0.0.1:${z.object({ port: z.number() }).parse(balancer.address()).port}`;
  apps = ports.map((port) => new AppProcess(port, { ...env, NEXTAUTH_URL: url }));
  const seeding = spawn(
    process.execPath,
    ["node_modules/tsx/dist/cli.mjs", "--conditions=react-server", "prisma/seed.ts"],
    {
      env: { ...env, NEXTAUTH_URL: url },
      stdio: "ignore",
    },
  );
  expect((await once(seeding, "exit"))[0]).toBe(0);
  await Promise.all(apps.map((app) => app.start()));
  cookies = { iffat: await signIn("iffat"), harbour: await signIn("harbour"), admin: await signIn("admin") };
  sql = new pg.Client({ connectionString: database.url });
  await sql.connect();
  const whose = [cookies.admin, cookies.iffat, cookies.harbour];
  followers = Array.from({ length: 12 }, (_, index) => new Follower(url, whose[index % whose.length] ?? ""));
  await until(() => followers.every(({ feeds }) => feeds.length === 3));
}, 180_000);

afterAll(async () => {
  if (!isBuilt) return;
  console.table(rows);
  for (const follower of followers) follower.stop();
  await Promise.all(apps.map((app) => app.end("SIGKILL")));
  await sql.end();
  balancer.close();
  await listenProxy.close();
  await database.drop();
}, 60_000);

/** People who go on requesting courses, through whichever process answers, until told to stop. */
function startWriting(): { stop: () => Promise<string[]> } {
  const committed: string[] = [];
  let stopped = false;
  const work = async (writer: number) => {
    const catalogue = z.object({ items: z.array(z.object({ id: z.string() })) });
    let courseId: string | undefined;
    while (!stopped) {
      try {
        courseId ??= catalogue.parse(await (await fetch(`${url}/api/catalogue`)).json()).items[0]?.id;
        const response = await fetch(`${url}/api/requests`, {
          method: "POST",
          headers: { cookie: writer % 2 === 0 ? cookies.iffat : cookies.harbour },
          body: JSON.stringify({
            courseId: Math.random() < ROLLBACKS ? NOBODYS_COURSE : courseId,
            preferredDates: ["2099-01-01T09:00:00Z"],
            headcount: 1,
            location: "Under fault",
          }),
          signal: AbortSignal.timeout(12_000),
        });
        if (response.status === 201) committed.push(answer.parse(await response.json()).request.id);
        else await response.body?.cancel();
      } catch {
        // Whether it was committed is not known: the tables tell.
      }
      await pause(Math.random() * 20);
    }
  };
  const workers = Array.from({ length: WRITERS }, (_, writer) => work(writer));
  return {
    async stop() {
      stopped = true;
      await Promise.all(workers);
      return committed;
    },
  };
}

async function readTruth(): Promise<Map<string, number>> {
  const events = await sql.query<{ feed: string; seq: string; id: string }>(
    'SELECT feed, seq, id::text AS id FROM "FeedEvent"',
  );
  for (const { feed, seq, id } of events.rows) {
    const known = truth.get(feed) ?? new Map<number, string>();
    truth.set(feed, known.set(Number(seq), id));
  }
  const heads = await sql.query<{ name: string; seq: string }>('SELECT name, seq FROM "Feed"');
  return new Map(heads.rows.map(({ name, seq }) => [name, Number(seq)]));
}

/** Everything that every follower was ever told is contiguous, as the tables have it, and no feed but its own. */
function check(
  fault: string,
  committed: number,
  heads: ReadonlyMap<string, number>,
  deliveredBefore: number,
): Row {
  const row: Row = { fault, committed, delivered: -deliveredBefore, lost: 0, twice: 0, resets: 0 };
  for (const follower of followers) {
    const last = new Map<string, number>();
    let connection = 0;
    for (const stretch of follower.stretches) {
      // A stretch that begins within a connection was begun by a reset.
      const isReset = stretch.connection === connection;
      if (isReset) row.resets += 1;
      if (isReset || connection === 0) {
        last.clear();
        for (const [feed, { seq }] of stretch.from ?? []) last.set(feed, seq);
      }
      connection = stretch.connection;
      const inConnection = new Map<string, number>();
      for (const { feed, seq, eventId } of stretch.entries) {
        row.delivered += 1;
        expect(follower.feeds, "a foreign feed").toContain(feed);
        expect(truth.get(feed)?.get(seq), `${feed} ${seq}`).toBe(eventId);
        if (seq <= (inConnection.get(feed) ?? 0)) row.twice += 1;
        inConnection.set(feed, seq);
        const before = last.get(feed);
        if (before !== undefined && seq > before + 1) row.lost += seq - before - 1;
        last.set(feed, Math.max(seq, before ?? 0));
      }
    }
    for (const [feed, seq] of last) row.lost += Math.max(0, (heads.get(feed) ?? 0) - seq);
  }
  return row;
}

const deliveredSoFar = () =>
  followers.reduce(
    (sum, { stretches }) => sum + stretches.reduce((all, { entries }) => all + entries.length, 0),
    0,
  );

/** Puts one fault to three processes under load, then waits until every follower is at the head, and checks them all. */
async function under(fault: string, act: () => Promise<void>): Promise<Row> {
  const deliveredBefore = deliveredSoFar();
  const writing = startWriting();
  await pause(1_000);
  await act();
  await pause(1_000);
  const committed = await writing.stop();
  const heads = await readTruth();
  const isSettled = () =>
    followers.every((follower) =>
      follower.feeds.every((feed) => follower.seqOf(feed) >= (heads.get(feed) ?? 0)),
    );
  await until(isSettled);
  const row = check(fault, committed.length, heads, deliveredBefore);
  rows.push(row);
  expect(row.committed).toBeGreaterThan(10);
  expect({ lost: row.lost, twice: row.twice }).toEqual({ lost: 0, twice: 0 });
  const { rows: known } = await sql.query(
    'SELECT count(*)::int AS count FROM "CourseRequest" WHERE id = ANY($1)',
    [committed],
  );
  expect(known[0].count, "what was answered 201 is there").toBe(committed.length);
  return row;
}

const onApp = (index: number, act: (app: AppProcess) => Promise<void>) => {
  const app = apps[index];
  if (!app) throw new Error(`there is no process ${index}`);
  return act(app);
};

describe.skipIf(!isBuilt)("three processes over one database lose nothing", { timeout: 150_000 }, () => {
  test("with nothing wrong", async () => {
    expect((await under("none", () => pause(1_000))).resets).toBe(0);
  });

  test("when the backends that LISTEN are terminated", async () => {
    const row = await under("LISTEN terminated", async () => {
      await sql.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'lockstep-relay' AND datname = current_database()",
      );
    });
    expect(row.resets).toBe(0);
  });

  test("when their sockets go dead without a word", async () => {
    const row = await under("LISTEN blackholed", async () => {
      listenProxy.blackhole();
      await pause(2_000);
    });
    expect(row.resets).toBe(0);
  });

  test("when a process is killed in the middle of its commits", async () => {
    const row = await under("process killed", () =>
      onApp(0, async (app) => {
        await app.end("SIGKILL");
        await app.start();
      }),
    );
    expect(row.resets).toBe(0);
  });

  test("when a process stands still for ten seconds", async () => {
    const row = await under("SIGSTOP 10 s", () =>
      onApp(1, async (app) => {
        app.signal("SIGSTOP");
        await pause(10_000);
        app.signal("SIGCONT");
      }),
    );
    expect(row.resets).toBe(0);
  });

  test("when the processes are restarted one after the other", async () => {
    const row = await under("rolling restart", async () => {
      for (const app of apps) {
        await app.end("SIGTERM");
        await app.start();
      }
    });
    expect(row.resets).toBe(0);
  });

  test("when a long transaction is open in another database", async () => {
    const elsewhere = await createTestDatabase();
    const client = new pg.Client({ connectionString: elsewhere.url });
    await client.connect();
    await client.query("BEGIN; SELECT pg_current_xact_id()");
    const row = await under("long transaction elsewhere", () => pause(500));
    await client.query("ROLLBACK");
    await client.end();
    await elsewhere.drop();
    expect(row.resets).toBe(0);
  });

  test("when a client stalls", async () => {
    const stalled = net.connect(Number(new URL(url).port), "127.0.0.1");
    stalled.on("error", () => undefined);
    stalled.write(
      `GET /api/events HTTP/1.1\r\nHost: stalled\r\nAccept: text/event-stream\r\nCookie: ${cookies.admin}\r\n\r\n`,
    );
    stalled.pause();
    const row = await under("stalled client", () => pause(500));
    stalled.destroy();
    expect(row.resets).toBe(0);
  });
});
