import "server-only";
import { readdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import { db } from "@/lib/db";
import { commit } from "@/lib/live/publish";
import { incomingFolder, workFolder } from "@/lib/media/folders";
import { failHopeless } from "@/lib/media/lease";
import { INTERRUPTED_AFTER_MS, KEEP_FAILED_MS, KEEP_INCOMING_MS, ORPHAN_GRACE_MS } from "@/lib/media/rules";
import { currentStore } from "@/lib/media/store/current";
import { failReceiving, incomingSize, markReceived, removeIncoming } from "@/lib/media/uploads";
import { messages } from "@/lib/media/words";
import { eventColumns, lockUpload, publishUpload } from "@/lib/media/writes";

/** A sender by form cannot go on by itself: silent for this long, it is gone. */
const FORM_LOST_AFTER_MS = 45_000;
/** A row is written before its file: a file without one for this long has none coming. */
const INCOMING_GRACE_MS = 60_000;
const BATCH = 200;

export type Swept = { files: number; bytes: number };

/** Sees to the uploads whose senders are silent, and to those that brought down their workers. */
export async function tendUploads(now: Date): Promise<void> {
  await failHopeless(now);
  const before = (ms: number) => new Date(now.getTime() - ms);
  const silent = await db().upload.findMany({
    where: { status: "QUEUED", receivedAt: null, lastReceivedAt: { lt: before(INTERRUPTED_AFTER_MS) } },
    orderBy: [{ createdAt: "asc" }],
    take: BATCH,
    select: {
      id: true,
      source: true,
      sizeBytes: true,
      receivedBytes: true,
      message: true,
      lastReceivedAt: true,
    },
  });
  for (const { id, source, sizeBytes, lastReceivedAt } of silent) {
    const silentMs = now.getTime() - lastReceivedAt.getTime();
    // A server that was killed after the last byte could not write that down.
    if (source !== "MULTIPART" && (await incomingSize(id)) === Number(sizeBytes)) {
      await markReceived(id, Number(sizeBytes), now);
    } else if (silentMs > KEEP_INCOMING_MS) {
      if (await failReceiving(id, "expired", now)) await removeIncoming(id);
    } else if (source === "MULTIPART" || source === "DEMO") {
      if (silentMs > FORM_LOST_AFTER_MS) await failReceiving(id, "connection_lost", now);
    } else {
      await noteInterrupted(id, now);
    }
  }
  const old = await db().upload.findMany({
    where: { status: "ERROR", isRetryable: true, finishedAt: { lt: before(KEEP_FAILED_MS) } },
    take: BATCH,
    select: { id: true },
  });
  await db().upload.updateMany({
    where: { id: { in: old.map(({ id }) => id) }, status: "ERROR" },
    data: { isRetryable: false },
  });
}

/** Says once that a file waits for the rest of its bytes. */
async function noteInterrupted(id: string, now: Date): Promise<void> {
  await commit(now, async (write) => {
    const row = await lockUpload(write.tx, id);
    if (row?.status !== "QUEUED" || row.receivedAt) return;
    const kept = (await incomingSize(id)) ?? 0;
    const message = messages.interrupted(row.fileName, Math.floor((100 * kept) / Number(row.sizeBytes)));
    if (message === row.message) return;
    const data = { message, receivedBytes: Math.min(kept, Number(row.sizeBytes)) };
    const after = await write.tx.upload.update({ where: { id }, data, select: eventColumns });
    publishUpload(write, after, { tellAdmins: true });
  });
}

/** Removes received files and work folders that no upload needs any more. */
export async function sweepFolders(now: Date): Promise<Swept> {
  const swept = { files: 0, bytes: 0 };
  for (const [folder, isNeeded] of [
    [incomingFolder(), needsIncoming],
    [workFolder(), needsWork],
  ] as const) {
    const names = await readdir(folder).catch(() => []);
    for (let start = 0; start < names.length; start += BATCH) {
      const batch = names.slice(start, start + BATCH);
      const rows = await db().upload.findMany({
        where: { id: { in: batch.filter(isUuid) } },
        select: { id: true, status: true, isRetryable: true, finishedAt: true },
      });
      const known = new Map(rows.map((row) => [row.id, row]));
      for (const name of batch) {
        const place = path.join(folder, name);
        const found = await stat(place).catch(() => null);
        if (!found) continue;
        const row = known.get(name);
        const isOld = now.getTime() - found.mtimeMs > INCOMING_GRACE_MS;
        if (row ? isNeeded(row) : !isOld) continue;
        await rm(place, { recursive: true, force: true });
        swept.files += 1;
        swept.bytes += found.size;
      }
    }
  }
  return swept;
}

type Kept = { status: string; isRetryable: boolean };

function needsIncoming({ status, isRetryable }: Kept): boolean {
  return status !== "COMPLETED" && status !== "CANCELLED" && (status !== "ERROR" || isRetryable);
}

function needsWork({ status }: Kept): boolean {
  return status === "STARTING" || status === "COMPRESSING" || status === "UPLOADING";
}

/**
 * Finds the stored files that no row refers to and that have been there for longer than the grace time, and removes
 * them where `remove`. A file of an upload that is being worked on is never among them.
 */
export async function sweepStore(
  now: Date,
  remove: boolean,
  graceMs: number = ORPHAN_GRACE_MS,
): Promise<Swept> {
  const store = currentStore();
  const swept = { files: 0, bytes: 0 };
  let batch: Array<{ key: string; sizeBytes: number }> = [];
  const flush = async () => {
    const keys = batch.map(({ key }) => key);
    const owners = keys.map((key) => key.split("/")[1] ?? "").filter(isUuid);
    const [files, uploads] = await Promise.all([
      db().storedFile.findMany({ where: { key: { in: keys } }, select: { key: true } }),
      db().upload.findMany({
        where: { id: { in: owners }, status: { in: ["STARTING", "COMPRESSING", "UPLOADING"] } },
        select: { id: true },
      }),
    ]);
    const known = new Set(files.map(({ key }) => key));
    const working = new Set(uploads.map(({ id }) => id));
    for (const { key, sizeBytes } of batch) {
      if (known.has(key) || working.has(key.split("/")[1] ?? "")) continue;
      if (remove) await store.remove({ key, publicUrl: null, contentType: typeOf(key) });
      swept.files += 1;
      swept.bytes += sizeBytes;
    }
    batch = [];
  };
  for (const prefix of ["media/", "course/", "files/"]) {
    for await (const { key, sizeBytes, modifiedAt } of store.list(prefix)) {
      if (now.getTime() - modifiedAt.getTime() < graceMs) continue;
      batch.push({ key, sizeBytes });
      if (batch.length >= BATCH) await flush();
    }
  }
  await flush();
  return swept;
}

/** As the store was told when it was put. */
function typeOf(key: string): string {
  if (key.endsWith(".mp4")) return "video/mp4";
  return /\.(jpg|webp)$/.test(key) ? "image/*" : "application/octet-stream";
}

function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}

/** What a folder's files take, in bytes. */
export async function sizeOfFolder(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  let bytes = 0;
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    bytes += (await stat(path.join(entry.parentPath, entry.name)).catch(() => null))?.size ?? 0;
  }
  return bytes;
}
