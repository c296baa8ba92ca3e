import { existsSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Viewer } from "@/lib/access/viewer";
import { db, sqlPool } from "@/lib/db";
import { ingestFile } from "@/lib/media/ingest";
import { getUpload } from "@/lib/media/queries";
import { createAdmin, hasFfmpeg, makeMotion, useMediaFolder } from "@/lib/media/testing/clips";
import { kill, processesOf } from "@/lib/media/testing/processes";
import { type TestDatabase, useTestDatabase } from "@/lib/testing/database";
import { type MediaWorker, startMediaWorker } from "@/scripts/support/media-worker.mjs";

// Long, since a lease is waited for as it is: npm run test:media-faults. The short ones are in worker.test.ts.
const isWanted = process.env.MEDIA_FAULTS === "1" && hasFfmpeg && process.platform === "linux";

const WITHIN_MS = 60_000;

let database: TestDatabase;
let media: ReturnType<typeof useMediaFolder>;
let admin: Viewer;
let clip: string;
let worker: MediaWorker | null = null;
const rows: Array<{ fault: string; stage: string; outcome: string; seconds: string; claims: number }> = [];

beforeAll(async () => {
  database = await useTestDatabase();
  media = useMediaFolder();
  if (!isWanted) return;
  admin = await createAdmin();
  clip = await makeMotion(path.join(media.folder, "clip.mp4"), 12, "1280x720", 30);
  worker = startMediaWorker({ env: { ...process.env, DATABASE_URL: database.url, LOG_LEVEL: "silent" } });
}, 120_000);

afterAll(async () => {
  if (isWanted) console.table(rows);
  await worker?.stop();
  await database.drop();
  media.remove();
}, 60_000);

const faults = {
  "worker killed": async () => {
    const pid = worker?.identity()?.pid;
    if (pid) kill(pid);
  },
  "ffmpeg killed": async (id: string) => {
    for (const pid of processesOf("ffmpeg", id)) kill(pid);
  },
  "ffprobe killed": async (id: string) => {
    for (const pid of processesOf("ffprobe", id)) kill(pid);
  },
  "connections of the database cut": async () => {
    await sqlPool().query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
    );
  },
};

const stages = ["STARTING", "COMPRESSING", "UPLOADING"] as const;
const cases = Object.keys(faults).flatMap((fault) =>
  stages.map((stage): [keyof typeof faults, (typeof stages)[number]] => [
    fault as keyof typeof faults,
    stage,
  ]),
);

describe.skipIf(!isWanted)("within 60 s it is completed or can be retried", { timeout: 150_000 }, () => {
  it.each(cases)("%s while %s", async (fault, stage) => {
    const now = new Date();
    const { uploadId: id } = await ingestFile(admin, { kind: "hero-video", path: clip, title: "Fault", now });
    const status = async () =>
      await db().upload.findUniqueOrThrow({ where: { id }, select: { status: true, claims: true } });
    await vi.waitFor(async () => expect([stage, "COMPLETED"]).toContain((await status()).status), {
      timeout: WITHIN_MS,
      interval: 5,
    });
    const from = performance.now();
    await faults[fault](id);
    const upload = await vi.waitFor(
      async () => {
        // A connection that was cut is opened again by the next question.
        const state = await getUpload(admin, id);
        expect(["completed", "error"]).toContain(state.status);
        return state;
      },
      { timeout: WITHIN_MS, interval: 100 },
    );
    const seconds = ((performance.now() - from) / 1_000).toFixed(1);
    rows.push({
      fault,
      stage,
      outcome: upload.error?.code ?? upload.status,
      seconds,
      claims: (await status()).claims,
    });
    if (upload.status === "error") expect(upload.error?.retryable).toBe(true);
    const isWhole = upload.status === "completed";
    expect(await db().mediaAsset.count({ where: { uploadId: id } })).toBe(isWhole ? 1 : 0);
    await vi.waitFor(
      () => {
        expect([...processesOf("ffmpeg", id), ...processesOf("ffprobe", id)]).toEqual([]);
        expect(existsSync(path.join(media.folder, "media/work", id))).toBe(false);
        expect(existsSync(path.join(media.folder, "media/incoming", id))).toBe(!isWhole);
      },
      { timeout: WITHIN_MS, interval: 100 },
    );
  });
});
