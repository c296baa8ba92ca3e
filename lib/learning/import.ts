import "server-only";
import { readFileSync } from "node:fs";
import path from "node:path";
import { recordAudit } from "@/lib/access/audit";
import type { Viewer } from "@/lib/access/viewer";
import { db } from "@/lib/db";
import { AppError } from "@/lib/http/errors";
import type { CourseFolder, FolderVideo } from "@/lib/learning/course-folder";
import { keepFile } from "@/lib/media/files";
import { ingestFile, processNow } from "@/lib/media/ingest";
import { unsafeReadAssets } from "@/lib/media/queries";

const MAX_FILE_BYTES = 20_000_000;

const rowKind = { video: "VIDEO", document: "DOCUMENT", quiz: "QUIZ", assignment: "ASSIGNMENT" } as const;

export type Imported = { courseId: string; version: number; outcome: "published" | "unchanged" };

/**
 * Publishes a course's folder as the next version of the course of its name, for new learners. The same folder again
 * changes nothing.
 * @param instructorIds who teaches it, beside those who do already
 */
export async function importCourse(
  viewer: Viewer,
  folder: CourseFolder,
  instructorIds: readonly string[],
  now: Date,
): Promise<Imported> {
  if (viewer.role !== "ADMIN") throw new AppError("forbidden", "Only admins import courses.");
  const existing = await db().course.findUnique({
    where: { slug: folder.slug },
    select: { id: true, currentVersion: { select: { number: true, sourceSha256: true } } },
  });
  if (existing?.currentVersion?.sourceSha256 === folder.sourceSha256)
    return { courseId: existing.id, version: existing.currentVersion.number, outcome: "unchanged" };

  // The long part first, and outside of the transaction: what it leaves when the rest fails is swept.
  const videos = new Map<string, { assetId: string; durationSeconds: number }>();
  for (const item of folder.modules.flatMap(({ items }) => items))
    if (item.video) videos.set(item.slug, await bringVideo(viewer, item.title, item.video, now));

  return db().$transaction(
    async (tx) => {
      const { title, summary, durationMinutes } = folder;
      const course = await tx.course.upsert({
        where: { slug: folder.slug },
        create: { slug: folder.slug, title, summary, durationMinutes, status: "PUBLISHED", createdAt: now },
        update: { title, summary, durationMinutes, status: "PUBLISHED" },
        select: { id: true },
      });
      await tx.$queryRaw`SELECT id::text FROM "Course" WHERE id = ${course.id}::uuid FOR UPDATE`;
      const { _max } = await tx.courseVersion.aggregate({
        where: { courseId: course.id },
        _max: { number: true },
      });
      const number = (_max.number ?? 0) + 1;
      const items = folder.modules.flatMap((module) => module.items);
      const version = await tx.courseVersion.create({
        data: {
          courseId: course.id,
          number,
          title,
          summary,
          sourceSha256: folder.sourceSha256,
          totalContent: items.filter(({ isRequired }) => isRequired).length,
          publishedAt: now,
        },
        select: { id: true },
      });
      let position = 0;
      for (const [place, module] of folder.modules.entries()) {
        const { id: moduleId } = await tx.module.create({
          data: { versionId: version.id, position: place, title: module.title, summary: module.summary },
          select: { id: true },
        });
        for (const item of module.items) {
          const video = videos.get(item.slug);
          await tx.content.create({
            data: {
              versionId: version.id,
              moduleId,
              position: position++,
              slug: item.slug,
              title: item.title,
              kind: rowKind[item.body.kind],
              isRequired: item.isRequired,
              durationSeconds: video?.durationSeconds ?? null,
              estimatedSeconds: video?.durationSeconds ?? item.estimatedSeconds,
              body: item.body,
              assetId: video?.assetId ?? null,
            },
            select: { id: true },
          });
        }
      }
      for (const file of folder.files) {
        const kept = await keepFile(
          {
            body: readFileSync(file.absolutePath),
            fileName: path.basename(file.path),
            contentType: file.contentType,
            ownerId: viewer.userId,
            maxBytes: MAX_FILE_BYTES,
          },
          tx,
        );
        await tx.courseFile.create({
          data: { versionId: version.id, path: file.path, fileId: kept.id },
          select: { id: true },
        });
      }
      await tx.courseInstructor.createMany({
        data: instructorIds.map((userId) => ({ courseId: course.id, userId, since: now })),
        skipDuplicates: true,
      });
      await tx.course.update({
        where: { id: course.id },
        data: { currentVersionId: version.id },
        select: { id: true },
      });
      await recordAudit(
        tx,
        viewer,
        { action: "course.publish", subjectId: course.id, detail: { version: number, slug: folder.slug } },
        now,
      );
      return { courseId: course.id, version: number, outcome: "published" as const };
    },
    { timeout: 60_000 },
  );
}

async function bringVideo(
  viewer: Viewer,
  title: string,
  video: FolderVideo,
  now: Date,
): Promise<{ assetId: string; durationSeconds: number }> {
  const { uploadId } = await ingestFile(viewer, {
    kind: "course-video",
    path: video.path,
    title,
    captions: video.captions,
    now,
  });
  const { assetId } = await processNow(uploadId, now);
  const asset = (await unsafeReadAssets([assetId])).get(assetId);
  if (!asset) throw new Error(`The video ${video.path} has left no asset.`);
  return { assetId, durationSeconds: Math.max(1, Math.floor(asset.durationSeconds)) };
}
