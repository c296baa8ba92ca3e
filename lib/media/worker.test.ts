import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, inject, it, vi } from "vitest";
import type { Viewer } from "@/lib/access/viewer";
import { db } from "@/lib/db";
import { cancelUpload, retryUpload } from "@/lib/media/commands";
import { ingestFile } from "@/lib/media/ingest";
import { sweepStore } from "@/lib/media/janitor";
import { claimUpload } from "@/lib/media/lease";
import { getUpload } from "@/lib/media/queries";
import { runJob } from "@/lib/media/run-job";
import type { UploadStatusName } from "@/lib/media/schema";
import { localStore } from "@/lib/media/store/local";
import type { Store } from "@/lib/media/store/store";
import { createAdmin, hasFfmpeg, makeMotion, useMediaFolder } from "@/lib/media/testing/clips";
import { kill, processesOf } from "@/lib/media/testing/processes";
import { type TestDatabase, useTestDatabase } from "@/lib/testing/database";

const canRun = hasFfmpeg && process.platform === "linux";
if (!canRun) console.log("Skipped lib/media/worker.test.ts: it needs Linux and an ffmpeg on the PATH.");

/** In each of them something is under way that a fault can hit. */
const stages = ["starting", "compressing"] as const;
const SETTLE_MS = 60_000;

let database: TestDatabase;
let media: ReturnType<typeof useMediaFolder>;
let admin: Viewer;
let clip: string;
let long: string;
const workers: Worker[] = [];

/** A worker process of its own group, as its supervisor starts it. */
class Worker {
  readonly #child: ChildProcess;
  readonly ended: Promise<unknown>;

  constructor() {
    this.#child = spawn(
      process.execPath,
      ["--conditions=react-server", "--import", "tsx", "lib/media/worker-process.ts"],
      {
        env: { ...process.env, DATABASE_URL: database.url, LOG_LEVEL: "silent" },
        stdio: "ignore",
        detached: true,
      },
    );
    this.ended = once(this.#child, "exit");
    workers.push(this);
  }

  /** With all that it runs: a supervisor does the same once the worker is gone. */
  async kill(): Promise<void> {
    if (this.#child.pid && this.#child.exitCode === null && this.#child.signalCode === null) {
      process.kill(-this.#child.pid, "SIGKILL");
      await this.ended;
    }
  }

  async stop(): Promise<void> {
    this.#child.kill("SIGTERM");
    await this.ended;
  }
}

beforeAll(async () => {
  database = await useTestDatabase();
  media = useMediaFolder();
  admin = await createAdmin();
  if (!canRun) return;
  clip = await makeMotion(path.join(media.folder, "clip.mp4"), 3);
  // Takes long enough on any machine for a fault to come between.
  long = await makeMotion(path.join(media.folder, "long.mp4"), 60, "1280x720", 30);
}, 120_000);

afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.kill()));
});

afterAll(async () => {
  await database.drop();
  media.remove();
});

async function queue(file: string): Promise<string> {
  const { uploadId } = await ingestFile(admin, {
    kind: "hero-video",
    path: file,
    title: "Test",
    now: new Date(),
  });
  return uploadId;
}

const stateOf = async (id: string) => getUpload(admin, id);

async function until(id: string, ...statuses: UploadStatusName[]): Promise<void> {
  await vi.waitFor(async () => expect(statuses).toContain((await stateOf(id)).status), {
    timeout: SETTLE_MS,
    interval: 20,
  });
}

/** Waits until ffmpeg itself is at work on an upload. */
async function ffmpegOf(id: string): Promise<number[]> {
  return vi.waitFor(
    async () => {
      expect((await stateOf(id)).status).toBe("compressing");
      const pids = processesOf("ffmpeg", id);
      expect(pids.length).toBeGreaterThan(0);
      return pids;
    },
    { timeout: SETTLE_MS, interval: 20 },
  );
}

/** Ends as the fault suite demands: completed or retryable, no half of it anywhere, nobody still at work on it. */
async function expectClean(id: string): Promise<void> {
  await until(id, "completed", "error", "cancelled");
  const upload = await stateOf(id);
  if (upload.status === "error") expect(upload.error?.retryable).toBe(true);
  const isWhole = upload.status === "completed";
  expect(await db().mediaAsset.count({ where: { uploadId: id } })).toBe(isWhole ? 1 : 0);
  expect(await db().storedFile.count({ where: { key: { startsWith: `media/${id}/` } } })).toBe(
    isWhole ? 3 : 0,
  );
  await vi.waitFor(
    () => {
      expect(processesOf("ffmpeg", id)).toEqual([]);
      expect(processesOf("ffprobe", id)).toEqual([]);
      expect(existsSync(path.join(media.folder, "media/work", id))).toBe(false);
      expect(existsSync(path.join(media.folder, "media/incoming", id))).toBe(upload.status === "error");
    },
    { timeout: SETTLE_MS, interval: 50 },
  );
  if (isWhole) expect(readdirSync(path.join(media.folder, "media/store/media", id))).toHaveLength(3);
}

const events = async (id: string) => {
  const rows = await db().feedEvent.findMany({ where: { feed: `upload:${id}` }, orderBy: { seq: "asc" } });
  return rows.map(({ payload }) => payload as { status: string; progress: number; attempt: number });
};

/** Within an attempt progress never falls, whatever happened. */
async function expectNeverFalls(id: string): Promise<void> {
  const reached = new Map<number, number>();
  for (const { progress, attempt } of await events(id)) {
    expect(progress).toBeGreaterThanOrEqual(reached.get(attempt) ?? 0);
    reached.set(attempt, progress);
  }
}

describe.skipIf(!canRun)("a worker", { timeout: 180_000 }, () => {
  it.each(stages)("killed while %s is followed by another one that goes on to the end", async (stage) => {
    const id = await queue(clip);
    const first = new Worker();
    await until(id, stage, "uploading", "completed");
    await first.kill();
    // The lease's end is the database's business; it is only waited for less.
    await db()
      .$executeRaw`UPDATE "Upload" SET "leaseUntil" = now() WHERE id = ${id}::uuid AND "leaseUntil" > now()`;
    new Worker();
    await until(id, "completed");
    await expectClean(id);
    await expectNeverFalls(id);
  });

  it("that brings down every worker is given up with an error that can be retried", async () => {
    const id = await queue(clip);
    const owner = "01a1fdbd-0000-7000-8000-000000000000";
    await db().$executeRaw`
      UPDATE "Upload" SET status = 'COMPRESSING', claims = 3, "leaseOwner" = ${owner}::uuid, "leaseUntil" = now()
      WHERE id = ${id}::uuid`;
    new Worker();
    await until(id, "error");
    expect((await stateOf(id)).error).toMatchObject({ code: "worker_lost", retryable: true });
    await retryUpload(admin, id, new Date());
    await until(id, "completed");
    await expectClean(id);
  });

  it("whose ffmpeg is killed says so, and a retry uses the bytes that arrived", async () => {
    const id = await queue(long);
    new Worker();
    for (const pid of await ffmpegOf(id)) kill(pid);
    await until(id, "error");
    expect((await stateOf(id)).error).toMatchObject({ code: "compress_failed", retryable: true });
    await expectClean(id);
    expect(await retryUpload(admin, id, new Date())).toMatchObject({ status: "queued", attempt: 2 });
    // A repeat of the retry changes nothing.
    expect(await retryUpload(admin, id, new Date())).toMatchObject({ attempt: 2 });
    await ffmpegOf(id);
    await cancelUpload(admin, id, new Date());
    await expectClean(id);
    await expectNeverFalls(id);
  });

  it("kills ffmpeg within 2 s of a cancellation and removes the files within 5 s; another upload goes on", async () => {
    const [id, other] = [await queue(long), await queue(clip)];
    new Worker();
    await ffmpegOf(id);
    const cancelledAt = Date.now();
    expect(await cancelUpload(admin, id, new Date())).toMatchObject({ status: "cancelled" });
    await vi.waitFor(() => expect(processesOf("ffmpeg", id)).toEqual([]), { timeout: 2_000, interval: 20 });
    const goneAfter = Date.now() - cancelledAt;
    await vi.waitFor(
      () => {
        expect(existsSync(path.join(media.folder, "media/work", id))).toBe(false);
        expect(existsSync(path.join(media.folder, "media/incoming", id))).toBe(false);
      },
      { timeout: 5_000 - goneAfter, interval: 20 },
    );
    expect(await cancelUpload(admin, id, new Date())).toMatchObject({ status: "cancelled" });
    await until(other, "completed");
    await expect(cancelUpload(admin, other, new Date())).rejects.toMatchObject({ code: "upload_ended" });
    await Promise.all([expectClean(id), expectClean(other)]);
    expect((await events(id)).filter(({ status }) => status === "cancelled")).toHaveLength(1);
  });

  it("cancelled before a worker has it is never taken by one", async () => {
    const id = await queue(clip);
    await cancelUpload(admin, id, new Date());
    expect(await claimUpload(new Date(), id)).toBeNull();
    await expectClean(id);
  });

  it("takes one of three at once, the others show their place, and one's failure leaves the others alone", async () => {
    const first = await queue(long);
    const second = await queue(clip);
    const third = await queue(clip);
    expect((await stateOf(second)).queuePlace).toBe(2);
    new Worker();
    const [pid] = await ffmpegOf(first);
    expect(await stateOf(second)).toMatchObject({ status: "queued", phase: "waiting", queuePlace: 1 });
    expect(await stateOf(third)).toMatchObject({ status: "queued", queuePlace: 2 });
    if (pid) kill(pid);
    await Promise.all([until(second, "completed"), until(third, "completed")]);
    expect((await stateOf(first)).status).toBe("error");
    await Promise.all([first, second, third].map(expectClean));
    await cancelUpload(admin, first, new Date());
  });

  it("never runs what another one runs", async () => {
    const ids = await Promise.all(Array.from({ length: 6 }, () => queue(clip)));
    const claims = await Promise.all(Array.from({ length: 12 }, () => claimUpload(new Date())));
    const taken = claims.flatMap((claim) => (claim ? [claim.job.id] : []));
    expect(taken.sort()).toEqual([...ids].sort());
    await Promise.all(claims.map((claim) => claim?.lease.release()));
    new Worker();
    new Worker();
    await Promise.all(ids.map((id) => until(id, "completed")));
    for (const id of ids) {
      await expectClean(id);
      const [row] = await db().$queryRaw<
        Array<{ claims: number }>
      >`SELECT claims FROM "Upload" WHERE id = ${id}::uuid`;
      expect(row?.claims).toBe(1);
    }
  });

  it("that was stopped gives its upload back, and the next one takes it at once", async () => {
    const id = await queue(long);
    const first = new Worker();
    await ffmpegOf(id);
    await first.stop();
    expect(processesOf("ffmpeg", id)).toEqual([]);
    const taken = await claimUpload(new Date(), id);
    expect(taken?.job.claims).toBe(1);
    await cancelUpload(admin, id, new Date());
  });

  it("that lost its upload can no longer write", async () => {
    const id = await queue(clip);
    const first = await claimUpload(new Date(), id);
    await db().$executeRaw`UPDATE "Upload" SET "leaseUntil" = now() - interval '1 s' WHERE id = ${id}::uuid`;
    const second = await claimUpload(new Date(), id);
    if (!first || !second) throw new Error("nobody took it");
    await expect(first.lease.moveTo("COMPRESSING", 50, "late", new Date())).rejects.toThrow("no longer");
    await expect(first.lease.fail("internal", new Date())).rejects.toThrow("no longer");
    expect(await runJob(first.job, first.lease, { stop: new AbortController().signal })).toEqual({
      outcome: "lost",
    });
    const stop = new AbortController().signal;
    expect(await runJob(second.job, second.lease, { stop })).toMatchObject({ outcome: "completed" });
    await expectClean(id);
  });

  it("waits for a database that went away, and ends what it began", async () => {
    const id = await queue(clip);
    const sql = new pg.Client({ connectionString: inject("clusterUrl") });
    await sql.connect();
    const name = new URL(database.url).pathname.slice(1);
    new Worker();
    await until(id, "compressing", "uploading", "completed");
    await db().$disconnect();
    await sql.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
    await sql.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", [name]);
    await sql.query("SELECT pg_sleep(2)");
    await sql.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
    await sql.end();
    await until(id, "completed", "error");
    await expectClean(id);
    await cancelUpload(admin, id, new Date()).catch(() => undefined);
  });
});

describe.skipIf(!canRun)("a store", { timeout: 60_000 }, () => {
  const failing = (after: number, error: () => Error): Store => {
    const inner = localStore(path.join(media.folder, "media/store"));
    let puts = 0;
    return {
      ...inner,
      async put(...args) {
        puts += 1;
        if (puts > after) throw error();
        return inner.put(...args);
      },
    };
  };
  const noSpace = () => Object.assign(new Error("no space left on device"), { code: "ENOSPC" });

  it.each([
    ["fails at once", 0, () => new Error("refused"), "store_failed"],
    ["fails half-way", 2, () => new Error("reset by peer"), "store_failed"],
    ["is full half-way", 1, noSpace, "disk_full"],
  ])("that %s leaves nothing behind, and a retry completes", async (_how, after, error, code) => {
    const id = await queue(clip);
    const stop = new AbortController().signal;
    const taken = await claimUpload(new Date(), id);
    if (!taken) throw new Error("nobody took it");
    expect(await runJob(taken.job, taken.lease, { stop, store: failing(after, error) })).toEqual({
      outcome: "failed",
    });
    expect((await stateOf(id)).error).toMatchObject({ code, retryable: true });
    await expectClean(id);
    expect(existsSync(path.join(media.folder, "media/store/media", id))).toBe(false);
    await retryUpload(admin, id, new Date());
    const again = await claimUpload(new Date(), id);
    if (!again) throw new Error("nobody took it");
    expect(await runJob(again.job, again.lease, { stop })).toMatchObject({ outcome: "completed" });
    await expectClean(id);
  });

  it("is swept of what nothing refers to, and of nothing else", async () => {
    const store = localStore(path.join(media.folder, "media/store"));
    const before = await db().storedFile.count();
    const options = { isPublic: true };
    const key = "media/01a1fdbd-0000-7000-8000-00000000000f/orphan-0123.mp4";
    await store.put(key, { path: clip, contentType: "video/mp4", sizeBytes: statSync(clip).size }, options);
    expect(await sweepStore(new Date(), true)).toEqual({ files: 0, bytes: 0 });
    expect((await sweepStore(new Date(Date.now() + 2 * 60 * 60_000), true)).files).toBe(1);
    expect(await store.sizeOf({ key, contentType: "video/mp4", publicUrl: null })).toBeNull();
    const files = await db().storedFile.findMany({
      select: { key: true, contentType: true, publicUrl: true },
    });
    expect(files).toHaveLength(before);
    for (const file of files) expect(await store.sizeOf(file)).not.toBeNull();
  });
});
