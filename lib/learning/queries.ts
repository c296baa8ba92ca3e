import "server-only";
import { recordAudit } from "@/lib/access/audit";
import type { Viewer } from "@/lib/access/viewer";
import { db } from "@/lib/db";
import type { Prisma } from "@/lib/generated/prisma/client";
import { AppError } from "@/lib/http/errors";
import { cutPage, pageWindow } from "@/lib/http/paging";
import { canEnrol, canPreview } from "@/lib/learning/policy";
import { parseStretches, rollUpModule } from "@/lib/learning/rules";
import {
  type CataloguePage,
  type ContentDetail,
  type ContentProgress,
  type CourseOutline,
  contentBody,
  type LearningSessionPage,
  type MyCourse,
  type MyCoursesPage,
  type OutlineItem,
  type RealtimeProgress,
  type Resume,
} from "@/lib/learning/schema";
import { unsafeReadAssets } from "@/lib/media/queries";

/** The published courses by title; `query` is looked for in title and summary. */
export async function listCatalogue({
  query = null,
  cursor = null,
  limit = 50,
}: {
  query?: string | null;
  cursor?: string | null;
  limit?: number;
}): Promise<CataloguePage> {
  const contains = query
    ? ({ contains: query.replace(/[\\%_]/g, "\\$&"), mode: "insensitive" } as const)
    : null;
  const rows = await db().course.findMany({
    where: { status: "PUBLISHED", ...(contains ? { OR: [{ title: contains }, { summary: contains }] } : {}) },
    orderBy: [{ title: "asc" }, { id: "asc" }],
    ...pageWindow(cursor, limit),
    select: {
      id: true,
      slug: true,
      title: true,
      summary: true,
      durationMinutes: true,
      currentVersionId: true,
    },
  });
  const { shown, nextCursor } = cutPage(rows, cursor, limit);
  return {
    items: shown.map(({ currentVersionId, ...course }) => ({
      ...course,
      isSelfPaced: currentVersionId !== null,
    })),
    nextCursor,
  };
}

type Page = { cursor?: string | undefined; limit: number };

const kindName = { VIDEO: "video", DOCUMENT: "document", QUIZ: "quiz", ASSIGNMENT: "assignment" } as const;
const basisName = { EARNED: "earned", MARKED: "marked", EXCUSED: "excused" } as const;
const sourceName = { SELF: "self", ASSIGNED: "assigned" } as const;

function progressOf(userId: string) {
  return {
    where: { userId },
    take: 1,
    select: {
      completionPercentage: true,
      completedAt: true,
      basis: true,
      lastPosition: true,
      readingPosition: true,
      readingAnchor: true,
    },
  } satisfies Prisma.Content$progressArgs;
}

function itemColumns(userId: string) {
  return {
    id: true,
    slug: true,
    title: true,
    kind: true,
    isRequired: true,
    durationSeconds: true,
    estimatedSeconds: true,
    progress: progressOf(userId),
  } satisfies Prisma.ContentSelect;
}

type ItemRow = Prisma.ContentGetPayload<{ select: ReturnType<typeof itemColumns> }>;

function toItem(row: ItemRow): OutlineItem {
  const [progress] = row.progress;
  return {
    id: row.id,
    slug: row.slug,
    title: row.title,
    kind: kindName[row.kind],
    isRequired: row.isRequired,
    durationSeconds: row.durationSeconds,
    estimatedSeconds: row.estimatedSeconds,
    completionPercentage: progress?.completionPercentage ?? 0,
    complete: (progress?.completedAt ?? null) !== null,
    basis: progress?.basis ? basisName[progress.basis] : null,
    lastPosition: progress?.lastPosition ?? 0,
    readingPosition: progress?.readingPosition ?? 0,
  };
}

function toResume(row: ItemRow): Resume {
  const [progress] = row.progress;
  return {
    contentId: row.id,
    contentSlug: row.slug,
    contentTitle: row.title,
    kind: kindName[row.kind],
    position: progress?.lastPosition ?? 0,
    readingPosition: progress?.readingPosition ?? 0,
    readingAnchor: progress?.readingAnchor ?? null,
  };
}

/** The item to go on with: where the learner was, unless that is complete; then the first after it that is not. */
function resumeOf(items: readonly ItemRow[], currentContentId: string | null): Resume | null {
  const isComplete = (item: ItemRow) => (item.progress[0]?.completedAt ?? null) !== null;
  const at = Math.max(
    0,
    items.findIndex(({ id }) => id === currentContentId),
  );
  const open = [...items.slice(at), ...items.slice(0, at)].find((item) => !isComplete(item));
  const item = open ?? items[at];
  return item ? toResume(item) : null;
}

const enrolmentColumns = {
  id: true,
  source: true,
  dueAt: true,
  createdAt: true,
  lastActivityAt: true,
  completedAt: true,
  progressPercentage: true,
  completedContent: true,
  totalContent: true,
  timeSpentSeconds: true,
  currentContentId: true,
} satisfies Prisma.EnrolmentSelect;

type EnrolmentRow = Prisma.EnrolmentGetPayload<{ select: typeof enrolmentColumns }>;

function toEnrolment(row: EnrolmentRow): NonNullable<CourseOutline["enrolment"]> {
  return {
    id: row.id,
    source: sourceName[row.source],
    dueAt: row.dueAt?.toISOString() ?? null,
    enrolledAt: row.createdAt.toISOString(),
    lastActivityAt: row.lastActivityAt?.toISOString() ?? null,
    completedAt: row.completedAt?.toISOString() ?? null,
    progressPercentage: row.progressPercentage,
    completedContent: row.completedContent,
    totalContent: row.totalContent,
    timeSpentSeconds: row.timeSpentSeconds,
  };
}

/** The viewer's own courses, the newest enrolment first. */
export async function listMyCourses(viewer: Viewer, { cursor, limit }: Page): Promise<MyCoursesPage> {
  if (!canEnrol(viewer)) throw new AppError("forbidden", "Students and staff take courses.");
  const where = { userId: viewer.userId };
  const [rows, total] = await Promise.all([
    db().enrolment.findMany({
      where,
      orderBy: [{ createdAt: "desc" }, { id: "desc" }],
      ...pageWindow(cursor, limit),
      select: {
        ...enrolmentColumns,
        course: { select: { id: true, slug: true, status: true } },
        version: {
          select: {
            title: true,
            summary: true,
            contents: { orderBy: { position: "asc" }, select: itemColumns(viewer.userId) },
          },
        },
      },
    }),
    db().enrolment.count({ where }),
  ]);
  const { shown, nextCursor } = cutPage(rows, cursor, limit);
  const items = shown.map(
    ({ course, version, ...row }): MyCourse => ({
      ...toEnrolment(row),
      courseId: course.id,
      slug: course.slug,
      title: version.title,
      summary: version.summary,
      isOpen: course.status === "PUBLISHED",
      resume: resumeOf(version.contents, row.currentContentId),
    }),
  );
  return { items, total, nextCursor };
}

/** A course that can be taken by oneself, with the viewer's enrolment; in the learner's own version, else the newest. */
async function findCourse(viewer: Viewer, courseSlug: string) {
  const course = await db().course.findFirst({
    where: {
      slug: courseSlug,
      currentVersionId: { not: null },
      OR: [{ status: "PUBLISHED" }, { enrolments: { some: { userId: viewer.userId } } }],
    },
    select: {
      id: true,
      slug: true,
      status: true,
      currentVersionId: true,
      instructors: { select: { userId: true } },
      enrolments: {
        where: { userId: viewer.userId },
        take: 1,
        select: { ...enrolmentColumns, versionId: true },
      },
    },
  });
  const [enrolment] = course?.enrolments ?? [];
  const versionId = enrolment?.versionId ?? course?.currentVersionId;
  if (!course || !versionId) throw notFound();
  return { course, enrolment: enrolment ?? null, versionId };
}

/** @throws AppError not_found */
export async function getCourseOutline(
  viewer: Viewer,
  courseSlug: string,
  now: Date,
): Promise<CourseOutline> {
  const { course, enrolment, versionId } = await findCourse(viewer, courseSlug);
  const version = await db().courseVersion.findUniqueOrThrow({
    where: { id: versionId },
    select: {
      number: true,
      title: true,
      summary: true,
      modules: {
        orderBy: { position: "asc" },
        select: {
          id: true,
          title: true,
          summary: true,
          contents: { orderBy: { position: "asc" }, select: itemColumns(viewer.userId) },
        },
      },
    },
  });
  const rows = version.modules.flatMap(({ contents }) => contents);
  return {
    courseId: course.id,
    slug: course.slug,
    title: version.title,
    summary: version.summary,
    version: version.number,
    enrolment: enrolment && toEnrolment(enrolment),
    canEnrol: enrolment === null && canEnrol(viewer) && course.status === "PUBLISHED",
    modules: version.modules.map(({ contents, ...module }) => {
      const items = contents.map(toItem);
      const { complete, percentage } = rollUpModule(items);
      return { ...module, completionPercentage: percentage, complete, contents: items };
    }),
    resume: enrolment && resumeOf(rows, enrolment.currentContentId),
    asOf: now.toISOString(),
  };
}

/**
 * An item as its page shows it.
 * @throws AppError not_found; not_enrolled where the viewer could enrol and has not
 */
export async function getContent(
  viewer: Viewer,
  courseSlug: string,
  contentSlug: string,
  now: Date,
): Promise<ContentDetail> {
  const { course, enrolment, versionId } = await findCourse(viewer, courseSlug);
  const row = await db().content.findUnique({
    where: { versionId_slug: { versionId, slug: contentSlug } },
    select: {
      ...itemColumns(viewer.userId),
      position: true,
      body: true,
      assetId: true,
      module: { select: { id: true, title: true } },
      version: { select: { title: true, files: { select: { id: true, path: true } } } },
    },
  });
  if (!row) throw notFound();
  const instructorIds = course.instructors.map(({ userId }) => userId);
  if (!enrolment && !canPreview(viewer, { instructorIds }))
    throw new AppError("not_enrolled", "You have not enrolled in this course.");
  const neighbours = await db().content.findMany({
    where: { versionId, position: { in: [row.position - 1, row.position + 1] } },
    select: { id: true, slug: true, title: true, kind: true, position: true },
  });
  const neighbour = (position: number) => {
    const found = neighbours.find((each) => each.position === position);
    return found ? { id: found.id, slug: found.slug, title: found.title, kind: kindName[found.kind] } : null;
  };
  return {
    courseId: course.id,
    courseSlug: course.slug,
    courseTitle: row.version.title,
    moduleId: row.module.id,
    moduleTitle: row.module.title,
    item: { ...toItem(row), readingAnchor: row.progress[0]?.readingAnchor ?? null },
    body: await readBody(viewer, row),
    previous: neighbour(row.position - 1),
    next: neighbour(row.position + 1),
    isEnrolled: enrolment !== null,
    asOf: now.toISOString(),
  };
}

async function readBody(
  viewer: Viewer,
  row: {
    id: string;
    body: Prisma.JsonValue;
    assetId: string | null;
    durationSeconds: number | null;
    version: { files: Array<{ id: string; path: string }> };
  },
): Promise<ContentDetail["body"]> {
  const body = contentBody.parse(row.body);
  const files = Object.fromEntries(
    row.version.files.map(({ id, path }) => [path, `/api/learning/files/${id}`]),
  );
  if (body.kind === "video") {
    const asset = row.assetId ? (await unsafeReadAssets([row.assetId])).get(row.assetId) : undefined;
    if (!asset) throw notFound();
    return {
      kind: "video",
      videoUrl: asset.videoUrl,
      posterUrl: asset.posterUrl,
      renditions: asset.renditions.map(({ url, contentType, height }) => ({ url, contentType, height })),
      captions: asset.captions.map(({ url, language, label }) => ({
        url,
        language: language ?? "en",
        label: label ?? language ?? "Captions",
      })),
      transcript: body.transcript,
      durationSeconds: row.durationSeconds ?? 0,
      watched: (await readWatched(viewer.userId, row.id)).map(([from, to]): [number, number] => [from, to]),
    };
  }
  if (body.kind === "document")
    return body.format === "markdown"
      ? { kind: "document", format: "markdown", markdown: body.markdown, files }
      : { kind: "document", format: "pdf", url: files[body.path] ?? "" };
  if (body.kind === "quiz")
    return {
      kind: "quiz",
      isOpen: false,
      questionCount: body.questions.length,
      passPercentage: body.passPercentage,
    };
  return {
    kind: "assignment",
    isOpen: body.submission === "none",
    markdown: body.markdown,
    submission: body.submission,
    files,
  };
}

async function readWatched(userId: string, contentId: string) {
  const rows = await db().$queryRaw<Array<{ watched: string }>>`
    SELECT watched::text AS watched FROM "ContentProgress"
    WHERE "userId" = ${userId}::uuid AND "contentId" = ${contentId}::uuid`;
  return parseStretches(rows[0]?.watched ?? "{}");
}

/** The stored file of a picture, PDF or download of a course, for who may see the course's items. */
export async function getCourseFile(viewer: Viewer, id: string): Promise<{ fileId: string }> {
  const file = await db().courseFile.findFirst({
    where: {
      id,
      ...(viewer.role === "ADMIN"
        ? {}
        : {
            OR: [
              { version: { enrolments: { some: { userId: viewer.userId } } } },
              { version: { course: { instructors: { some: { userId: viewer.userId } } } } },
            ],
          }),
    },
    select: { fileId: true },
  });
  if (!file) throw notFound();
  return file;
}

/** The viewer's learning sessions, newest first. */
export async function listLearningSessions(
  viewer: Viewer,
  { courseId, cursor, limit }: Page & { courseId?: string | undefined },
): Promise<LearningSessionPage> {
  const rows = await db().learningSession.findMany({
    where: { userId: viewer.userId, ...(courseId ? { enrolment: { courseId } } : {}) },
    orderBy: [{ startedAt: "desc" }, { id: "desc" }],
    ...pageWindow(cursor, limit),
    select: {
      id: true,
      device: true,
      startedAt: true,
      endedAt: true,
      lastHeardAt: true,
      pagesViewed: true,
      videosWatched: true,
      quizzesAttempted: true,
      activeSeconds: true,
      idleSeconds: true,
      enrolment: { select: { courseId: true, version: { select: { title: true } } } },
    },
  });
  const { shown, nextCursor } = cutPage(rows, cursor, limit);
  return {
    items: shown.map(({ enrolment, startedAt, endedAt, lastHeardAt, ...session }) => ({
      ...session,
      courseId: enrolment.courseId,
      courseTitle: enrolment.version.title,
      startedAt: startedAt.toISOString(),
      endedAt: endedAt?.toISOString() ?? null,
      lastHeardAt: lastHeardAt.toISOString(),
    })),
    nextCursor,
  };
}

/** The learners whom a viewer may look at: part of every WHERE over an enrolment. */
function learnersOf(viewer: Viewer): Prisma.EnrolmentWhereInput {
  if (viewer.role === "ADMIN") return {};
  const own: Prisma.EnrolmentWhereInput = { userId: viewer.userId };
  if (viewer.role === "INSTRUCTOR")
    return { OR: [own, { course: { instructors: { some: { userId: viewer.userId } } } }] };
  if (viewer.role === "ORGANIZATION" && viewer.organizationId)
    return { OR: [own, { user: { organizationId: viewer.organizationId, role: "STAFF" } }] };
  return own;
}

/** A look at somebody else's progress leaves its trace. */
async function noteLook(viewer: Viewer, userId: string, courseId: string, now: Date): Promise<void> {
  if (userId === viewer.userId) return;
  await recordAudit(db(), viewer, { action: "progress.read", subjectId: userId, detail: { courseId } }, now);
}

/**
 * How far a learner is in a course.
 * @param user a learner's id, or "me"
 * @throws AppError not_found, also where the viewer may not look at that learner
 */
export async function getRealtimeProgress(
  viewer: Viewer,
  user: string,
  courseId: string,
  now: Date,
): Promise<RealtimeProgress> {
  const userId = user === "me" ? viewer.userId : user;
  const row = await db().enrolment.findFirst({
    where: { AND: [{ userId, courseId }, learnersOf(viewer)] },
    select: {
      ...enrolmentColumns,
      currentModuleId: true,
      version: {
        select: {
          modules: {
            orderBy: { position: "asc" },
            select: {
              id: true,
              title: true,
              contents: { orderBy: { position: "asc" }, select: itemColumns(userId) },
            },
          },
        },
      },
    },
  });
  if (!row) throw notFound();
  await noteLook(viewer, userId, courseId, now);
  const [sessions] = await db().$queryRaw<Array<{ total: number; average: number | null }>>`
    SELECT count(*)::int AS total,
      avg(extract(epoch FROM coalesce("endedAt", "lastHeardAt") - "startedAt"))::float8 AS average
    FROM "LearningSession" WHERE "enrolmentId" = ${row.id}::uuid`;
  return {
    course_id: courseId,
    user_id: userId,
    completion_percentage: row.progressPercentage,
    completed_content: row.completedContent,
    total_content: row.totalContent,
    time_spent_minutes: Math.floor(row.timeSpentSeconds / 60),
    total_sessions: sessions?.total ?? 0,
    avg_session_duration: Math.round((sessions?.average ?? 0) / 6) / 10,
    current_module_id: row.currentModuleId,
    last_activity_at: row.lastActivityAt?.toISOString() ?? null,
    completed_at: row.completedAt?.toISOString() ?? null,
    modules: row.version.modules.map((module) => {
      const items = module.contents.map(toItem);
      const { complete, percentage } = rollUpModule(items);
      return {
        module_id: module.id,
        title: module.title,
        completion_percentage: percentage,
        complete,
        contents: items.map((item) => ({
          content_id: item.id,
          title: item.title,
          kind: item.kind,
          required: item.isRequired,
          completion_percentage: item.completionPercentage,
          complete: item.complete,
          last_position: item.lastPosition,
        })),
      };
    }),
  };
}

/** How far a learner is in one item. @throws AppError not_found, also where the viewer may not look at that learner */
export async function getContentProgress(
  viewer: Viewer,
  user: string,
  contentId: string,
  now: Date,
): Promise<ContentProgress> {
  const userId = user === "me" ? viewer.userId : user;
  const enrolment = await db().enrolment.findFirst({
    where: { AND: [{ userId, version: { contents: { some: { id: contentId } } } }, learnersOf(viewer)] },
    select: { courseId: true },
  });
  if (!enrolment) throw notFound();
  await noteLook(viewer, userId, enrolment.courseId, now);
  const row = await db().contentProgress.findUnique({
    where: { userId_contentId: { userId, contentId } },
    select: {
      completionPercentage: true,
      timeSpentSeconds: true,
      lastPosition: true,
      readingPosition: true,
      viewCount: true,
      pauseCount: true,
      seekCount: true,
      downloadCount: true,
      completedAt: true,
    },
  });
  return {
    content_id: contentId,
    user_id: userId,
    completion_percentage: row?.completionPercentage ?? 0,
    complete: (row?.completedAt ?? null) !== null,
    time_spent_seconds: row?.timeSpentSeconds ?? 0,
    last_position: row?.lastPosition ?? 0,
    reading_position: row?.readingPosition ?? 0,
    view_count: row?.viewCount ?? 0,
    pause_count: row?.pauseCount ?? 0,
    seek_count: row?.seekCount ?? 0,
    download_count: row?.downloadCount ?? 0,
    completed_at: row?.completedAt?.toISOString() ?? null,
  };
}

/** The figures of a learner's own enrolment. */
export async function getEnrolmentFigures(userId: string, courseId: string) {
  return db().enrolment.findUniqueOrThrow({
    where: { userId_courseId: { userId, courseId } },
    select: { progressPercentage: true, completedContent: true, totalContent: true },
  });
}

/** Over all of a learner's own courses. */
export async function readSummary(
  userId: string,
): Promise<{ enrolledCourses: number; averageProgress: number }> {
  const { _count, _avg } = await db().enrolment.aggregate({
    where: { userId },
    _count: true,
    _avg: { progressPercentage: true },
  });
  return { enrolledCourses: _count, averageProgress: Math.floor(_avg.progressPercentage ?? 0) };
}

function notFound(): AppError {
  return new AppError("not_found", "There is nothing here, or it is not yours to see.");
}
