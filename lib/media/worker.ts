import "server-only";
import { randomUUID } from "node:crypto";
import os from "node:os";
import { now as clock } from "@/lib/clock";
import { db } from "@/lib/db";
import { env } from "@/lib/env";
import { log } from "@/lib/log";
import { binaries } from "@/lib/media/ffmpeg";
import { diskSpace } from "@/lib/media/folders";
import { sweepFolders, sweepStore, tendUploads } from "@/lib/media/janitor";
import { claimUpload } from "@/lib/media/lease";
import { runJob } from "@/lib/media/run-job";
import type { WorkerReport } from "@/lib/media/schema";

const POLL_MS = 300;
const AFTER_ERROR_MS = 1_000;
const BEAT_MS = 5_000;
const TEND_MS = 5_000;
const SWEEP_FOLDERS_MS = 15_000;
const SWEEP_STORE_MS = 30 * 60_000;
/** Workers that have been silent for this long are forgotten. */
const FORGET_MS = 24 * 60 * 60_000;

/** Takes queued uploads, as many at once as the settings say, and keeps house, until `stop`. */
export async function runWorker(stop: AbortSignal): Promise<void> {
  const id = randomUUID();
  const running = new Set<string>();
  const startedAt = clock();
  const concurrency = env().MEDIA_WORKERS;
  await binaries().then(
    ({ ffmpeg, ffprobe }) => {
      log().info({ ffmpeg, ffprobe }, "the worker has its ffmpeg");
      if (ffmpeg.isOld)
        log().warn({ version: ffmpeg.version }, "this ffmpeg is old; please install a newer one");
    },
    (error: unknown) =>
      log().error({ err: error }, "the worker has no ffmpeg; uploads will fail until it has"),
  );
  await Promise.all([
    ...Array.from({ length: concurrency }, () => takeJobs(running, stop)),
    every(BEAT_MS, stop, "say how it does", () => beat(id, startedAt, concurrency, running)),
    every(TEND_MS, stop, "tend the uploads", () => tendUploads(clock())),
    every(SWEEP_FOLDERS_MS, stop, "sweep the folders", () => sweepFolders(clock())),
    every(SWEEP_STORE_MS, stop, "sweep the store", () => sweepStore(clock(), true)),
  ]);
  await db().mediaWorker.deleteMany({ where: { id } });
}

async function takeJobs(running: Set<string>, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    try {
      const taken = await claimUpload(clock());
      if (!taken) {
        await pause(POLL_MS, stop);
        continue;
      }
      running.add(taken.job.id);
      try {
        const { outcome } = await runJob(taken.job, taken.lease, { stop });
        log().info({ uploadId: taken.job.id, outcome }, "an upload ended");
      } finally {
        running.delete(taken.job.id);
      }
    } catch (error) {
      log().warn({ err: error }, "the worker could not go on; trying again");
      await pause(AFTER_ERROR_MS, stop);
    }
  }
}

async function beat(
  id: string,
  startedAt: Date,
  concurrency: number,
  running: ReadonlySet<string>,
): Promise<void> {
  const now = clock();
  const found = await binaries().catch(() => null);
  const report: WorkerReport = {
    pid: process.pid,
    host: os.hostname(),
    ffmpeg: found?.ffmpeg ?? null,
    concurrency,
    running: [...running],
    disk: await diskSpace().catch(() => null),
  };
  await db().mediaWorker.upsert({
    where: { id },
    create: { id, startedAt, beatAt: now, report },
    update: { beatAt: now, report },
  });
  await db().mediaWorker.deleteMany({ where: { beatAt: { lt: new Date(now.getTime() - FORGET_MS) } } });
}

/** Does something again and again; an error is logged, and the next round tries again. */
async function every(
  ms: number,
  stop: AbortSignal,
  what: string,
  act: () => Promise<unknown>,
): Promise<void> {
  while (!stop.aborted) {
    try {
      await act();
    } catch (error) {
      log().warn({ err: error }, `the worker could not ${what}`);
    }
    await pause(ms, stop);
  }
}

function pause(ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (stop.aborted) return resolve();
    const timer = setTimeout(done, ms);
    stop.addEventListener("abort", done, { once: true });
    function done() {
      clearTimeout(timer);
      stop.removeEventListener("abort", done);
      resolve();
    }
  });
}
