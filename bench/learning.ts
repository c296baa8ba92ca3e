// npm run bench:learning: how many batches a second are recorded on the production build, beside a bare node:http + pg
// server that runs the same SQL; how long a thousand learners wait; and that every plan goes by an index.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import http from "node:http";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { encode } from "next-auth/jwt";
import pg from "pg";
import { sessionOptions } from "@/lib/access/session";
import { viewerStatement } from "@/lib/access/viewer";
import { readBatch, writeBatch } from "@/lib/learning/statements";

const LEARNERS = 1_000;
const SECONDS_OF_VIDEO = 24;
const ROUND_MS = 6_000;
const ROUNDS = 3;
const CONCURRENCY = 24;
const STEADY_MS = 30_000;
const BATCH_EVERY_MS = 10_000;

type Learner = {
  userId: string;
  signIn: string;
  cookie: string;
  sessionId: string;
  contentId: string;
  sent: number;
};

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  if (!address || typeof address === "string") throw new Error("The system gave no port.");
  return address.port;
}

async function startLockstep(dataDir: string, port: number): Promise<ChildProcess> {
  const child = spawn(process.execPath, ["scripts/start.mjs"], {
    env: {
      ...process.env,
      DATABASE_URL: "",
      PORT: String(port),
      LOCKSTEP_DATA_DIR: dataDir,
      LOCKSTEP_DIST_DIR: ".next-test",
      LOG_LEVEL: "warn",
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  child.stdout.setEncoding("utf8");
  await new Promise<void>((resolve, reject) => {
    let output = "";
    child.stdout.on("data", (text: string) => {
      output += text;
      if (output.includes("Lockstep is running at")) resolve();
    });
    child.on("exit", () => reject(new Error(`Lockstep did not start:\n${output}`)));
  });
  return child;
}

/** The address of the database that Lockstep started in that folder. */
function clusterUrl(dataDir: string): string {
  const program = `import("./scripts/support/postgres.mjs").then((m) => console.log(m.runningClusterUrl(process.argv[1])))`;
  return execFileSync(process.execPath, ["-e", program, dataDir], { encoding: "utf8" }).trim();
}

/** Learners of the demo's first video, each signed in, with a session an hour old: no budget holds them up. */
async function makeLearners(pool: pg.Pool): Promise<Learner[]> {
  const { rows } = await pool.query(
    `SELECT c.id AS "courseId", c."currentVersionId" AS "versionId", i.id AS "contentId", v."totalContent"
     FROM "Course" c JOIN "CourseVersion" v ON v.id = c."currentVersionId"
     JOIN "Content" i ON i."versionId" = v.id AND i.kind = 'VIDEO'
     WHERE c.slug = 'first-aid-and-cpr' ORDER BY i.position LIMIT 1`,
  );
  const [course] = rows;
  const { secret, cookies } = sessionOptions();
  const learners: Learner[] = [];
  for (let index = 0; index < LEARNERS; index++) {
    const [userId, signIn, enrolmentId, sessionId] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
    const { courseId, versionId, contentId, totalContent } = course;
    await pool.query(
      `INSERT INTO "User" (id, email, "firstName", "lastName", role, "timeZone", "passwordHash")
       VALUES ($1, $2, 'Bench', 'Learner', 'STUDENT', 'Europe/London', '-')`,
      [userId, `${userId}@bench.test`],
    );
    await pool.query(`INSERT INTO "Session" (id, "userId", "createdAt") VALUES ($1, $2, now())`, [
      signIn,
      userId,
    ]);
    await pool.query(
      `INSERT INTO "Enrolment" (id, "userId", "courseId", "versionId", source, "totalContent", "createdAt")
       VALUES ($1, $2, $3, $4, 'SELF', $5, now())`,
      [enrolmentId, userId, courseId, versionId, totalContent],
    );
    await pool.query(
      `INSERT INTO "LearningSession" (id, "userId", "enrolmentId", "startedAt", "lastHeardAt")
       VALUES ($1, $2, $3, now() - interval '1 hour', now())`,
      [sessionId, userId, enrolmentId],
    );
    const token = await encode({
      token: { sub: userId, sessionId: signIn, tokenVersion: 0 },
      secret: String(secret),
    });
    const cookie = `${cookies?.sessionToken?.name}=${token}`;
    learners.push({ userId, signIn, cookie, sessionId, contentId, sent: 0 });
  }
  return learners;
}

/** A batch as the page sends it: what was watched since, and a heartbeat. */
function batchOf(learner: Learner): string {
  const from = learner.sent % SECONDS_OF_VIDEO;
  learner.sent += 1;
  const base = {
    content_id: learner.contentId,
    session_id: learner.sessionId,
    occurred_at: new Date().toISOString(),
  };
  const now = Math.floor(Date.now() / 1000);
  return JSON.stringify({
    events: [
      {
        ...base,
        event_id: randomUUID(),
        interaction_type: "progress",
        data: { position: from + 1, ranges: [[from, from + 1]] },
      },
      { ...base, event_id: randomUUID(), interaction_type: "heartbeat", data: { active: [[now - 10, now]] } },
    ],
  });
}

const agent = new http.Agent({ keepAlive: true, maxSockets: 256 });

async function post(port: number, learner: Learner): Promise<number> {
  const body = batchOf(learner);
  const headers = {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    cookie: learner.cookie,
    "x-bench": `${learner.userId} ${learner.signIn}`,
  };
  const target = { agent, port, host: "127.0.0.1", method: "POST", path: "/api/employee/update_progress" };
  return new Promise((resolve, reject) => {
    const request = http.request({ ...target, headers }, (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode ?? 0));
    });
    request.on("error", reject);
    request.end(body);
  });
}

/** Only the SQL, with the least around it: no rules, no cookies, no framework. */
function startBare(pool: pg.Pool): http.Server {
  const answer = async (text: string, header: string) => {
    const { events } = JSON.parse(text);
    const [userId, signIn] = header.split(" ");
    const [first] = events;
    const ids = events.map((event: { event_id: string }) => event.event_id);
    await pool.query({ ...viewerStatement, values: [signIn, userId, 0] });
    const read = [first.session_id, userId, [first.content_id], ids];
    const { rows } = await pool.query({ ...readBatch, values: read });
    const [row] = rows;
    const [item] = row.items;
    const at = new Date();
    const now = Math.floor(at.getTime() / 1000);
    const recorded = events.map((event: Record<string, unknown>) => ({
      eventId: event.event_id,
      contentId: event.content_id,
      type: event.interaction_type,
      data: event.data,
      isActive: true,
      occurredAt: at,
    }));
    const day = {
      date: at.toISOString().slice(0, 10),
      timeZone: row.timeZone,
      active: `{[${now - 10},${now})}`,
      completions: 0,
    };
    const course = {
      completedContent: row.completedContent,
      progressPercentage: Math.floor((row.completedContent * 100) / row.totalContent),
      completedAt: row.completedAt,
      active: row.courseActive,
      moduleId: item.moduleId,
      contentId: item.contentId,
    };
    const id = randomUUID();
    const payload = { type: "progress_update", eventId: id, userId };
    await pool.query({
      ...writeBatch,
      values: [
        row.enrolmentId,
        row.revision,
        userId,
        first.session_id,
        JSON.stringify(recorded),
        JSON.stringify([{ ...item, placedAt: at }]),
        JSON.stringify([day]),
        JSON.stringify({ ...row, active: row.sessionActive, lastHeardAt: at }),
        JSON.stringify(course),
        JSON.stringify([{ feed: `user:${userId}`, id, event: "progressUpdate", payload }]),
        at,
      ],
    });
  };
  return http.createServer((request, response) => {
    let text = "";
    request.on("data", (chunk) => {
      text += chunk;
    });
    request.on("end", () => {
      answer(text, String(request.headers["x-bench"])).then(
        () => response.end("{}"),
        (error: unknown) => {
          console.error(error);
          response.writeHead(500).end();
        },
      );
    });
  });
}

/** Batches a second of one server, with so many requests in flight. */
async function throughput(port: number, learners: readonly Learner[]): Promise<number> {
  const until = performance.now() + ROUND_MS;
  let done = 0;
  let failed = 0;
  let next = 0;
  const lane = async () => {
    while (performance.now() < until) {
      const learner = learners[next++ % learners.length];
      if (learner && (await post(port, learner)) === 200) done += 1;
      else failed += 1;
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, lane));
  if (failed > 0) console.log(`  ${failed} requests failed`);
  return done / (ROUND_MS / 1000);
}

async function steady(
  port: number,
  learners: readonly Learner[],
): Promise<{ times: number[]; errors: number }> {
  const times: number[] = [];
  let errors = 0;
  const start = performance.now();
  await Promise.all(
    learners.map(async (learner, index) => {
      for (let turn = 0; turn * BATCH_EVERY_MS < STEADY_MS; turn++) {
        const due = start + (index / learners.length + turn) * BATCH_EVERY_MS;
        await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
        const sentAt = performance.now();
        if ((await post(port, learner)) !== 200) errors += 1;
        times.push(performance.now() - sentAt);
      }
    }),
  );
  return { times: times.sort((a, b) => a - b), errors };
}

/** The lines of a statement's plan that walk through a whole table. */
async function scansOf(pool: pg.Pool, text: string, values: unknown[]): Promise<string[]> {
  const { rows } = await pool.query(`EXPLAIN ${text}`, values);
  return rows.map((row) => String(row["QUERY PLAN"])).filter((line) => line.includes("Seq Scan"));
}

/** How many learners have another coverage than what they sent. */
async function countWrong(pool: pg.Pool, learners: readonly Learner[]): Promise<number> {
  let wrong = 0;
  for (const { userId, contentId, sent } of learners) {
    const { rows } = await pool.query(
      `SELECT coalesce((SELECT sum(upper(r) - lower(r)) FROM unnest(watched) r), 0)::int AS covered
       FROM "ContentProgress" WHERE "userId" = $1 AND "contentId" = $2`,
      [userId, contentId],
    );
    if ((rows[0]?.covered ?? 0) !== Math.min(sent, SECONDS_OF_VIDEO)) wrong += 1;
  }
  return wrong;
}

async function measure(pool: pg.Pool, port: number, barePort: number): Promise<boolean> {
  const learners = await makeLearners(pool);
  await pool.query("ANALYZE");
  const [bareLearners, ourLearners] = [learners.slice(0, 500), learners.slice(500)];
  await throughput(port, ourLearners);
  await throughput(barePort, bareLearners);
  const ratios: number[] = [];
  for (let round = 1; round <= ROUNDS; round++) {
    const ours = await throughput(port, ourLearners);
    const theirs = await throughput(barePort, bareLearners);
    ratios.push(ours / theirs);
    const ratio = (ours / theirs).toFixed(2);
    console.log(`round ${round}: ${ours.toFixed(0)} batches/s, bare ${theirs.toFixed(0)}, ratio ${ratio}`);
  }
  const median = ratios.sort((a, b) => a - b)[Math.floor(ratios.length / 2)] ?? 0;
  console.log(`median ratio ${median.toFixed(2)} (wanted: at least 0.50)`);

  const { times, errors } = await steady(port, learners);
  const at = (share: number) => times[Math.floor(times.length * share)] ?? 0;
  const rate = `${LEARNERS} learners, a batch each ${BATCH_EVERY_MS / 1000} s: ${times.length} batches`;
  const waits = `p50 ${at(0.5).toFixed(1)} ms, p99 ${at(0.99).toFixed(1)} ms (wanted: at most 100)`;
  console.log(`${rate}, ${waits}, ${errors} errors`);
  const wrong = await countWrong(pool, ourLearners);
  console.log(`final progress differs from the model's for ${wrong} of ${ourLearners.length} learners`);

  await pool.query("ANALYZE");
  const [one] = ourLearners;
  if (!one) return false;
  const write = [randomUUID(), 0, one.userId, one.sessionId, "[]", "[]", "[]", "{}", "{}", "[]", new Date()];
  const read = [one.sessionId, one.userId, [one.contentId], [randomUUID()]];
  const scans = [
    ...(await scansOf(pool, viewerStatement.text, [one.signIn, one.userId, 0])),
    ...(await scansOf(pool, readBatch.text, read)),
    ...(await scansOf(pool, writeBatch.text, write)),
  ];
  console.log(scans.length === 0 ? "every plan goes by an index" : `plans that scan: ${scans.join("; ")}`);
  return median >= 0.5 && at(0.99) <= 100 && errors === 0 && wrong === 0 && scans.length === 0;
}

async function main(): Promise<void> {
  const dataDir = mkdtempSync(path.join(os.tmpdir(), "lockstep-bench-"));
  chmodSync(dataDir, 0o711);
  const port = await freePort();
  const lockstep = await startLockstep(dataDir, port);
  const url = clusterUrl(dataDir);
  process.env.DATABASE_URL = url;
  process.env.NEXTAUTH_URL = `http://localhost:${port}`;
  process.env.NEXTAUTH_SECRET = readFileSync(path.join(dataDir, "nextauth-secret"), "utf8").trim();
  const pool = new pg.Pool({ connectionString: url, max: 10 });
  const bare = startBare(pool).listen(0, "127.0.0.1");
  await once(bare, "listening");
  const address = bare.address();
  try {
    const barePort = typeof address === "object" && address ? address.port : 0;
    process.exitCode = (await measure(pool, port, barePort)) ? 0 : 1;
  } finally {
    agent.destroy();
    bare.close();
    await pool.end();
    lockstep.kill("SIGTERM");
    await once(lockstep, "exit");
    rmSync(dataDir, { recursive: true, force: true });
  }
}

await main();
