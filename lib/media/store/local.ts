import "server-only";
import { createReadStream } from "node:fs";
import { copyFile, mkdir, open, readdir, rename, rm, rmdir, stat } from "node:fs/promises";
import path from "node:path";
import type { Readable } from "node:stream";
import { isStoreKey, NotStored, type Store } from "@/lib/media/store/store";

/** Drafts of files that are being put; a sweep of the store passes over them. */
const DRAFT_SUFFIX = ".part";

/** Files on a disk of this machine, or one that all machines share. */
export function localStore(folder: string): Store {
  const placeOf = (key: string): string => {
    if (!isStoreKey(key)) throw new NotStored(key);
    return path.join(folder, key);
  };
  return {
    name: "local",

    async put(key, file, { signal, onBytes }) {
      const place = placeOf(key);
      const draft = `${place}${DRAFT_SUFFIX}`;
      signal?.throwIfAborted();
      await mkdir(path.dirname(place), { recursive: true });
      try {
        await copyFile(file.path, draft);
        const copied = await open(draft, "r+");
        try {
          // On the disk before its name is: a power cut leaves the whole file or none.
          await copied.sync();
          const { size } = await copied.stat();
          if (size !== file.sizeBytes) throw new Error(`Put ${size} of ${file.sizeBytes} bytes of ${key}.`);
        } finally {
          await copied.close();
        }
        signal?.throwIfAborted();
        await rename(draft, place);
      } catch (error) {
        await rm(draft, { force: true });
        throw error;
      }
      onBytes?.(file.sizeBytes);
      return { publicUrl: null };
    },

    async read({ key }, range) {
      const place = placeOf(key);
      const file = await open(place, "r").catch((error) => {
        throw isMissing(error) ? new NotStored(key) : error;
      });
      return createReadStream(place, { fd: file, ...range }) satisfies Readable;
    },

    async sizeOf({ key }) {
      try {
        return (await stat(placeOf(key))).size;
      } catch (error) {
        if (error instanceof NotStored || isMissing(error)) return null;
        throw error;
      }
    },

    async remove({ key }) {
      const place = placeOf(key);
      await rm(place, { force: true });
      // An upload's folder goes with its last file.
      await rmdir(path.dirname(place)).catch(() => undefined);
    },

    async *list(prefix) {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error) => {
        if (isMissing(error)) return [];
        throw error;
      });
      for (const entry of entries) {
        const place = path.join(entry.parentPath, entry.name);
        const key = path.relative(folder, place).split(path.sep).join("/");
        if (!entry.isFile() || !key.startsWith(prefix)) continue;
        const found = await stat(place).catch(() => null);
        if (found) yield { key, sizeBytes: found.size, modifiedAt: found.mtime };
      }
    },
  };
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
}
