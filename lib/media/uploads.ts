import "server-only";
import { rm, stat } from "node:fs/promises";
import { recordAudit } from "@/lib/access/audit";
import type { Viewer } from "@/lib/access/viewer";
import { db } from "@/lib/db";
import type { Prisma } from "@/lib/generated/prisma/client";
import { AppError } from "@/lib/http/errors";
import { commit } from "@/lib/live/publish";
import { diskSpace, incomingFile } from "@/lib/media/folders";
import { limitsOf } from "@/lib/media/limits";
import { canManageUploads } from "@/lib/media/policy";
import { kindName, rowKind } from "@/lib/media/queries";
import { canPass, progressOf, raiseProgress, refuseDeclaration } from "@/lib/media/rules";
import type { CaptionsInput, FailureStage, UploadDeclaration, UploadErrorCode } from "@/lib/media/schema";
import { errorWords, messages } from "@/lib/media/words";
import { eventColumns, lockUpload, publishUpload } from "@/lib/media/writes";

export type UploadOptions = { captions?: CaptionsInput[]; failAt?: FailureStage };

const refusalCodes = { empty: "empty_file", too_large: "too_large", disk_full: "disk_full" } as const;

/** Makes sure that an upload may begin. @throws AppError forbidden, empty_file, too_large, disk_full */
export async function assertMayUpload(
  viewer: Viewer,
  declared: Pick<UploadDeclaration, "kind" | "sizeBytes">,
): Promise<void> {
  if (!canManageUploads(viewer)) throw new AppError("forbidden", "Only admins send videos.");
  const limits = limitsOf(declared.kind);
  const { freeBytes } = await diskSpace();
  const refusal = refuseDeclaration(declared.sizeBytes, limits, freeBytes);
  if (refusal) throw new AppError(refusalCodes[refusal], errorWords(refusal, limits));
}

/**
 * Begins an upload: its row, before its first byte. A repeat with the same clientId answers with the first one's id.
 * @throws AppError as assertMayUpload
 */
export async function beginUpload(
  viewer: Viewer,
  id: string,
  declared: UploadDeclaration,
  source: "TUS" | "MULTIPART" | "SCRIPT" | "DEMO",
  options: UploadOptions,
  elementId: string | null,
  now: Date,
): Promise<string> {
  await assertMayUpload(viewer, declared);
  const { clientId = null } = declared;
  if (clientId) {
    const known = await db().upload.findUnique({
      where: { ownerId_clientId: { ownerId: viewer.userId, clientId } },
      select: { id: true },
    });
    if (known) return known.id;
  }
  const fileName = plainName(declared.fileName);
  await commit(now, async (write) => {
    const row = await write.tx.upload.create({
      data: {
        id,
        kind: rowKind[declared.kind],
        source,
        message: messages.receiving(fileName),
        title: declared.title ?? titleOf(fileName),
        fileName,
        declaredType: declared.declaredType,
        sizeBytes: declared.sizeBytes,
        fingerprint: declared.fingerprint ?? null,
        elementId,
        options: { ...options },
        ownerId: viewer.userId,
        clientId,
        createdAt: now,
        lastReceivedAt: now,
      },
      select: eventColumns,
    });
    const detail = { kind: declared.kind, sizeBytes: declared.sizeBytes };
    await recordAudit(write.tx, viewer, { action: "upload.create", subjectId: id, detail }, now);
    publishUpload(write, row, { tellAdmins: true });
  });
  return id;
}

/** The last part of what a client calls its file, without what no name should hold. */
function plainName(fileName: string): string {
  const last = fileName.split(/[/\\]/).at(-1) ?? "";
  return (
    last
      .replace(/\p{Cc}/gu, "")
      .trim()
      .slice(0, 200) || "video"
  );
}

function titleOf(fileName: string): string {
  const title = fileName
    .replace(/\.[A-Za-z0-9]{1,5}$/, "")
    .replace(/[_-]+/g, " ")
    .trim();
  return title.slice(0, 120) || "Video";
}

/**
 * Writes down how much has arrived, and tells.
 * @returns false where the upload no longer takes bytes: it was cancelled, or is gone
 */
export async function noteReceived(
  id: string,
  receivedBytes: number,
  tellAdmins: boolean,
  now: Date,
): Promise<boolean> {
  return commit(now, async (write) => {
    const row = await lockUpload(write.tx, id);
    if (row?.status !== "QUEUED" || row.receivedAt) return false;
    const total = Number(row.sizeBytes);
    const bytes = Math.min(total, receivedBytes);
    const after = await write.tx.upload.update({
      where: { id },
      data: {
        receivedBytes: bytes,
        lastReceivedAt: now,
        progress: raiseProgress(row.progress, progressOf("receive", bytes / total)),
        message: messages.receiving(row.fileName),
      },
      select: eventColumns,
    });
    publishUpload(write, after, { tellAdmins });
    return true;
  });
}

/**
 * The last byte is there: from now on it waits for a worker. Answers the same when it was marked before.
 * @throws AppError upload_ended, validation_failed where what lies here is not as long as what was announced
 */
export async function markReceived(id: string, actualBytes: number, now: Date): Promise<void> {
  await commit(now, async (write) => {
    const row = await lockUpload(write.tx, id);
    if (row?.status !== "QUEUED") {
      if (row && row.status !== "CANCELLED" && row.receivedAt) return;
      throw new AppError("upload_ended", "This upload was cancelled. Please send the file anew.");
    }
    if (row.receivedAt) return;
    // The length of a multipart part is only known at its end.
    if (row.source !== "MULTIPART" && Number(row.sizeBytes) !== actualBytes) {
      throw new AppError("validation_failed", errorWords("size_differs", limitsOf(kindName[row.kind])));
    }
    const after = await write.tx.upload.update({
      where: { id },
      data: {
        sizeBytes: actualBytes,
        receivedBytes: actualBytes,
        receivedAt: now,
        lastReceivedAt: now,
        progress: raiseProgress(row.progress, progressOf("receive", 1)),
        message: messages.waiting,
      },
      select: eventColumns,
    });
    publishUpload(write, after, { tellAdmins: true });
  });
}

/** Ends an upload that is not yet with a worker with an error. Nothing happens to one that has gone on meanwhile. */
export async function failReceiving(
  id: string,
  code: UploadErrorCode,
  now: Date,
  where: Prisma.UploadWhereInput = {},
): Promise<boolean> {
  return commit(now, async (write) => {
    const row = await lockUpload(write.tx, id);
    if (row?.status !== "QUEUED" || row.receivedAt) return false;
    const data = {
      status: "ERROR",
      message: errorWords(code, limitsOf(kindName[row.kind])),
      errorCode: code,
      errorMessage: errorWords(code, limitsOf(kindName[row.kind])),
      isRetryable: canPass(code),
      finishedAt: now,
    } as const;
    const { count } = await write.tx.upload.updateMany({ where: { ...where, id }, data });
    if (count === 0) return false;
    const after = await write.tx.upload.findUniqueOrThrow({ where: { id }, select: eventColumns });
    publishUpload(write, after, { tellAdmins: true });
    return true;
  });
}

/** How many bytes of an upload lie here; null where there is no file. */
export async function incomingSize(id: string): Promise<number | null> {
  try {
    return (await stat(incomingFile(id))).size;
  } catch {
    return null;
  }
}

export async function removeIncoming(id: string): Promise<void> {
  await rm(incomingFile(id), { force: true });
}
