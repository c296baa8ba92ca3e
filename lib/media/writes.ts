import "server-only";
import type { Transaction } from "@/lib/db";
import type { Prisma } from "@/lib/generated/prisma/client";
import { adminFeed, uploadFeed } from "@/lib/live/feeds";
import type { Write } from "@/lib/live/publish";
import { kindName, statusName } from "@/lib/media/queries";
import type { UploadedElement } from "@/lib/media/schema";

/** The columns that an event of an upload is made of. */
export const eventColumns = {
  id: true,
  kind: true,
  fileName: true,
  ownerId: true,
  status: true,
  progress: true,
  message: true,
  sizeBytes: true,
  receivedBytes: true,
  attempt: true,
  errorCode: true,
  errorMessage: true,
  isRetryable: true,
} satisfies Prisma.UploadSelect;

export type EventRow = Prisma.UploadGetPayload<{ select: typeof eventColumns }>;

/** Tells the upload's own feed how it stands, and the admins' common one where `tellAdmins`. */
export function publishUpload(
  { publish }: Write,
  row: EventRow,
  { tellAdmins, element }: { tellAdmins: boolean; element?: UploadedElement | undefined },
): void {
  const feeds = tellAdmins ? [uploadFeed(row.id), adminFeed] : [uploadFeed(row.id)];
  publish(feeds, {
    event: "uploadProgress",
    data: {
      type: "upload_progress",
      uploadId: row.id,
      kind: kindName[row.kind],
      fileName: row.fileName,
      ownerId: row.ownerId,
      status: statusName[row.status],
      progress: row.progress,
      message: row.message,
      sizeBytes: Number(row.sizeBytes),
      receivedBytes: Number(row.receivedBytes),
      attempt: row.attempt,
      ...(row.errorCode !== null && row.errorMessage !== null
        ? { error: { code: row.errorCode, message: row.errorMessage, retryable: row.isRetryable } }
        : {}),
      ...(element ? { element } : {}),
    },
  });
}

/** Locks an upload's row and reads it; null where there is none. */
export async function lockUpload(tx: Transaction, id: string) {
  await tx.$queryRaw`SELECT id::text FROM "Upload" WHERE id = ${id}::uuid FOR UPDATE`;
  return tx.upload.findUnique({
    where: { id },
    select: {
      ...eventColumns,
      source: true,
      receivedAt: true,
      fingerprint: true,
      clientId: true,
      elementId: true,
      title: true,
    },
  });
}
