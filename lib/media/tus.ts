import "server-only";
import { AsyncLocalStorage } from "node:async_hooks";
import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { DataStore, Server, Upload } from "@tus/server";
import type { SignedInViewer } from "@/lib/access/viewer";
import { now as clock } from "@/lib/clock";
import { db } from "@/lib/db";
import { AppError, errorResponse, statusOf } from "@/lib/http/errors";
import { log } from "@/lib/log";
import { incomingFile } from "@/lib/media/folders";
import { endedUpload, makeIncoming, writeIncoming } from "@/lib/media/incoming";
import { canManageUploads } from "@/lib/media/policy";
import { uploadDeclaration } from "@/lib/media/schema";
import { beginUpload, incomingSize, markReceived, removeIncoming } from "@/lib/media/uploads";
import { processState } from "@/lib/process-state";

const TUS_PATH = "/api/uploads/tus";
const FINGERPRINT_HEADER = "upload-fingerprint";

const sender = processState("tus-sender.v1", () => new AsyncLocalStorage<SignedInViewer>());

/** Answers a request of the resumable protocol. @throws AppError forbidden */
export async function answerTus(viewer: SignedInViewer, request: Request): Promise<Response> {
  if (!canManageUploads(viewer)) throw new AppError("forbidden", "Only admins send videos.");
  const response = await sender.run(viewer, () => tusServer().handleWeb(request));
  // What it allows itself for other origins is not for ours to give.
  for (const name of [...response.headers.keys()]) {
    if (name.startsWith("access-control-")) response.headers.delete(name);
  }
  return response;
}

function tusServer(): Server {
  return processState(
    "tus.v1",
    () =>
      new Server({
        path: TUS_PATH,
        datastore: new IncomingStore(),
        relativeLocation: true,
        // The length is judged, and the row made, before an id is given out.
        namingFunction: (request, metadata) => begin(request.headers, metadata ?? {}),
        onIncomingRequest: (request, id) =>
          request.method === "POST" ? Promise.resolve() : assertSameFile(request.headers, id),
        async onUploadFinish(_request, { id, offset }) {
          await markReceived(id, offset, clock());
          return {};
        },
        onResponseError: (_request, error) => bodyOf(error),
      }),
  );
}

async function begin(headers: Headers, metadata: Record<string, string | null>): Promise<string> {
  const viewer = sender.getStore();
  if (!viewer) throw new AppError("unauthenticated", "Please sign in to go on.");
  const declared = uploadDeclaration.safeParse({
    kind: metadata.kind,
    title: metadata.title || undefined,
    fileName: metadata.filename ?? "video",
    declaredType: metadata.filetype ?? "",
    sizeBytes: Number(headers.get("upload-length") ?? Number.NaN),
    fingerprint: metadata.fingerprint || undefined,
    clientId: metadata.clientId || undefined,
  });
  if (!declared.success) {
    const [issue] = declared.error.issues;
    const what = `${issue?.path.join(".") ?? "metadata"}: ${issue?.message ?? "not valid"}`;
    throw new AppError("validation_failed", `Please check ${what}. Nothing was saved.`);
  }
  const elementId = declared.data.kind === "hero-video" ? randomUUID() : null;
  return beginUpload(viewer, randomUUID(), declared.data, "TUS", {}, elementId, clock());
}

/** What was half sent is only gone on with from the same file. @throws AppError different_file, upload_ended, not_found */
async function assertSameFile(headers: Headers, id: string): Promise<void> {
  const row = await findRow(id);
  if (!row) throw new AppError("not_found", "There is nothing here, or it is not yours to see.");
  const offered = headers.get(FINGERPRINT_HEADER);
  if (offered !== null && row.fingerprint !== null && offered !== row.fingerprint) {
    throw new AppError(
      "different_file",
      `That is a different file. Please choose ${row.fileName} again to go on.`,
    );
  }
}

function findRow(id: string) {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) return null;
  return db().upload.findUnique({
    where: { id },
    select: {
      sizeBytes: true,
      status: true,
      receivedAt: true,
      fingerprint: true,
      fileName: true,
      createdAt: true,
    },
  });
}

/** The folder of received files, with the rows for what tus would keep beside them. */
class IncomingStore extends DataStore {
  override extensions = ["creation", "creation-with-upload"];

  override async create(upload: Upload): Promise<Upload> {
    await makeIncoming(upload.id);
    return upload;
  }

  override async getUpload(id: string): Promise<Upload> {
    const row = await findRow(id);
    if (!row) throw new AppError("not_found", "There is nothing here, or it is not yours to see.");
    const size = Number(row.sizeBytes);
    const creation_date = row.createdAt.toISOString();
    // A sender whose last answer was lost asks again, and is told that everything is here.
    if (row.receivedAt && row.status !== "CANCELLED")
      return new Upload({ id, size, offset: size, creation_date });
    if (row.status !== "QUEUED") throw endedUpload();
    let offset = await incomingSize(id);
    if (offset === null) {
      // The server fell between the row and the file.
      await makeIncoming(id);
      offset = 0;
    }
    if (offset === size) await markReceived(id, size, clock());
    return new Upload({ id, size, offset, creation_date });
  }

  override write(source: Readable, id: string, offset: number): Promise<number> {
    return writeIncoming(id, source, offset);
  }

  override async remove(id: string): Promise<void> {
    await removeIncoming(id);
  }

  read(id: string): Readable {
    return createReadStream(incomingFile(id));
  }
}

/** Our errors in our words; the protocol's own stay as they are. */
async function bodyOf(
  error: Error | { status_code: number; body: string },
): Promise<{ status_code: number; body: string } | undefined> {
  if (error instanceof AppError) {
    return { status_code: statusOf[error.code], body: await errorResponse(error).text() };
  }
  if ("status_code" in error) return undefined;
  log().error({ err: error }, "a resumable upload failed");
  const failure = new AppError("internal", "Something went wrong on our side. What has arrived is kept.");
  return { status_code: statusOf.internal, body: await errorResponse(failure).text() };
}
