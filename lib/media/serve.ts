import "server-only";
import type { Readable } from "node:stream";
import { db } from "@/lib/db";
import { AppError } from "@/lib/http/errors";
import { storeNamed } from "@/lib/media/store/current";
import { NotStored, type StoreName } from "@/lib/media/store/store";

type Place = {
  store: string;
  key: string;
  publicUrl: string | null;
  contentType: string;
  sizeBytes: bigint;
  sha256: string;
  fileName: string;
};

type Manner = { /** Offered to be saved under its name. */ download?: boolean; cache: "public" | "private" };

/**
 * Answers with a stored file: whole, a range of it (206), or not at all where the client has it (304).
 * @throws AppError not_found
 */
export async function answerWithStored(request: Request, file: Place, manner: Manner): Promise<Response> {
  const size = Number(file.sizeBytes);
  const etag = `"${file.sha256.slice(0, 32)}"`;
  const headers = new Headers({
    "Content-Type": file.contentType,
    "Cache-Control": `${manner.cache}, max-age=31536000, immutable`,
    ETag: etag,
    "Accept-Ranges": "bytes",
    "X-Content-Type-Options": "nosniff",
    // Whatever somebody sent: shown from here it runs nothing.
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    ...(manner.download
      ? { "Content-Disposition": `attachment; filename*=UTF-8''${encodeURIComponent(file.fileName)}` }
      : {}),
  });
  if (
    request.headers
      .get("if-none-match")
      ?.split(/\s*,\s*/)
      .includes(etag)
  ) {
    return new Response(null, { status: 304, headers });
  }
  const ifRange = request.headers.get("if-range");
  const wanted = ifRange !== null && ifRange !== etag ? null : parseRange(request.headers.get("range"), size);
  if (wanted === "unsatisfiable") {
    headers.set("Content-Range", `bytes */${size}`);
    return new Response(null, { status: 416, headers });
  }
  if (wanted) headers.set("Content-Range", `bytes ${wanted.start}-${wanted.end}/${size}`);
  headers.set("Content-Length", String(wanted ? wanted.end - wanted.start + 1 : size));
  const status = wanted ? 206 : 200;
  if (request.method === "HEAD" || size === 0) return new Response(null, { status, headers });
  try {
    const source = await storeNamed(storeName(file.store)).read(file, wanted ?? undefined);
    request.signal.addEventListener("abort", () => source.destroy(), { once: true });
    return new Response(toWeb(source), { status, headers });
  } catch (error) {
    if (error instanceof NotStored) throw notFound();
    throw error;
  }
}

/** The one range that was asked for; null for the whole file, also where several were asked for. */
export function parseRange(
  header: string | null,
  size: number,
): { start: number; end: number } | "unsatisfiable" | null {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? "");
  if (!match || (match[1] === "" && match[2] === "")) return null;
  const [, from = "", to = ""] = match;
  if (from === "") {
    const length = Math.min(size, Number(to));
    return length === 0 ? "unsatisfiable" : { start: size - length, end: size - 1 };
  }
  const start = Number(from);
  const end = to === "" ? size - 1 : Math.min(size - 1, Number(to));
  // A last byte before the first is no range at all; one that begins behind the end cannot be had.
  if (to !== "" && Number(to) < start) return null;
  return start >= size ? "unsatisfiable" : { start, end };
}

/** The stored file of a key that begins so. @throws AppError not_found */
export async function unsafeFindStored(where: { key: string } | { id: string }): Promise<Place> {
  const file = await db().storedFile.findFirst({
    where,
    select: {
      store: true,
      key: true,
      publicUrl: true,
      contentType: true,
      sizeBytes: true,
      sha256: true,
      fileName: true,
    },
  });
  if (!file) throw notFound();
  return file;
}

export function storeName(name: string): StoreName {
  if (name === "local" || name === "s3" || name === "cloudinary") return name;
  throw new Error(`There is no store ${name}.`);
}

function notFound(): AppError {
  return new AppError("not_found", "There is nothing here, or it is not yours to see.");
}

/** As Readable.toWeb, which throws where the reader goes before the end. */
function toWeb(source: Readable): ReadableStream<Uint8Array> {
  const chunks = source[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(new Uint8Array(value));
    },
    async cancel() {
      source.destroy();
      await chunks.return?.();
    },
  });
}
