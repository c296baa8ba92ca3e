import "server-only";
import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { now as clock } from "@/lib/clock";
import { db, type Transaction } from "@/lib/db";
import { AppError } from "@/lib/http/errors";
import { diskSpace, workFolder } from "@/lib/media/folders";
import { hashOf } from "@/lib/media/pipeline";
import { answerWithStored, storeName, unsafeFindStored } from "@/lib/media/serve";
import { currentStore, storeNamed } from "@/lib/media/store/current";
import { sizeWords } from "@/lib/media/words";

export type KeptFile = {
  id: string;
  fileName: string;
  contentType: string;
  sizeBytes: number;
  sha256: string;
};

/**
 * Keeps a document, picture or submission in the store. Nobody gets at it but by `answerWithFile`, whose caller decides
 * who may; give `tx` to have its row appear with what refers to it.
 * @throws AppError too_large, empty_file, disk_full; nothing is kept then
 */
export async function keepFile(
  file: {
    body: Readable | Uint8Array;
    fileName: string;
    contentType: string;
    ownerId: string;
    maxBytes: number;
    /** Whether anybody may have it by its address, as a picture of the homepage. */
    isPublic?: boolean;
    /** Of a picture, in pixels. */
    size?: { width: number; height: number };
  },
  tx: Transaction = db(),
): Promise<KeptFile> {
  const id = randomUUID();
  const draft = path.join(workFolder(), id);
  await mkdir(workFolder(), { recursive: true });
  if ((await diskSpace()).freeBytes < file.maxBytes) {
    throw new AppError(
      "disk_full",
      "The server's disk is full. Please tell whoever runs it, then try again.",
    );
  }
  try {
    const source = file.body instanceof Readable ? file.body : Readable.from([file.body]);
    await pipeline(source, limit(file.maxBytes), createWriteStream(draft));
    const { size: sizeBytes } = await stat(draft);
    if (sizeBytes === 0) throw new AppError("empty_file", "This file is empty. Please choose another one.");
    const sha256 = await hashOf(draft, new AbortController().signal);
    const store = currentStore();
    const ending = /\.[A-Za-z0-9]{1,8}$/.exec(file.fileName)?.[0].toLowerCase() ?? "";
    const key = `${file.isPublic ? "media" : "files"}/${id}/${sha256.slice(0, 16)}${ending}`;
    const { contentType, fileName, ownerId } = file;
    const options = { isPublic: file.isPublic ?? false };
    const { publicUrl } = await store.put(key, { path: draft, contentType, sizeBytes }, options);
    try {
      await tx.storedFile.create({
        data: {
          id,
          store: store.name,
          key,
          publicUrl,
          contentType,
          fileName,
          sizeBytes,
          sha256,
          ownerId,
          width: file.size?.width ?? null,
          height: file.size?.height ?? null,
          createdAt: clock(),
        },
        select: { id: true },
      });
    } catch (error) {
      await store.remove({ key, contentType, publicUrl });
      throw error;
    }
    return { id, fileName, contentType, sizeBytes, sha256 };
  } finally {
    await rm(draft, { force: true });
  }
}

/** Answers with a kept file. The caller has made sure that the viewer may have it. @throws AppError not_found */
export async function answerWithFile(
  request: Request,
  fileId: string,
  { download = true }: { download?: boolean } = {},
): Promise<Response> {
  return answerWithStored(request, await unsafeFindStored({ id: fileId }), { download, cache: "private" });
}

/** Removes a file that nothing refers to any more. What is not there is no error. */
export async function removeFile(fileId: string): Promise<void> {
  const file = await db().storedFile.findUnique({
    where: { id: fileId },
    select: { store: true, key: true, contentType: true, publicUrl: true },
  });
  if (!file) return;
  // The row first: a file without one is found by the sweep, a row without a file by whoever reads it.
  await db().storedFile.delete({ where: { id: fileId } });
  await storeNamed(storeName(file.store)).remove(file);
}

function limit(maxBytes: number): Transform {
  let size = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      if (size <= maxBytes) done(null, chunk);
      else {
        const words = `This file is larger than the ${sizeWords(maxBytes)} that are allowed. Nothing was saved.`;
        done(new AppError("too_large", words));
      }
    },
  });
}
