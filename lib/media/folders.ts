import "server-only";
import { mkdir, statfs } from "node:fs/promises";
import path from "node:path";
import { env } from "@/lib/env";

/** Where received files, work in progress and the local store lie; all processes of one instance share it. */
function mediaFolder(...parts: string[]): string {
  return path.resolve(env().LOCKSTEP_DATA_DIR, "media", ...parts);
}

/** Files as they arrive, each named by its upload. */
export function incomingFolder(): string {
  return mediaFolder("incoming");
}

export function incomingFile(uploadId: string): string {
  return path.join(incomingFolder(), uploadId);
}

/** What workers make, in a folder for each upload. */
export function workFolder(): string {
  return mediaFolder("work");
}

export function workFolderOf(uploadId: string): string {
  return path.join(workFolder(), uploadId);
}

export function localStoreFolder(): string {
  return mediaFolder("store");
}

/** Room on the disk that the media lie on. */
export async function diskSpace(): Promise<{ freeBytes: number; totalBytes: number }> {
  await mkdir(mediaFolder(), { recursive: true });
  const { bavail, blocks, bsize } = await statfs(mediaFolder());
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
}
