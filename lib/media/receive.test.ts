import { type ChildProcess, spawn } from "node:child_process";
import { createHash, randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  openAsBlob,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import http from "node:http";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { fingerprintOf } from "@/lib/media/fingerprint";
import { hasFfmpeg, makeMotion } from "@/lib/media/testing/clips";
import { createTestDatabase, type TestDatabase } from "@/scripts/support/test-database";

// A real process over the build that `npm test` made in .next-test, and a real worker.
const canRun = existsSync(".next-test/lockstep-build") && hasFfmpeg;
if (!canRun) {
  console.log(
    "Skipped lib/media/receive.test.ts: it needs a build in .next-test (npm test makes one) and ffmpeg.",
  );
}

const SETTLE_MS = 60_000;
const answerOf = z.object({
  uploadId: z.string(),
  status: z.string(),
  phase: z.string(),
  progress: z.number(),
  receivedBytes: z.number(),
  sourceSha256: z.string().nullable(),
  element: z.object({ id: z.string(), videoUrl: z.string(), posterUrl: z.string() }).optional(),
  error: z.object({ code: z.string(), retryable: z.boolean() }).optional(),
});

let database: TestDatabase;
let folder: string;
let clip: string;
let port: number;
let url: string;
let cookie: string;
let sql: pg.Client;
let server: ChildProcess | null = null;
let worker: ChildProcess | null = null;
let env: NodeJS.ProcessEnv;

async function freePort(): Promise<number> {
  const probe = net.createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = z.object({ port: z.number() }).parse(probe.address());
  probe.close();
  await once(probe, "close");
  return port;
}

async function startServer(): Promise<void> {
  server = spawn(process.execPath, ["node_modules/next/dist/bin/next", "start", "-p", String(port)], {
    env,
    stdio: "ignore",
  });
  await vi.waitFor(async () => expect((await fetch(`${url}/api/health`)).ok).toBe(true), {
    timeout: SETTLE_MS,
    interval: 50,
  });
}

async function end(child: ChildProcess | null, isGroup = false): Promise<void> {
  if (!child?.pid || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  process.kill(isGroup ? -child.pid : child.pid, "SIGKILL");
  await exited;
}

async function signIn(person: string): Promise<string> {
  const token = await fetch(`${url}/api/auth/csrf`);
  const cookies = (response: Response) =>
    response.headers
      .getSetCookie()
      .map((each) => each.split(";")[0])
      .join("; ");
  const { csrfToken } = z.object({ csrfToken: z.string() }).parse(await token.json());
  const email = `${person}@lockstep.test`;
  const signedIn = await fetch(`${url}/api/auth/callback/credentials`, {
    method: "POST",
    headers: { cookie: cookies(token), "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ csrfToken, email, password: "lockstep-demo", json: "true" }),
    redirect: "manual",
  });
  return cookies(signedIn);
}

beforeAll(async () => {
  if (!canRun) return;
  database = await createTestDatabase();
  folder = mkdtempSync(path.join(os.tmpdir(), "lockstep-receive-"));
  chmodSync(folder, 0o711);
  port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const { VITEST: _vitest, ...inherited } = process.env;
  env = {
    ...inherited,
    NODE_ENV: "production",
    DATABASE_URL: database.url,
    NEXTAUTH_SECRET: "the same for all processes of one instance",
    NEXTAUTH_URL: url,
    LOCKSTEP_DATA_DIR: folder,
    LOCKSTEP_DIST_DIR: ".next-test",
    LOCKSTEP_LIMITS: "1000",
    MEDIA_HERO_MAX_BYTES: "60000000",
    LOG_LEVEL: "fatal",
  };
  const tsx = ["--conditions=react-server", "--import", "tsx"];
  const seeding = spawn(process.execPath, [...tsx, "prisma/seed.ts"], { env, stdio: "ignore" });
  expect((await once(seeding, "exit"))[0]).toBe(0);
  await startServer();
  worker = spawn(process.execPath, [...tsx, "lib/media/worker-process.ts"], {
    env,
    stdio: "ignore",
    detached: true,
  });
  cookie = await signIn("admin");
  sql = new pg.Client({ connectionString: database.url });
  await sql.connect();
  clip = await makeMotion(path.join(folder, "clip.mp4"), 15, "640x360", 30);
}, 180_000);

afterAll(async () => {
  if (!canRun) return;
  await Promise.all([end(server), end(worker, true)]);
  await sql.end();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

const base64 = (text: string) => Buffer.from(text).toString("base64");

function metadata(fields: Record<string, string>): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name} ${base64(value)}`)
    .join(",");
}

async function create(size: number, fields: Record<string, string> = {}, who = cookie): Promise<Response> {
  const described = { filename: "clip.mp4", filetype: "video/mp4", kind: "hero-video", ...fields };
  return fetch(`${url}/api/uploads/tus`, {
    method: "POST",
    headers: {
      cookie: who,
      "Tus-Resumable": "1.0.0",
      "Upload-Length": String(size),
      "Upload-Metadata": metadata(described),
    },
  });
}

async function begin(size: number, fields: Record<string, string> = {}): Promise<string> {
  const response = await create(size, fields);
  expect(response.status).toBe(201);
  const location = response.headers.get("location") ?? "";
  expect(location).toMatch(/^\/api\/uploads\/tus\/[0-9a-f-]{36}$/);
  return location.split("/").at(-1) ?? "";
}

async function offsetOf(id: string, headers: Record<string, string> = {}): Promise<number> {
  const response = await fetch(`${url}/api/uploads/tus/${id}`, {
    method: "HEAD",
    headers: { cookie, "Tus-Resumable": "1.0.0", ...headers },
  });
  expect(response.status).toBe(200);
  return Number(response.headers.get("upload-offset"));
}

/** Sends from an offset on, and cuts the connection once `cutAfter` bytes have gone. Null for a connection that was cut. */
function send(
  id: string,
  bytes: Buffer,
  offset: number,
  { cutAfter = Number.POSITIVE_INFINITY, headers = {}, bytesPerSecond = 0 } = {},
): Promise<{ status: number; body: string } | null> {
  return new Promise((resolve) => {
    const request = http.request(`${url}/api/uploads/tus/${id}`, {
      method: "PATCH",
      headers: {
        cookie,
        "Tus-Resumable": "1.0.0",
        "Upload-Offset": String(offset),
        "Content-Type": "application/offset+octet-stream",
        "Content-Length": String(bytes.length - offset),
        ...headers,
      },
    });
    request.on("error", () => resolve(null));
    request.on("response", (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (text) => {
        body += text;
      });
      response.on("close", () => resolve({ status: response.statusCode ?? 0, body }));
    });
    const PIECE = 64 * 1024;
    let at = offset;
    const next = () => {
      if (request.destroyed) return;
      if (at - offset >= cutAfter) return void request.destroy();
      if (at >= bytes.length) return void request.end();
      const piece = bytes.subarray(at, at + PIECE);
      at += piece.length;
      const pauseMs = bytesPerSecond ? (1_000 * piece.length) / bytesPerSecond : 0;
      request.write(piece, () => setTimeout(next, pauseMs));
    };
    next();
  });
}

async function stateOf(id: string) {
  const response = await fetch(`${url}/api/uploads/${id}`, { headers: { cookie } });
  expect(response.status).toBe(200);
  return answerOf.parse(await response.json());
}

async function settled(id: string) {
  return vi.waitFor(
    async () => {
      const state = await stateOf(id);
      expect(["completed", "error", "cancelled"]).toContain(state.status);
      return state;
    },
    { timeout: SETTLE_MS, interval: 100 },
  );
}

const sha256 = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
const lies = (area: string, id: string) => existsSync(path.join(folder, "media", area, id));

async function post(address: string, body: unknown): Promise<Response> {
  return fetch(`${url}${address}`, {
    method: "POST",
    headers: { cookie, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

describe.skipIf(!canRun)("receiving", { timeout: 180_000 }, () => {
  it("goes on after cuts at random offsets and servers killed on the way: the source's hash is the file's", async () => {
    const bytes = readFileSync(clip);
    const id = await begin(bytes.length);
    for (let cut = 0; cut < 6; cut += 1) {
      const offset = await offsetOf(id);
      const cutAfter = Math.floor(Math.random() * (bytes.length - offset) * 0.4) + 1;
      const sending = send(id, bytes, offset, { cutAfter });
      if (cut % 3 === 2) {
        await end(server);
        await startServer();
      }
      await sending;
    }
    expect(await send(id, bytes, await offsetOf(id))).toMatchObject({ status: 204 });
    // Whoever lost the last answer asks again, and hears that all is here.
    expect(await offsetOf(id)).toBe(bytes.length);
    const state = await settled(id);
    expect(state).toMatchObject({ status: "completed", progress: 100, sourceSha256: sha256(bytes) });
    expect(lies("incoming", id)).toBe(false);
  });

  it("goes on only with the same file", async () => {
    const bytes = readFileSync(clip);
    const fingerprint = await fingerprintOf(await openAsBlob(clip));
    const id = await begin(bytes.length, { fingerprint });
    await send(id, bytes, 0, { cutAfter: 300_000, headers: { "Upload-Fingerprint": fingerprint } });
    const other = Buffer.from(bytes);
    other.fill(7, bytes.length - 5_000);
    const otherFingerprint = await fingerprintOf(new Blob([other]));
    expect(otherFingerprint).not.toBe(fingerprint);
    const offset = await offsetOf(id);
    const refused = await send(id, other, offset, { headers: { "Upload-Fingerprint": otherFingerprint } });
    // Refused before its bytes are read, the connection may close under them.
    if (refused)
      expect(refused).toMatchObject({ status: 409, body: expect.stringContaining("different_file") });
    expect(await offsetOf(id)).toBe(offset);
    const headers = { "Upload-Fingerprint": fingerprint };
    expect(await send(id, bytes, offset, { headers })).toMatchObject({ status: 204 });
    expect(await settled(id)).toMatchObject({ status: "completed", sourceSha256: sha256(bytes) });
  });

  it("refuses what is too large before its bytes, nothing, and everybody but admins", async () => {
    const before = (await sql.query('SELECT count(*)::int AS count FROM "Upload"')).rows[0].count;
    const codeOf = async (response: Response) => [response.status, (await response.json()).error.code];
    expect(await codeOf(await create(60_000_001))).toEqual([413, "too_large"]);
    expect(await codeOf(await create(0))).toEqual([422, "empty_file"]);
    expect(await codeOf(await create(10, { kind: "other" }))).toEqual([422, "validation_failed"]);
    const student = await signIn("student");
    expect(await codeOf(await create(10, {}, student))).toEqual([403, "forbidden"]);
    expect(await codeOf(await create(10, {}, ""))).toEqual([401, "unauthenticated"]);
    const id = await begin(10);
    for (const address of [`/api/uploads/${id}`, `/api/uploads/${id}/events`]) {
      expect((await fetch(`${url}${address}`, { headers: { cookie: student } })).status).toBe(404);
      expect((await fetch(`${url}${address}`)).status).toBe(401);
    }
    expect((await fetch(`${url}/api/uploads`, { headers: { cookie: student } })).status).toBe(403);
    await post(`/api/uploads/${id}/cancel`, {});
    const form = new FormData();
    form.set("type", "hero-video");
    form.set("media_file", new Blob([randomBytes(61_000_000)]), "large.mp4");
    const large = await fetch(`${url}/api/homepage/elements`, {
      method: "POST",
      headers: { cookie },
      body: form,
    }).catch(() => null);
    // The answer comes before the bytes: a client that only writes may miss it.
    if (large) expect(large.status).toBe(413);
    expect((await sql.query('SELECT count(*)::int AS count FROM "Upload"')).rows[0].count).toBe(before + 1);
  });

  it("cancelled while bytes come stops them and removes what came", async () => {
    const bytes = readFileSync(clip);
    const id = await begin(bytes.length);
    const sending = send(id, bytes, 0, { bytesPerSecond: 150_000 });
    await vi.waitFor(async () => expect((await stateOf(id)).receivedBytes).toBeGreaterThan(0), {
      timeout: SETTLE_MS,
      interval: 50,
    });
    expect((await post(`/api/uploads/${id}/cancel`, {})).status).toBe(200);
    expect((await post(`/api/uploads/${id}/cancel`, {})).status).toBe(200);
    const answer = await sending;
    if (answer) expect(answer.status).toBe(409);
    expect(await stateOf(id)).toMatchObject({ status: "cancelled" });
    await vi.waitFor(() => expect(lies("incoming", id)).toBe(false), { timeout: 5_000 });
  });

  it("by form answers 202 with the element to be, and refuses at once what is no video", async () => {
    const postForm = async (file: Blob, type = "hero-video", name = "clip.mp4") => {
      const form = new FormData();
      form.set("type", type);
      form.set("title", "By form");
      form.set("media_file", file, name);
      const response = await fetch(`${url}/api/homepage/elements`, {
        method: "POST",
        headers: { cookie },
        body: form,
      });
      return { status: response.status, body: await response.json() };
    };
    const before = (await sql.query('SELECT count(*)::int AS count FROM "Upload"')).rows[0].count;
    expect((await postForm(new Blob(["#EXTM3U\n#EXTINF:3,\nfile:///etc/passwd\n"]))).status).toBe(415);
    expect((await postForm(new Blob([]))).body.error.code).toBe("empty_file");
    expect((await postForm(await openAsBlob(clip), "other")).status).toBe(422);
    expect((await sql.query('SELECT count(*)::int AS count FROM "Upload"')).rows[0].count).toBe(before);
    const { status, body } = await postForm(await openAsBlob(clip));
    expect(status).toBe(202);
    expect(body).toMatchObject({ element: { type: "hero-video", title: "By form", status: "draft" } });
    const done = await settled(body.uploadId);
    expect(done).toMatchObject({ status: "completed", sourceSha256: sha256(readFileSync(clip)) });
    expect(done.element?.id).toBe(body.element.id);
  });

  it("by form, cut off, ends in an error that can be retried, and the rest can be sent resumably", async () => {
    const bytes = readFileSync(clip);
    const boundary = randomUUID();
    const part = (name: string, more: string) =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n`;
    const head = Buffer.from(
      `${part("type", "")}hero-video\r\n${part("media_file", '; filename="clip.mp4"\r\nContent-Type: video/mp4')}`,
    );
    const tail = `\r\n--${boundary}--\r\n`;
    const request = http.request(`${url}/api/homepage/elements`, {
      method: "POST",
      headers: {
        cookie,
        "Content-Type": `multipart/form-data; boundary=${boundary}`,
        "Content-Length": String(head.length + bytes.length + tail.length),
      },
    });
    request.on("error", () => undefined);
    request.write(head);
    request.write(bytes.subarray(0, 400_000));
    const id = await vi.waitFor(
      async () => {
        const { rows } = await sql.query(
          `SELECT id::text AS id FROM "Upload" WHERE source = 'MULTIPART' AND status = 'QUEUED'`,
        );
        expect(rows).toHaveLength(1);
        return String(rows[0].id);
      },
      { timeout: SETTLE_MS, interval: 50 },
    );
    request.destroy();
    expect((await settled(id)).error).toEqual(
      expect.objectContaining({ code: "connection_lost", retryable: true }),
    );
    expect((await post(`/api/uploads/${id}/retry`, {})).status).toBe(200);
    expect(await send(id, bytes, await offsetOf(id))).toMatchObject({ status: 204 });
    expect(await settled(id)).toMatchObject({ status: "completed", sourceSha256: sha256(bytes) });
  });

  it("fails in an upload's own way where the disk is full, and keeps what came", async () => {
    // What is written to this device has no room.
    const id = await begin(1_000_000);
    rmSync(path.join(folder, "media/incoming", id));
    symlinkSync("/dev/full", path.join(folder, "media/incoming", id));
    expect(await send(id, randomBytes(1_000_000), 0)).toMatchObject({
      status: 507,
      body: expect.stringContaining("disk_full"),
    });
    expect((await post(`/api/uploads/${id}/cancel`, {})).status).toBe(200);
    expect(readdirSync(path.join(folder, "media/incoming"))).not.toContain(id);
  });
});

describe.skipIf(!canRun)("what was made", { timeout: 120_000 }, () => {
  it("is told on the upload's own feed, served in ranges, and published in one swap that can be taken back", async () => {
    const bytes = readFileSync(clip);
    const id = await begin(bytes.length, { title: "Served" });
    const abort = new AbortController();
    const events = await fetch(`${url}/api/uploads/${id}/events`, {
      headers: { cookie, accept: "text/event-stream" },
      signal: abort.signal,
    });
    expect(events.headers.get("content-type")).toContain("text/event-stream");
    const told: Array<{ status: string; progress: number; feed: string }> = [];
    const following = (async () => {
      let rest = "";
      for await (const chunk of events.body ?? []) {
        rest += new TextDecoder().decode(chunk);
        const lines = rest.split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) {
          if (line.startsWith("data: ") && line.includes("upload_progress"))
            told.push(JSON.parse(line.slice(6)));
        }
        if (told.at(-1)?.status === "completed") return;
      }
    })();
    await send(id, bytes, 0);
    const { element } = await settled(id);
    await following;
    abort.abort();
    expect([...new Set(told.map(({ status }) => status))]).toEqual([
      "queued",
      "starting",
      "compressing",
      "uploading",
      "completed",
    ]);
    expect(new Set(told.map(({ feed }) => feed))).toEqual(new Set([`upload:${id}`]));
    const progress = told.map((event) => event.progress);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    if (!element) throw new Error("there is no element");

    const whole = await fetch(`${url}${element.videoUrl}`);
    const body = Buffer.from(await whole.arrayBuffer());
    expect(Object.fromEntries(whole.headers)).toMatchObject({
      "content-type": "video/mp4",
      "accept-ranges": "bytes",
      "cache-control": "public, max-age=31536000, immutable",
      "x-content-type-options": "nosniff",
    });
    const get = (headers: Record<string, string>) => fetch(`${url}${element.videoUrl}`, { headers });
    const range = await get({ range: "bytes=100-199" });
    expect(range.status).toBe(206);
    expect(range.headers.get("content-range")).toBe(`bytes 100-199/${body.length}`);
    expect(Buffer.from(await range.arrayBuffer()).equals(body.subarray(100, 200))).toBe(true);
    const last = await get({ range: "bytes=-50" });
    expect(Buffer.from(await last.arrayBuffer()).equals(body.subarray(-50))).toBe(true);
    expect((await get({ range: `bytes=${body.length}-` })).status).toBe(416);
    expect((await get({ "if-none-match": whole.headers.get("etag") ?? "" })).status).toBe(304);
    expect((await fetch(`${url}/api/media/media/../../incoming/x`)).status).toBe(404);

    const homepage = async () => (await fetch(`${url}/api/homepage`)).json();
    const elements = await (await fetch(`${url}/api/homepage/elements`, { headers: { cookie } })).json();
    const row = elements.items.find(({ id: each }: { id: string }) => each === element.id);
    const seen = { revision: row.revision, release: elements.release };
    const published = await post(`/api/homepage/elements/${element.id}/publish`, seen);
    expect(published.status).toBe(200);
    expect((await homepage()).hero).toMatchObject({ id: element.id, video: { videoUrl: element.videoUrl } });
    expect((await post(`/api/homepage/elements/${element.id}/unpublish`, seen)).status).toBe(409);
    const { release } = await published.json();
    const rolledBack = await post("/api/homepage/rollback", { release });
    expect(await rolledBack.json()).toEqual({ release: release + 1 });
    expect((await homepage()).hero).toBeNull();
  });

  it("by a demonstration goes the whole way, or fails where it is told to", async () => {
    const start = async (failAt?: string) => {
      const response = await post("/api/media/demo", { seconds: 2, ...(failAt ? { failAt } : {}) });
      expect(response.status).toBe(202);
      return settled((await response.json()).uploadId);
    };
    expect(await start()).toMatchObject({ status: "completed" });
    expect((await start("check")).error?.code).toBe("damaged");
    expect((await start("compress")).error?.code).toBe("compress_failed");
    expect((await start("store")).error?.code).toBe("store_failed");
    const health = await (await fetch(`${url}/api/media/health`, { headers: { cookie } })).json();
    expect(health).toMatchObject({ store: "local", queue: { running: 0 }, warnings: [] });
    expect(health.workers[0]).toMatchObject({ isAlive: true, ffmpeg: { isOld: false } });
    expect((await (await fetch(`${url}/api/health`)).json()).worker).toBe("ok");
  });
});
