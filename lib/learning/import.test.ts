import { appendFileSync, cpSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Viewer } from "@/lib/access/viewer";
import { busyPool, db } from "@/lib/db";
import { enrol } from "@/lib/learning/commands";
import { readCourseFolder } from "@/lib/learning/course-folder";
import { importCourse } from "@/lib/learning/import";
import { getContent, getCourseOutline } from "@/lib/learning/queries";
import { makePerson } from "@/lib/learning/testing/course";
import { relay } from "@/lib/live/relay";
import { createAdmin, hasFfmpeg, makeMotion, useMediaFolder } from "@/lib/media/testing/clips";
import { type TestDatabase, useTestDatabase } from "@/lib/testing/database";

const now = new Date("2026-12-01T09:00:00Z");
const slug = "data-protection";
let database: TestDatabase;
let media: ReturnType<typeof useMediaFolder>;
let admin: Viewer;

beforeAll(async () => {
  database = await useTestDatabase();
  media = useMediaFolder();
  admin = await createAdmin();
});

afterAll(async () => {
  await relay().stop();
  await database.drop();
  media.remove();
});

if (!hasFfmpeg) console.log("Skipped lib/learning/import.test.ts: there is no ffmpeg on the PATH.");

it.skipIf(!hasFfmpeg)(
  "a folder is published once; a changed one is the next version, for new learners, and who has begun stays with theirs",
  { timeout: 120_000 },
  async () => {
    const folder = path.join(media.folder, slug);
    cpSync(`courses/${slug}`, folder, { recursive: true });
    await makeMotion(path.join(folder, "videos/the-first-hour.mp4"), 4);
    writeFileSync(
      path.join(folder, "videos/the-first-hour.vtt"),
      "WEBVTT\n\n00:00.000 --> 00:04.000\nStop it\n",
    );
    const first = await importCourse(admin, readCourseFolder(folder), [], now);
    expect(first).toMatchObject({ version: 1, outcome: "published" });
    expect(await importCourse(admin, readCourseFolder(folder), [], now)).toEqual({
      ...first,
      outcome: "unchanged",
    });

    const early = await makePerson("STUDENT");
    await enrol(early, first.courseId, now);
    expect((await getContent(early, slug, "the-first-hour", now)).body).toMatchObject({
      kind: "video",
      durationSeconds: 4,
      transcript: [{ text: "Stop it" }],
      captions: [{ language: "en" }],
      watched: [],
    });
    const read = await getContent(early, slug, "a-leak", now);
    expect(read.body).toMatchObject({
      format: "markdown",
      files: { "images/leak.svg": expect.stringMatching(/^\/api\/learning\/files\//) },
    });

    appendFileSync(path.join(folder, "documents/a-leak.md"), "\nOne thing more.\n");
    expect(await importCourse(admin, readCourseFolder(folder), [], now)).toMatchObject({ version: 2 });
    const late = await makePerson("STAFF", {
      organizationId: (await db().organization.create({ data: { name: "Late" } })).id,
    });
    await enrol(late, first.courseId, now);
    expect((await getCourseOutline(early, slug, now)).version).toBe(1);
    expect((await getCourseOutline(late, slug, now)).version).toBe(2);
    const change = busyPool().query(`UPDATE "Content" SET title = 'Changed' WHERE id = $1`, [read.item.id]);
    await expect(change).rejects.toThrow(/never changed/);
  },
);
