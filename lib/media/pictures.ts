import "server-only";
import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import type { Viewer } from "@/lib/access/viewer";
import { db } from "@/lib/db";
import { AppError } from "@/lib/http/errors";
import { FfmpegError, shrinkPicture } from "@/lib/media/ffmpeg";
import { keepFile } from "@/lib/media/files";
import { workFolder } from "@/lib/media/folders";
import { readForm } from "@/lib/media/form";
import { canManageUploads } from "@/lib/media/policy";
import { urlOf } from "@/lib/media/queries";
import type { Picture } from "@/lib/media/schema";
import { sizeWords } from "@/lib/media/words";

const MAX_BYTES = 10 * 1000 * 1000;
const MAX_SIDE = 1_920;

/**
 * Takes a picture for the homepage from a form, and keeps it as WebP without what the camera wrote into it.
 * @throws AppError forbidden, too_large, unreadable_picture, as `readForm`
 */
export async function receivePicture(viewer: Viewer, request: Request): Promise<Picture> {
  if (!canManageUploads(viewer)) throw new AppError("forbidden", "Only admins send pictures.");
  const tooLarge = () =>
    new AppError("too_large", `A picture may have ${sizeWords(MAX_BYTES)}. Nothing was saved.`);
  if (Number(request.headers.get("content-length") ?? 0) > MAX_BYTES + 64 * 1024) throw tooLarge();
  const id = randomUUID();
  await mkdir(workFolder(), { recursive: true });
  const source = path.join(workFolder(), `${id}.picture`);
  const target = path.join(workFolder(), `${id}.webp`);
  try {
    const { result: fileName } = await readForm(request, async (file) => {
      let size = 0;
      file.stream.on("data", (chunk: Buffer) => {
        size += chunk.length;
        if (size > MAX_BYTES) file.stream.destroy(tooLarge());
      });
      await pipeline(file.stream, createWriteStream(source));
      return file.fileName;
    });
    const { width, height } = await shrinkPicture(source, target, MAX_SIDE, { signal: request.signal }).catch(
      (error) => {
        if (!(error instanceof FfmpegError) || error.reason !== "failed") throw error;
        throw new AppError(
          "unreadable_picture",
          "This picture cannot be read. Please send JPEG, PNG or WebP.",
        );
      },
    );
    const kept = await keepFile({
      body: await readFile(target),
      fileName: fileName.replace(/\.[^.]*$/, ".webp"),
      size: { width, height },
      contentType: "image/webp",
      ownerId: viewer.userId,
      maxBytes: MAX_BYTES,
      isPublic: true,
    });
    const file = await db().storedFile.findUniqueOrThrow({
      where: { id: kept.id },
      select: { key: true, publicUrl: true },
    });
    return { id: kept.id, url: urlOf(file), fileName, width, height };
  } finally {
    await Promise.all([rm(source, { force: true }), rm(target, { force: true })]);
  }
}
