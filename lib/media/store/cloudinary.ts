import "server-only";
import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { v2 as cloudinary } from "cloudinary";
import { z } from "zod";
import { isStoreKey, NotStored, type Store, type StoredPlace } from "@/lib/media/store/store";

/** What Cloudinary takes in one request; larger files go in chunks of this size. */
const CHUNK_BYTES = 20 * 1024 * 1024;
const REQUEST_TIMEOUT_MS = 10 * 60_000;

const uploaded = z.object({ secure_url: z.url(), bytes: z.number() });
const resources = z.object({
  resources: z.array(
    z.object({
      public_id: z.string(),
      format: z.string().optional(),
      bytes: z.number(),
      created_at: z.string(),
    }),
  ),
  next_cursor: z.string().optional(),
});

type Kind = "video" | "image" | "raw";

/**
 * A Cloudinary account. Its URLs are what is given out; a file is read from where its upload said that it is.
 * @param url as cloudinary://key:secret@cloud, with `?upload_prefix=` for another address of its API
 */
export function cloudinaryStore(url: string): Store {
  const { username, password, hostname, searchParams } = new URL(url);
  const account = {
    cloud_name: hostname,
    api_key: decodeURIComponent(username),
    api_secret: decodeURIComponent(password),
    secure: true,
    ...(searchParams.has("upload_prefix") ? { upload_prefix: searchParams.get("upload_prefix") ?? "" } : {}),
  };
  return {
    name: "cloudinary",

    async put(key, { path, contentType, sizeBytes }, { signal, onBytes }) {
      const options = {
        ...account,
        ...nameOf({ key, contentType }),
        type: "upload" as const,
        overwrite: true,
        invalidate: true,
        unique_filename: false,
        timeout: REQUEST_TIMEOUT_MS,
        chunk_size: CHUNK_BYTES,
      };
      signal?.throwIfAborted();
      const answer = await new Promise<unknown>((resolve, reject) => {
        const done = (error: unknown, result: unknown) => (error ? reject(toError(error)) : resolve(result));
        const target =
          sizeBytes > CHUNK_BYTES
            ? cloudinary.uploader.upload_chunked_stream(options, done)
            : cloudinary.uploader.upload_stream(options, done);
        const source = createReadStream(path);
        let sent = 0;
        source.on("data", (chunk) => {
          sent += chunk.length;
          onBytes?.(Math.min(sent, sizeBytes));
        });
        void pipeline(source, target, { ...(signal ? { signal } : {}) }).catch(reject);
      });
      const { secure_url, bytes } = uploaded.parse(answer);
      if (bytes !== sizeBytes) throw new Error(`Cloudinary kept ${bytes} of ${sizeBytes} bytes of ${key}.`);
      return { publicUrl: secure_url };
    },

    async read(file, range) {
      const response = await fetchFile(file, range);
      if (!response?.body) throw new NotStored(file.key);
      return Readable.from(response.body, { objectMode: false });
    },

    async sizeOf(file) {
      const response = await fetchFile(file, undefined, "HEAD");
      return response ? Number(response.headers.get("content-length") ?? 0) : null;
    },

    async remove(file) {
      const { public_id, resource_type } = nameOf(file);
      await cloudinary.uploader.destroy(public_id, { ...account, resource_type, invalidate: true });
    },

    async *list(prefix) {
      for (const resource_type of ["video", "image", "raw"] as const) {
        let next_cursor: string | undefined;
        do {
          const page = resources.parse(
            await cloudinary.api.resources({
              ...account,
              resource_type,
              type: "upload",
              prefix,
              max_results: 500,
              ...(next_cursor ? { next_cursor } : {}),
            }),
          );
          for (const { public_id, format, bytes, created_at } of page.resources) {
            const key = resource_type === "raw" || !format ? public_id : `${public_id}.${format}`;
            yield { key, sizeBytes: bytes, modifiedAt: new Date(created_at) };
          }
          next_cursor = page.next_cursor;
        } while (next_cursor);
      }
    },
  };
}

/** Videos and images are named without their ending there, everything else with it. */
function nameOf({ key, contentType }: Pick<StoredPlace, "key" | "contentType">): {
  public_id: string;
  resource_type: Kind;
} {
  if (!isStoreKey(key)) throw new NotStored(key);
  const resource_type = contentType.startsWith("video/")
    ? "video"
    : contentType.startsWith("image/")
      ? "image"
      : "raw";
  return { public_id: resource_type === "raw" ? key : key.replace(/\.[^./]+$/, ""), resource_type };
}

/** Null where it is not there. */
async function fetchFile(
  { key, publicUrl }: StoredPlace,
  range: { start: number; end: number } | undefined,
  method: "GET" | "HEAD" = "GET",
): Promise<Response | null> {
  if (!publicUrl) throw new NotStored(key);
  const response = await fetch(publicUrl, {
    method,
    headers: range ? { Range: `bytes=${range.start}-${range.end}` } : {},
  });
  if (response.ok) return response;
  await response.body?.cancel();
  if (response.status === 404) return null;
  throw new Error(`Cloudinary answered ${response.status} for ${key}.`);
}

/** The SDK rejects with plain objects. */
function toError(error: unknown): Error {
  if (error instanceof Error) return error;
  const message =
    typeof error === "object" && error !== null && "message" in error
      ? String(error.message)
      : "no reason given";
  return new Error(`Cloudinary refused: ${message}`);
}
