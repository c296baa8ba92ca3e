import "server-only";
import { randomUUID } from "node:crypto";
import { copyFile, mkdir, stat } from "node:fs/promises";
import path from "node:path";
import type { Viewer } from "@/lib/access/viewer";
import { incomingFile, incomingFolder } from "@/lib/media/folders";
import { claimUpload } from "@/lib/media/lease";
import { runJob } from "@/lib/media/run-job";
import type { CaptionsInput, UploadKindName } from "@/lib/media/schema";
import { beginUpload, markReceived, removeIncoming } from "@/lib/media/uploads";

/**
 * Queues a file of this machine for the pipeline, as if an admin had sent it; the file itself is left where it is. A
 * repeat with the same clientId answers with the first one's upload.
 * @throws AppError as for any upload
 */
export async function ingestFile(
  viewer: Viewer,
  file: {
    kind: UploadKindName;
    path: string;
    title: string;
    captions?: CaptionsInput[];
    clientId?: string;
    now: Date;
  },
): Promise<{ uploadId: string }> {
  const id = randomUUID();
  const { size } = await stat(file.path);
  const declared = {
    kind: file.kind,
    title: file.title,
    fileName: path.basename(file.path),
    declaredType: "",
    sizeBytes: size,
    ...(file.clientId ? { clientId: file.clientId } : {}),
  };
  const options = file.captions ? { captions: file.captions } : {};
  const elementId = file.kind === "hero-video" ? randomUUID() : null;
  const uploadId = await beginUpload(viewer, id, declared, "SCRIPT", options, elementId, file.now);
  if (uploadId !== id) return { uploadId };
  try {
    await mkdir(incomingFolder(), { recursive: true });
    await copyFile(file.path, incomingFile(id));
    await markReceived(id, size, file.now);
    return { uploadId };
  } catch (error) {
    await removeIncoming(id);
    throw error;
  }
}

/**
 * Runs the pipeline for one queued upload in this process, to its end.
 * @throws Error where it is not there to be taken, or did not complete: its row says why
 */
export async function processNow(uploadId: string, now: Date): Promise<{ assetId: string }> {
  const taken = await claimUpload(now, uploadId);
  if (!taken) throw new Error(`The upload ${uploadId} does not wait for a worker.`);
  const result = await runJob(taken.job, taken.lease, { stop: new AbortController().signal });
  if (result.outcome !== "completed") throw new Error(`The upload ${uploadId} did not complete.`);
  return { assetId: result.assetId };
}
