import "server-only";
import { randomUUID } from "node:crypto";
import { Readable, Transform, type TransformCallback } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Busboy } from "@fastify/busboy";
import type { Viewer } from "@/lib/access/viewer";
import { now as clock } from "@/lib/clock";
import { db } from "@/lib/db";
import { AppError } from "@/lib/http/errors";
import { text } from "@/lib/http/input";
import { makeIncoming, writeIncoming } from "@/lib/media/incoming";
import { limitsOf } from "@/lib/media/limits";
import { canPass, containerOf } from "@/lib/media/rules";
import {
  assertMayUpload,
  beginUpload,
  failReceiving,
  markReceived,
  removeIncoming,
} from "@/lib/media/uploads";
import { errorWords } from "@/lib/media/words";

/** What a form adds to its file: boundaries, names and the other fields. */
const OVERHEAD_BYTES = 64 * 1024;

const CHUNK_BYTES = 1024 * 1024;

export type FormFile = {
  fieldName: string;
  fileName: string;
  contentType: string;
  stream: Readable;
  /** Its length if it is the form's last part, by the form's own; null where that is not known. */
  expectedBytes: number | null;
};

/**
 * Reads a multipart form part by part, without holding it: fields as text, and its one file as it comes, which
 * `onFile` must read to its end.
 * @throws AppError validation_failed, or what `onFile` throws
 */
export async function readForm<T>(
  request: Request,
  onFile: (file: FormFile, fields: ReadonlyMap<string, string>) => Promise<T>,
): Promise<{ fields: ReadonlyMap<string, string>; result: T }> {
  const contentType = request.headers.get("content-type") ?? "";
  if (!contentType.startsWith("multipart/form-data") || !request.body) {
    throw new AppError("unsupported_media", "Please send a form with a file (multipart/form-data).");
  }
  const fields = new Map<string, string>();
  let result: Promise<T> | null = null;
  const body = Readable.from(request.body, { objectMode: false, highWaterMark: CHUNK_BYTES });
  const parser = new Busboy({
    headers: { "content-type": contentType },
    limits: { fields: 20, fieldSize: 16 * 1024, files: 1, headerPairs: 50 },
  });
  const prefix = new Prefix(contentType, Number(request.headers.get("content-length") ?? Number.NaN));
  parser.on("field", (name, value) => fields.set(name, value));
  parser.on("file", (fieldName, stream, fileName, _encoding, type) => {
    const expectedBytes = prefix.expectFile();
    result = onFile({ fieldName, stream, fileName, contentType: type, expectedBytes }, fields);
    result.catch((error: unknown) => {
      // Nobody reads on: what still comes is not waited for.
      stream.resume();
      body.destroy(error instanceof Error ? error : new Error(String(error)));
    });
  });
  try {
    await pipeline(body, prefix, parser);
  } catch (error) {
    // What the file's reader has to say tells more than that the form was cut off.
    if (result) await Promise.race([result, abandon(error)]);
    if (error instanceof AppError) throw error;
    throw new AppError("validation_failed", "The form ended before it was complete. Nothing was saved.");
  }
  if (!result) {
    throw new AppError("validation_failed", "There is no file in the form. Nothing was saved.", {
      fields: { media_file: "Please choose a file." },
    });
  }
  return { fields, result: await result };
}

/** Keeps what comes before the file, to know where that begins. */
class Prefix extends Transform {
  readonly #length: number;
  readonly #boundary: string;
  #seen: Buffer | null = Buffer.alloc(0);

  constructor(contentType: string, length: number) {
    super({ highWaterMark: CHUNK_BYTES });
    this.#length = length;
    this.#boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1] ?? "";
  }

  /** The length of the file whose head has just passed. */
  expectFile(): number | null {
    const seen = this.#seen;
    this.#seen = null;
    if (!seen || !Number.isFinite(this.#length)) return null;
    const name = seen.lastIndexOf(Buffer.from("filename"));
    const head = name === -1 ? -1 : seen.indexOf("\r\n\r\n", name);
    const bytes = this.#length - (head + 4) - `\r\n--${this.#boundary}--\r\n`.length;
    return head === -1 || bytes <= 0 ? null : bytes;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    if (this.#seen) {
      this.#seen =
        this.#seen.length < OVERHEAD_BYTES
          ? Buffer.concat([this.#seen, chunk.subarray(0, OVERHEAD_BYTES)])
          : null;
    }
    done(null, chunk);
  }
}

async function abandon(error: unknown): Promise<never> {
  // The reader of the file hears of the end of its stream a moment later, and cleans up first.
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  throw error;
}

/**
 * Takes a hero video from a form, as scripts and small tools send it.
 * @throws AppError: what can be seen at once is refused at once, and nothing of it stays
 */
export async function receiveForm(
  viewer: Viewer,
  request: Request,
): Promise<{ uploadId: string; elementId: string; title: string }> {
  const length = Number(request.headers.get("content-length") ?? Number.NaN);
  if (!Number.isFinite(length)) {
    throw new AppError("validation_failed", "Please send the form with its Content-Length.");
  }
  await assertMayUpload(viewer, { kind: "hero-video", sizeBytes: Math.max(1, length - OVERHEAD_BYTES) });
  const { result } = await readForm(request, async (file, fields) => {
    const type = fields.get("type") ?? "";
    if (file.fieldName !== "media_file" || type !== "hero-video") {
      throw new AppError(
        "validation_failed",
        "Please send type=hero-video before media_file. Nothing was saved.",
        {
          fields:
            file.fieldName === "media_file"
              ? { type: "This must be hero-video." }
              : { media_file: "This is missing." },
        },
      );
    }
    const title = fields.has("title") ? text(120).safeParse(fields.get("title")) : null;
    if (title && !title.success) {
      throw new AppError("validation_failed", "Please check title. Nothing was saved.", {
        fields: { title: title.error.issues[0]?.message ?? "This is not valid." },
      });
    }
    return receiveFile(viewer, file, length, title?.data, request.signal);
  });
  return result;
}

async function receiveFile(
  viewer: Viewer,
  file: FormFile,
  length: number,
  title: string | undefined,
  signal: AbortSignal,
): Promise<{ uploadId: string; elementId: string; title: string }> {
  const uploadId = randomUUID();
  const elementId = randomUUID();
  const { maxBytes } = limitsOf("hero-video");
  const head = new Head(maxBytes, async () => {
    const declared = {
      kind: "hero-video",
      ...(title ? { title } : {}),
      fileName: file.fileName,
      declaredType: file.contentType.slice(0, 200),
      sizeBytes: Math.min(file.expectedBytes ?? length, maxBytes),
    } as const;
    await beginUpload(viewer, uploadId, declared, "MULTIPART", {}, elementId, clock());
    await makeIncoming(uploadId);
  });
  try {
    file.stream.once("error", (error) => head.destroy(error));
    file.stream.pipe(head);
    await head.accepted;
    const size = await writeIncoming(uploadId, head, 0);
    if (signal.aborted) throw new Error("The sender has gone.");
    await markReceived(uploadId, size, clock());
    const row = await db().upload.findUniqueOrThrow({ where: { id: uploadId }, select: { title: true } });
    return { uploadId, elementId, title: row.title };
  } catch (error) {
    if (error instanceof AppError) {
      const code = error.code === "disk_full" || error.code === "too_large" ? error.code : "internal";
      await failReceiving(uploadId, code, clock());
      if (!canPass(code)) await removeIncoming(uploadId);
    } else {
      // The rest can be sent on resumably.
      await failReceiving(uploadId, "connection_lost", clock());
    }
    throw error;
  }
}

const HEAD_BYTES = 16;

/** Looks at the first bytes before anything is kept, and counts, so that nothing larger than allowed comes through. */
class Head extends Transform {
  isBegun = false;
  readonly accepted: Promise<void>;
  readonly #maxBytes: number;
  readonly #begin: () => Promise<void>;
  #settle: { resolve: () => void; reject: (error: unknown) => void };
  #waiting = Buffer.alloc(0);
  #size = 0;

  constructor(maxBytes: number, begin: () => Promise<void>) {
    super({ highWaterMark: 1024 * 1024 });
    this.#maxBytes = maxBytes;
    this.#begin = begin;
    let settle = { resolve: () => {}, reject: (_error: unknown) => {} };
    this.accepted = new Promise((resolve, reject) => {
      settle = { resolve, reject };
    });
    this.#settle = settle;
    this.accepted.catch(() => undefined);
    this.once("error", (error) => this.#settle.reject(error));
    this.once("close", () => this.#settle.reject(new Error("The file ended.")));
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#size += chunk.length;
    if (this.#size > this.#maxBytes) {
      done(new AppError("too_large", errorWords("too_large", limitsOf("hero-video"))));
      return;
    }
    if (this.isBegun) {
      done(null, chunk);
      return;
    }
    this.#waiting = Buffer.concat([this.#waiting, chunk]);
    if (this.#waiting.length < HEAD_BYTES) {
      done();
      return;
    }
    this.#beginWith(done);
  }

  override _flush(done: TransformCallback): void {
    if (this.isBegun) {
      done();
      return;
    }
    const code = this.#waiting.length === 0 ? "empty" : "not_a_video";
    done(refusal(code));
  }

  #beginWith(done: TransformCallback): void {
    if (containerOf(this.#waiting) === null) {
      done(refusal("not_a_video"));
      return;
    }
    this.#begin().then(
      () => {
        this.isBegun = true;
        this.#settle.resolve();
        done(null, this.#waiting);
      },
      (error: unknown) => done(error instanceof Error ? error : new Error(String(error))),
    );
  }
}

function refusal(code: "empty" | "not_a_video"): AppError {
  const words = errorWords(code, limitsOf("hero-video"));
  return code === "empty" ? new AppError("empty_file", words) : new AppError("unsupported_media", words);
}
