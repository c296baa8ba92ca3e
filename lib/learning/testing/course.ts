import { randomUUID } from "node:crypto";
import type { Viewer } from "@/lib/access/viewer";
import { db } from "@/lib/db";

const SHA = "0".repeat(64);

/** A person of a role, with an organization where the role has one. */
export async function makePerson(
  role: Viewer["role"],
  {
    organizationId = null,
    timeZone = "Europe/London",
  }: { organizationId?: string | null; timeZone?: string } = {},
): Promise<Viewer> {
  const user = await db().user.create({
    data: {
      email: `${randomUUID()}@lockstep.test`,
      firstName: "Test",
      lastName: role,
      role,
      organizationId,
      timeZone,
      passwordHash: "-",
    },
  });
  return {
    userId: user.id,
    role,
    organizationId,
    organizationName: organizationId && "An organization",
    name: `Test ${role}`,
    email: user.email,
    timeZone,
  };
}

export type TestCourse = {
  courseId: string;
  slug: string;
  versionId: string;
  video: string;
  document: string;
  assignment: string;
  quiz: string;
};

/** A published course: a required video of `durationSeconds`, a document of 100 s, a quiz and an assignment to read. */
export async function makeCourse(admin: Viewer, now: Date, durationSeconds = 100): Promise<TestCourse> {
  const upload = await db().upload.create({
    data: {
      kind: "COURSE_VIDEO",
      source: "SCRIPT",
      status: "COMPLETED",
      progress: 100,
      message: "Done",
      title: "Clip",
      fileName: "clip.mp4",
      declaredType: "video/mp4",
      sizeBytes: 1,
      receivedBytes: 1,
      ownerId: admin.userId,
      createdAt: now,
      lastReceivedAt: now,
      receivedAt: now,
      finishedAt: now,
    },
  });
  const asset = await db().mediaAsset.create({
    data: {
      kind: "COURSE_VIDEO",
      uploadId: upload.id,
      title: "Clip",
      width: 640,
      height: 360,
      durationSeconds,
      hasAudio: true,
      createdAt: now,
    },
  });
  const slug = `course-${randomUUID()}`;
  const course = await db().course.create({
    data: { slug, title: "A course", summary: "Of tests.", durationMinutes: 60, status: "PUBLISHED" },
  });
  const version = await db().courseVersion.create({
    data: {
      courseId: course.id,
      number: 1,
      title: "A course",
      summary: "Of tests.",
      sourceSha256: SHA,
      totalContent: 3,
      publishedAt: now,
    },
  });
  const module = await db().module.create({ data: { versionId: version.id, position: 0, title: "One" } });
  const items = [
    { slug: "video", kind: "VIDEO", isRequired: true, body: { kind: "video", transcript: [] } },
    {
      slug: "document",
      kind: "DOCUMENT",
      isRequired: true,
      body: { kind: "document", format: "markdown", markdown: "# Read" },
    },
    {
      slug: "assignment",
      kind: "ASSIGNMENT",
      isRequired: true,
      body: { kind: "assignment", markdown: "Think.", submission: "none" },
    },
    {
      slug: "quiz",
      kind: "QUIZ",
      isRequired: false,
      body: { kind: "quiz", passPercentage: 70, questions: [] },
    },
  ] as const;
  const ids: string[] = [];
  for (const [position, item] of items.entries()) {
    const isVideo = item.kind === "VIDEO";
    const { id } = await db().content.create({
      data: {
        ...item,
        versionId: version.id,
        moduleId: module.id,
        position,
        title: item.slug,
        durationSeconds: isVideo ? durationSeconds : null,
        estimatedSeconds: 100,
        assetId: isVideo ? asset.id : null,
      },
    });
    ids.push(id);
  }
  await db().course.update({ where: { id: course.id }, data: { currentVersionId: version.id } });
  const [video = "", document = "", assignment = "", quiz = ""] = ids;
  return { courseId: course.id, slug, versionId: version.id, video, document, assignment, quiz };
}
