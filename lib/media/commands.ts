import "server-only";
import { randomUUID } from "node:crypto";
import { mkdir, rm, stat } from "node:fs/promises";
import { recordAudit } from "@/lib/access/audit";
import type { Viewer } from "@/lib/access/viewer";
import { AppError } from "@/lib/http/errors";
import { commit } from "@/lib/live/publish";
import { generateClip } from "@/lib/media/ffmpeg";
import { incomingFile, incomingFolder, workFolderOf } from "@/lib/media/folders";
import { limitsOf } from "@/lib/media/limits";
import { canManageUploads } from "@/lib/media/policy";
import { getUpload, kindName, statusName } from "@/lib/media/queries";
import { stopReceiving } from "@/lib/media/receivers";
import { decideCancel, decideRetry, progressOf } from "@/lib/media/rules";
import type { DemoBody, Upload } from "@/lib/media/schema";
import { beginUpload, incomingSize, markReceived, removeIncoming } from "@/lib/media/uploads";
import { errorWords, messages } from "@/lib/media/words";
import { eventColumns, lockUpload, publishUpload } from "@/lib/media/writes";

/** Gives an upload up, wherever it is, and removes its files. Twice is the same as once. */
export async function cancelUpload(viewer: Viewer, id: string, now: Date): Promise<Upload> {
  assertMay(viewer);
  const answer = await commit(now, async (write) => {
    const row = await lockUpload(write.tx, id);
    if (!row) throw nothingHere();
    const decision = decideCancel(statusName[row.status]);
    if (decision.outcome === "ended") {
      throw new AppError("upload_ended", "This upload is completed; there is nothing left to cancel.", {
        body: { upload: await getUpload(viewer, id, write.tx) },
      });
    }
    if (decision.outcome === "cancelled") {
      const after = await write.tx.upload.update({
        where: { id },
        data: {
          status: "CANCELLED",
          message: messages.cancelled,
          // Its worker finds that it has lost the upload, and kills what it runs.
          leaseOwner: null,
          leaseUntil: null,
          errorCode: null,
          errorMessage: null,
          isRetryable: false,
          finishedAt: now,
        },
        select: eventColumns,
      });
      await recordAudit(write.tx, viewer, { action: "upload.cancel", subjectId: id, detail: {} }, now);
      publishUpload(write, after, { tellAdmins: true });
    }
    return getUpload(viewer, id, write.tx);
  });
  await stopReceiving(id);
  await removeIncoming(id);
  await rm(workFolderOf(id), { recursive: true, force: true });
  return answer;
}

/**
 * Tries a failed upload again with the bytes that arrived: to a worker if all of them did, else the rest can be sent.
 * A repeat is answered with how it stands.
 */
export async function retryUpload(viewer: Viewer, id: string, now: Date): Promise<Upload> {
  assertMay(viewer);
  return commit(now, async (write) => {
    const row = await lockUpload(write.tx, id);
    if (!row) throw nothingHere();
    const decision = decideRetry({ status: statusName[row.status], isRetryable: row.isRetryable });
    if (decision.outcome === "refused") {
      throw new AppError("not_retryable", "This upload cannot be tried again. Please send the file anew.");
    }
    if (decision.outcome === "retried") {
      const kept = await incomingSize(id);
      if (kept === null || (row.receivedAt && kept !== Number(row.sizeBytes))) {
        throw new AppError("not_retryable", errorWords("source_missing", limitsOf(kindName[row.kind])));
      }
      const total = Number(row.sizeBytes);
      const bytes = Math.min(kept, total);
      const percent = Math.floor((100 * bytes) / total);
      const after = await write.tx.upload.update({
        where: { id },
        data: {
          status: "QUEUED",
          progress: progressOf("receive", bytes / total),
          message: row.receivedAt ? messages.retrying : messages.interrupted(row.fileName, percent),
          receivedBytes: bytes,
          errorCode: null,
          errorMessage: null,
          isRetryable: false,
          finishedAt: null,
          startedAt: null,
          attempt: row.attempt + 1,
          claims: 0,
          // What a form began, and did not finish, can only be gone on with resumably.
          ...(row.receivedAt ? { receivedAt: now } : { source: "TUS" }),
        },
        select: eventColumns,
      });
      const detail = { attempt: after.attempt };
      await recordAudit(write.tx, viewer, { action: "upload.retry", subjectId: id, detail }, now);
      publishUpload(write, after, { tellAdmins: true });
    }
    return getUpload(viewer, id, write.tx);
  });
}

/** Generates a clip and queues it like any other upload, to be compressed for real, or to fail where it is told to. */
export async function startDemo(
  viewer: Viewer,
  { seconds, failAt, clientId }: DemoBody,
  signal: AbortSignal,
  now: Date,
): Promise<string> {
  assertMay(viewer);
  const id = randomUUID();
  await mkdir(incomingFolder(), { recursive: true });
  const file = incomingFile(id);
  try {
    await generateClip(file, seconds, { signal });
    const { size } = await stat(file);
    const declared = {
      kind: "hero-video",
      title: "Demonstration clip",
      fileName: "demonstration.mp4",
      declaredType: "video/mp4",
      sizeBytes: size,
      ...(clientId ? { clientId } : {}),
    } as const;
    const begun = await beginUpload(
      viewer,
      id,
      declared,
      "DEMO",
      failAt ? { failAt } : {},
      randomUUID(),
      now,
    );
    if (begun === id) await markReceived(id, size, now);
    else await rm(file, { force: true });
    return begun;
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
}

function assertMay(viewer: Viewer): void {
  if (!canManageUploads(viewer)) throw nothingHere();
}

function nothingHere(): AppError {
  return new AppError("not_found", "There is nothing here, or it is not yours to see.");
}
