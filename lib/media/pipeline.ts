import "server-only";
import { createHash, randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import { now as clock } from "@/lib/clock";
import type { AssetFileRole } from "@/lib/generated/prisma/client";
import { insertHero } from "@/lib/homepage/writes";
import { commit } from "@/lib/live/publish";
import { compress, FfmpegError, isWhole, KilledError, probe, takePosters } from "@/lib/media/ffmpeg";
import { incomingFile, workFolderOf } from "@/lib/media/folders";
import type { Job, Lease } from "@/lib/media/lease";
import { limitsOf } from "@/lib/media/limits";
import { assetColumns, kindName, toMediaAsset } from "@/lib/media/queries";
import {
  compressLimitMs,
  containerOf,
  hasSameLength,
  type Part,
  type Probe,
  planRenditions,
  progressOf,
  refuseProbe,
} from "@/lib/media/rules";
import { captionsInput, failureStage, type UploadErrorCode, type UploadedElement } from "@/lib/media/schema";
import { currentStore } from "@/lib/media/store/current";
import type { Store } from "@/lib/media/store/store";
import { removeIncoming } from "@/lib/media/uploads";
import { messages } from "@/lib/media/words";
import { eventColumns, publishUpload } from "@/lib/media/writes";

/** The file is refused, or a stage failed, with what its sender is told. */
export class PipelineError extends Error {
  constructor(
    readonly code: UploadErrorCode,
    cause?: unknown,
  ) {
    super(`The upload failed: ${code}.`, { cause });
    this.name = "PipelineError";
  }
}

type Context = {
  job: Job;
  lease: Lease;
  signal: AbortSignal;

  store?: Store;
};

type Made = {
  role: AssetFileRole;
  path: string;
  name: string;
  extension: string;
  contentType: string;
  width: number | null;
  height: number | null;
  language: string | null;
  label: string | null;
};

type Stored = Made & {
  fileId: string;
  key: string;
  publicUrl: string | null;
  sizeBytes: number;
  sha256: string;
};

const jobOptions = z.object({
  captions: z.array(captionsInput).default([]),
  failAt: failureStage.optional(),
});

/**
 * Takes an upload from its received bytes to what comes of it: checks, compresses, stores, and makes the asset and the
 * element in the transaction that completes it.
 * @returns the asset's id
 * @throws PipelineError, LeaseLost, or the signal's reason
 */
export async function runPipeline(context: Context): Promise<string> {
  const { job, lease, signal } = context;
  const folder = workFolderOf(job.id);
  const options = jobOptions.parse(job.options);
  // A demonstration fails once: what is tried again, or taken over by another worker, goes through.
  const failAt = job.attempt === 1 ? options.failAt : undefined;
  const tell = (part: Part, fraction: number, message: string) =>
    lease.tell(progressOf(part, fraction), message, clock(), () => undefined);
  // What an earlier worker left is begun again.
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  try {
    const source = await checkSource(context);
    const hashing = new AbortController();
    const hash = hashOf(source, AbortSignal.any([signal, hashing.signal]));
    // Awaited at the end; what goes wrong before must not leave it behind unheard.
    hash.catch(() => undefined);
    try {
      const found = await checkVideo(source, context, (fraction) =>
        tell("check", fraction, messages.checking),
      );
      if (failAt === "check") throw new PipelineError("damaged");
      await lease.moveTo("COMPRESSING", progressOf("compress", 0), messages.compressing, clock());
      const made = await makeFiles(source, folder, found, context, (fraction, message) =>
        tell("compress", fraction, message),
      );
      if (failAt === "compress") throw new PipelineError("compress_failed");
      // As a power cut would: nothing is written, nobody is told.
      if (failAt === "worker" && job.claims === 1) process.kill(process.pid, "SIGKILL");
      for (const captions of options.captions) made.push(await writeCaptions(folder, captions));
      await lease.moveTo("UPLOADING", progressOf("store", 0), messages.storing, clock());
      const stored = await storeFiles(made, context, failAt === "store", (fraction) =>
        tell("store", fraction, messages.storing),
      );
      return await complete(context, stored, found, await hash);
    } finally {
      hashing.abort();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function checkSource({ job }: Context): Promise<string> {
  const source = incomingFile(job.id);
  const found = await stat(source).catch(() => null);
  if (!found) throw new PipelineError("source_missing");
  if (found.size === 0) throw new PipelineError("empty");
  if (found.size !== job.sizeBytes) throw new PipelineError("size_differs");
  const file = await open(source, "r");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(64), 0, 64, 0);
    if (containerOf(buffer.subarray(0, bytesRead)) === null) throw new PipelineError("not_a_video");
  } finally {
    await file.close();
  }
  return source;
}

async function checkVideo(
  source: string,
  context: Context,
  onFraction: (fraction: number) => void,
): Promise<Probe> {
  const found = await probe(source, context).catch((error) => {
    throw error instanceof FfmpegError && error.reason === "failed"
      ? new PipelineError("damaged", error)
      : error;
  });
  onFraction(0.3);
  const refusal = refuseProbe(found, limitsOf(kindName[context.job.kind]));
  if (refusal) throw new PipelineError(refusal);
  if (!(await isWhole(source, found.durationSeconds, context))) throw new PipelineError("truncated");
  onFraction(1);
  return found;
}

async function makeFiles(
  source: string,
  folder: string,
  found: Probe,
  context: Context,
  onFraction: (fraction: number, message: string) => void,
): Promise<Made[]> {
  const isCourse = context.job.kind === "COURSE_VIDEO";
  const renditions = planRenditions(kindName[context.job.kind], found);
  const weights = renditions.map(({ width, height }) => width * height);
  // The last hundredth is the posters'.
  const whole = weights.reduce((sum, weight) => sum + weight, 0) * 1.01;
  const made: Made[] = [];
  let done = 0;
  for (const [index, rendition] of renditions.entries()) {
    const name = `${Math.min(rendition.width, rendition.height)}p`;
    const target = path.join(folder, `${name}.mp4`);
    const message = messages.compressingOne(
      Math.min(rendition.width, rendition.height),
      index + 1,
      renditions.length,
    );
    const weight = weights[index] ?? 0;
    const doneBefore = done;
    await compress(source, target, {
      ...context,
      rendition,
      keepsAudio: isCourse && found.hasAudio,
      durationSeconds: found.durationSeconds,
      limitMs: compressLimitMs(found.durationSeconds, 1),
      onProgress: (fraction) => onFraction((doneBefore + weight * fraction) / whole, message),
    }).catch((error) => {
      throw error instanceof FfmpegError && error.reason === "failed"
        ? new PipelineError("compress_failed", error)
        : error;
    });
    done += weight;
    const result = await probe(target, context);
    if (!hasSameLength(found.durationSeconds, result.durationSeconds)) {
      throw new PipelineError(
        "truncated",
        new Error(`${found.durationSeconds} s became ${result.durationSeconds} s`),
      );
    }
    const { width, height } = rendition;
    made.push(madeFile({ role: "VIDEO", path: target, name, contentType: "video/mp4", width, height }));
  }
  const [tallest] = made;
  if (!tallest) throw new Error("A video without a rendition.");
  const jpeg = path.join(folder, "poster.jpg");
  const webp = path.join(folder, "poster.webp");
  await takePosters(tallest.path, { jpeg, webp }, found.durationSeconds, context);
  const { width, height } = tallest;
  const poster = { name: "poster", width, height };
  made.push(madeFile({ ...poster, role: "POSTER_JPEG", path: jpeg, contentType: "image/jpeg" }));
  made.push(madeFile({ ...poster, role: "POSTER_WEBP", path: webp, contentType: "image/webp" }));
  return made;
}

function madeFile(file: Omit<Made, "extension" | "language" | "label">): Made {
  return { ...file, extension: path.extname(file.path), language: null, label: null };
}

async function writeCaptions(
  folder: string,
  { language, label, vtt }: z.infer<typeof captionsInput>,
): Promise<Made> {
  const file = path.join(folder, `captions-${language}.vtt`);
  await writeFile(file, vtt);
  return {
    role: "CAPTIONS",
    path: file,
    name: `captions-${language.toLowerCase()}`,
    extension: ".vtt",
    contentType: "text/vtt; charset=utf-8",
    width: null,
    height: null,
    language,
    label,
  };
}

async function storeFiles(
  made: readonly Made[],
  context: Context,
  mustFail: boolean,
  onFraction: (fraction: number) => void,
): Promise<Stored[]> {
  const { job, signal, store = currentStore() } = context;
  const isPublic = job.kind === "HERO_VIDEO";
  // One folder for each upload, so that no two ever share a file and each can be swept alone.
  const folder = `${isPublic ? "media" : "course"}/${job.id}`;
  const measured = [];
  for (const file of made) {
    measured.push({
      file,
      sizeBytes: (await stat(file.path)).size,
      sha256: await hashOf(file.path, signal),
    });
  }
  const total = measured.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const stored: Stored[] = [];
  let before = 0;
  try {
    for (const { file, sizeBytes, sha256 } of measured) {
      const key = `${folder}/${file.name}-${sha256.slice(0, 16)}${file.extension}`;
      const { contentType } = file;
      const { publicUrl } = await store.put(
        key,
        { path: file.path, contentType, sizeBytes },
        { signal, isPublic, onBytes: (bytes) => onFraction((before + bytes) / total) },
      );
      before += sizeBytes;
      stored.push({ ...file, fileId: randomUUID(), key, publicUrl, sizeBytes, sha256 });
      if (mustFail) throw new Error("This demonstration was to fail while storing.");
    }
    return stored;
  } catch (error) {
    await removeStored(store, stored);
    signal.throwIfAborted();
    if (isDiskFull(error)) throw new PipelineError("disk_full", error);
    throw new PipelineError("store_failed", error);
  }
}

async function removeStored(store: Store, stored: readonly Stored[]): Promise<void> {
  // What cannot be removed now is found by the sweep.
  for (const file of stored) await store.remove(file).catch(() => undefined);
}

async function complete(
  { job, lease, store = currentStore() }: Context,
  stored: readonly Stored[],
  found: Probe,
  sourceSha256: string,
): Promise<string> {
  const now = clock();
  const [tallest] = stored;
  try {
    const assetId = await commit(now, async (write) => {
      const { tx } = write;
      await lease.lock(write);
      await tx.storedFile.createMany({
        data: stored.map(({ fileId, key, publicUrl, contentType, name, extension, sizeBytes, sha256 }) => ({
          id: fileId,
          store: store.name,
          key,
          publicUrl,
          contentType,
          fileName: `${name}${extension}`,
          sizeBytes,
          sha256,
          ownerId: job.ownerId,
          createdAt: now,
        })),
      });
      const asset = await tx.mediaAsset.create({
        data: {
          kind: job.kind,
          uploadId: job.id,
          title: job.title,
          width: tallest?.width ?? 0,
          height: tallest?.height ?? 0,
          durationSeconds: found.durationSeconds,
          hasAudio: job.kind === "COURSE_VIDEO" && found.hasAudio,
          createdAt: now,
          files: {
            create: stored.map(({ role, fileId, width, height, language, label }) => ({
              role,
              fileId,
              width,
              height,
              language,
              label,
            })),
          },
        },
        select: assetColumns,
      });
      let element: UploadedElement | undefined;
      if (job.elementId) {
        const { id, title, ownerId } = { id: job.elementId, title: job.title, ownerId: job.ownerId };
        await insertHero(tx, { id, title, assetId: asset.id, createdById: ownerId }, now);
        const { videoUrl, posterUrl, width, height, durationSeconds } = toMediaAsset(asset);
        element = {
          id,
          type: "hero-video",
          title,
          status: "draft",
          videoUrl,
          posterUrl,
          width,
          height,
          durationSeconds,
        };
      }
      const row = await tx.upload.update({
        where: { id: job.id },
        data: {
          status: "COMPLETED",
          progress: 100,
          message: messages.completed[kindName[job.kind]],
          sourceSha256,
          leaseOwner: null,
          leaseUntil: null,
          finishedAt: now,
        },
        select: eventColumns,
      });
      publishUpload(write, row, { tellAdmins: true, element });
      return asset.id;
    });
    await removeIncoming(job.id);
    return assetId;
  } catch (error) {
    // Cancelled at the last moment, or the database refused: nothing refers to what was stored. Where the commit's
    // answer was lost, something may; the sweep knows, and a retry stores anew.
    if (error instanceof Error && error.name === "LeaseLost") await removeStored(store, stored);
    throw error;
  }
}

/** SHA-256 of a file, in hex. */
export async function hashOf(file: string, signal: AbortSignal): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file, { highWaterMark: 1024 * 1024 }), hash, { signal });
  return hash.digest("hex");
}

function isDiskFull(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOSPC" || error.code === "EDQUOT");
}

/** What its sender is told of an error that ended the pipeline. */
export function codeOfFailure(error: unknown): UploadErrorCode {
  if (error instanceof PipelineError) return error.code;
  if (isDiskFull(error)) return "disk_full";
  // Ended by somebody else, which says nothing of the file.
  if (error instanceof KilledError) return "compress_failed";
  if (!(error instanceof FfmpegError)) return "internal";
  return error.reason === "missing"
    ? "ffmpeg_missing"
    : error.reason === "failed"
      ? "compress_failed"
      : error.reason;
}
