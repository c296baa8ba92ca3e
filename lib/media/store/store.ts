import type { Readable } from "node:stream";

export type StoreName = "local" | "s3" | "cloudinary";

/** A place for files that never change once they are there. Keys are paths, as "media/<upload>/1080p-<hash>.mp4". */
export type Store = {
  readonly name: StoreName;
  /**
   * Puts a whole file, or nothing: a key that exists is replaced as a whole. `onBytes` hears how many have gone.
   * @returns where anybody may fetch it from the store itself, or null where it is read through us
   */
  put(
    key: string,
    file: { path: string; contentType: string; sizeBytes: number },
    options: { signal?: AbortSignal; onBytes?: (bytes: number) => void; isPublic: boolean },
  ): Promise<{ publicUrl: string | null }>;
  /** The bytes from `start` to `end`, both included, or all of them. @throws NotStored */
  read(file: StoredPlace, range?: { start: number; end: number }): Promise<Readable>;
  /** Null where there is no such file. */
  sizeOf(file: StoredPlace): Promise<number | null>;
  /** Removing what is not there is no error. */
  remove(file: StoredPlace): Promise<void>;
  /** Every file whose key begins so. */
  list(prefix: string): AsyncIterable<{ key: string; sizeBytes: number; modifiedAt: Date }>;
};

export type StoredPlace = { key: string; contentType: string; publicUrl: string | null };

/** There is no file of that key. */
export class NotStored extends Error {
  constructor(key: string) {
    super(`There is no stored file ${key}.`);
    this.name = "NotStored";
  }
}

/** Keys are made here, of ids and hashes; anything else is a mistake, or somebody trying. */
export function isStoreKey(key: string): boolean {
  return (
    key.length <= 300 &&
    /^[a-z0-9][a-z0-9-]*(\/[a-zA-Z0-9][a-zA-Z0-9._-]*)+$/.test(key) &&
    !key.includes("..")
  );
}
