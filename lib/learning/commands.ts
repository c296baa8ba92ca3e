import "server-only";
import { randomUUID } from "node:crypto";
import { recordAudit } from "@/lib/access/audit";
import type { Viewer } from "@/lib/access/viewer";
import { db, type Transaction } from "@/lib/db";
import { env } from "@/lib/env";
import { Prisma } from "@/lib/generated/prisma/client";
import { AppError } from "@/lib/http/errors";
import type { BatchDecision } from "@/lib/learning/batch-rules";
import { canChangeByHand, canEnrol } from "@/lib/learning/policy";
import { getEnrolmentFigures, readSummary } from "@/lib/learning/queries";
import { recordBatch } from "@/lib/learning/record";
import { coveredSeconds, percentageOf, sessionTimes } from "@/lib/learning/rules";
import {
  type ByHandAnswer,
  type byHandActions,
  type ClaimAnswer,
  type ClaimBody,
  type ProgressEvent,
  progressEvent,
  type RefusalCode,
  type UpdateProgressAnswer,
} from "@/lib/learning/schema";
import { refusalWords, unshownWords } from "@/lib/learning/words";
import { insertEnrolment } from "@/lib/learning/writes";
import { userFeed } from "@/lib/live/feeds";
import { commit } from "@/lib/live/publish";

const STARTS_PER_MINUTE = 30;
const MINUTE_MS = 60_000;

type Enrolled = { enrolmentId: string; courseId: string; slug: string; isNew: boolean };

/** A learner chooses a course. A repeat is answered with the enrolment that is there. */
export async function enrol(viewer: Viewer, courseId: string, now: Date): Promise<Enrolled> {
  if (!canEnrol(viewer)) throw new AppError("forbidden", "Students and staff take courses.");
  return enrolLearner(viewer, { userId: viewer.userId, courseId, source: "SELF", dueAt: null }, now);
}

/** An organization has one of its staff take a course by a date; an admin may have anybody. */
export async function assignCourse(
  viewer: Viewer,
  wanted: { userId: string; courseId: string; dueAt: Date | null },
  now: Date,
): Promise<Enrolled> {
  if (viewer.role !== "ORGANIZATION" && viewer.role !== "ADMIN")
    throw new AppError("forbidden", "Organizations assign courses to their staff.");
  const learner = await db().user.findFirst({
    where: {
      id: wanted.userId,
      role: { in: ["STUDENT", "STAFF"] },
      ...(viewer.role === "ADMIN" ? {} : { organizationId: viewer.organizationId ?? "" }),
    },
    select: { id: true },
  });
  if (!learner) throw notFound();
  return enrolLearner(viewer, { ...wanted, source: "ASSIGNED" }, now);
}

async function enrolLearner(
  viewer: Viewer,
  wanted: { userId: string; courseId: string; source: "SELF" | "ASSIGNED"; dueAt: Date | null },
  now: Date,
): Promise<Enrolled> {
  const where = { userId_courseId: { userId: wanted.userId, courseId: wanted.courseId } };
  const findExisting = async (): Promise<Enrolled | null> => {
    const row = await db().enrolment.findUnique({
      where,
      select: { id: true, courseId: true, course: { select: { slug: true } } },
    });
    return row && { enrolmentId: row.id, courseId: row.courseId, slug: row.course.slug, isNew: false };
  };
  const existing = await findExisting();
  if (existing) return existing;
  try {
    return await commit(now, async ({ tx, publish }) => {
      const course = await tx.course.findFirst({
        where: { id: wanted.courseId, status: "PUBLISHED", currentVersionId: { not: null } },
        select: {
          id: true,
          slug: true,
          title: true,
          currentVersion: { select: { id: true, totalContent: true } },
        },
      });
      if (!course?.currentVersion)
        throw new AppError("unknown_course", "That course cannot be taken here. Nothing was saved.", {
          fields: { courseId: "Please choose a course that can be taken by oneself." },
        });
      const enrolmentId = await insertEnrolment(
        tx,
        { ...wanted, versionId: course.currentVersion.id, totalContent: course.currentVersion.totalContent },
        now,
      );
      await recordAudit(
        tx,
        viewer,
        {
          action: "enrolment.create",
          subjectId: enrolmentId,
          detail: { courseId: course.id, userId: wanted.userId },
        },
        now,
      );
      publish([userFeed(wanted.userId)], {
        event: "dashboardChanged",
        data: { type: "enrolled", courseId: course.id, contentId: null, title: course.title },
      });
      return { enrolmentId, courseId: course.id, slug: course.slug, isNew: true };
    });
  } catch (error) {
    const first = isUniqueViolation(error) ? await findExisting() : null;
    if (!first) throw error;
    return first;
  }
}

/** A learner opens a course on a device. */
export async function startSession(
  viewer: Viewer,
  wanted: {
    courseId: string;
    moduleId?: string | null | undefined;
    device?: string | null | undefined;
    clientId?: string | undefined;
  },
  now: Date,
): Promise<{ sessionId: string; startedAt: Date }> {
  const { userId } = viewer;
  const { clientId } = wanted;
  const findRepeated = async () => {
    if (!clientId) return null;
    const row = await db().learningSession.findUnique({
      where: { userId_clientId: { userId, clientId } },
      select: { id: true, startedAt: true },
    });
    return row && { sessionId: row.id, startedAt: row.startedAt };
  };
  const repeated = await findRepeated();
  if (repeated) return repeated;
  const enrolment = await findOpenEnrolment(viewer, wanted.courseId);
  const recent = await db().learningSession.count({
    where: { userId, startedAt: { gt: new Date(now.getTime() - MINUTE_MS), lte: now } },
  });
  if (recent >= STARTS_PER_MINUTE * env().LOCKSTEP_LIMITS)
    throw new AppError("rate_limited", "That is a lot of sessions at once. Please wait a minute.", {
      retryAfterSeconds: 60,
    });
  if (wanted.moduleId) {
    const module = await db().module.findFirst({
      where: { id: wanted.moduleId, versionId: enrolment.versionId },
      select: { id: true },
    });
    if (!module) throw notFound();
  }
  try {
    const { id } = await db().learningSession.create({
      data: {
        userId,
        enrolmentId: enrolment.id,
        device: wanted.device ?? null,
        clientId: clientId ?? null,
        startedAt: now,
        lastHeardAt: now,
      },
      select: { id: true },
    });
    return { sessionId: id, startedAt: now };
  } catch (error) {
    const first = isUniqueViolation(error) ? await findRepeated() : null;
    if (!first) throw error;
    return first;
  }
}

/** @throws AppError not_found where there is no such course to be seen, not_enrolled where there is */
async function findOpenEnrolment(
  viewer: Viewer,
  courseId: string,
): Promise<{ id: string; versionId: string }> {
  const course = await db().course.findFirst({
    where: { id: courseId, status: "PUBLISHED", currentVersionId: { not: null } },
    select: {
      enrolments: { where: { userId: viewer.userId }, select: { id: true, versionId: true }, take: 1 },
    },
  });
  if (!course) throw notFound();
  const [enrolment] = course.enrolments;
  if (!enrolment) throw notEnrolled();
  return enrolment;
}

/** A learner leaves. A repeat is answered with what the first one said. */
export async function endSession(
  viewer: Viewer,
  sessionId: string,
  now: Date,
): Promise<{ sessionId: string; durationSeconds: number; activeSeconds: number; idleSeconds: number }> {
  return db().$transaction(async (tx) => {
    await tx.$queryRaw`SELECT id::text FROM "LearningSession" WHERE id = ${sessionId}::uuid FOR UPDATE`;
    const session = await tx.learningSession.findFirst({
      where: { id: sessionId, userId: viewer.userId },
      select: { startedAt: true, endedAt: true, activeSeconds: true },
    });
    if (!session) throw notFound();
    const endedAt = session.endedAt ?? (now < session.startedAt ? session.startedAt : now);
    const times = sessionTimes(session, endedAt);
    if (session.endedAt === null)
      await tx.learningSession.update({
        where: { id: sessionId },
        data: { endedAt, lastHeardAt: endedAt, idleSeconds: times.idleSeconds },
        select: { id: true },
      });
    return { sessionId, activeSeconds: session.activeSeconds, ...times };
  });
}

type Refused = UpdateProgressAnswer["refused"][number];

/**
 * Records what a learner did: one event or a batch, of one session or of several.
 * @param sent events as they came, each of which is looked at by itself
 * @throws AppError not_found where none of the sessions is the viewer's
 */
export async function recordProgress(
  viewer: Viewer,
  sent: readonly unknown[],
  now: Date,
): Promise<UpdateProgressAnswer> {
  const refused: Refused[] = [];
  const sessions = new Map<string, ProgressEvent[]>();
  for (const each of sent) {
    const parsed = progressEvent.safeParse(each);
    if (parsed.success) {
      const events = sessions.get(parsed.data.session_id) ?? [];
      events.push(parsed.data);
      sessions.set(parsed.data.session_id, events);
    } else refused.push(refusal(eventIdOf(each), "invalid_event", parsed.error.issues[0]));
  }

  const answer: UpdateProgressAnswer = { accepted: 0, duplicates: 0, refused, content: [], course: null };
  const content = new Map<string, UpdateProgressAnswer["content"][number]>();
  let known = 0;
  for (const [sessionId, events] of sessions) {
    const batch = await recordBatch(viewer.userId, sessionId, events, now);
    if (!batch) {
      refused.push(...events.map(({ event_id }) => refusal(event_id, "unknown_session")));
      continue;
    }
    known += 1;
    const { decision, courseId } = batch;
    answer.accepted += decision.recorded.length;
    answer.duplicates += decision.duplicates;
    refused.push(...decision.refused.map(({ eventId, code }) => refusal(eventId, code)));
    for (const item of decision.items) content.set(item.contentId, toContentAnswer(item));
    answer.course = toCourseAnswer(courseId, decision);
  }
  if (sessions.size > 0 && known === 0 && refused.every(({ code }) => code === "unknown_session"))
    throw notFound();
  return { ...answer, content: [...content.values()] };
}

function refusal(
  eventId: string | null,
  code: RefusalCode,
  issue?: { path: PropertyKey[]; message: string },
): Refused {
  const place = issue ? ` (${[...issue.path.map(String), issue.message].join(": ")})` : "";
  return { event_id: eventId, code, message: `${refusalWords[code]}${place}` };
}

function eventIdOf(sent: unknown): string | null {
  return typeof sent === "object" && sent !== null && "event_id" in sent && typeof sent.event_id === "string"
    ? sent.event_id.slice(0, 64)
    : null;
}

function toContentAnswer(item: BatchDecision["items"][number]): UpdateProgressAnswer["content"][number] {
  return {
    content_id: item.contentId,
    completion_percentage: item.completionPercentage,
    complete: item.completedAt !== null,
    last_position: item.lastPosition,
    reading_position: item.readingPosition,
    time_spent_seconds: coveredSeconds(item.active),
    watched: item.watched.map(([from, to]): [number, number] => [from, to]),
  };
}

function toCourseAnswer(
  courseId: string,
  { course }: BatchDecision,
): NonNullable<UpdateProgressAnswer["course"]> {
  return {
    course_id: courseId,
    completion_percentage: course.progressPercentage,
    completed_content: course.completedContent,
    total_content: course.totalContent,
    time_spent_minutes: Math.floor(coveredSeconds(course.active) / 60),
  };
}

/**
 * Somebody says that they are done. The time goes by the rules of a heartbeat, in the session that is open; the item is
 * complete only if it was shown to be.
 */
export async function claimProgress(viewer: Viewer, claim: ClaimBody, now: Date): Promise<ClaimAnswer> {
  const enrolment = await findOpenEnrolment(viewer, claim.courseId);
  const item = await db().content.findFirst({
    where: {
      id: claim.lessonId,
      versionId: enrolment.versionId,
      ...(claim.moduleId ? { moduleId: claim.moduleId } : {}),
    },
    select: { id: true, kind: true },
  });
  if (!item) throw notFound();
  const open = await db().learningSession.findFirst({
    where: { enrolmentId: enrolment.id, endedAt: null },
    orderBy: { startedAt: "desc" },
    select: { id: true },
  });
  const sessionId =
    open?.id ?? (await startSession(viewer, { courseId: claim.courseId, device: "API" }, now)).sessionId;
  const until = now.getTime() / 1000;
  const event: ProgressEvent = {
    content_id: item.id,
    session_id: sessionId,
    event_id: randomUUID(),
    interaction_type: claim.completed ? "complete" : "heartbeat",
    occurred_at: now,
    data: { active: [[until - claim.timeSpent * 60, until]] },
  };
  const batch = await recordBatch(viewer.userId, sessionId, [event], now);
  const complete = batch?.decision.items.some(
    ({ contentId, completedAt }) => contentId === item.id && completedAt !== null,
  );
  const [figures, summary] = await Promise.all([
    getEnrolmentFigures(viewer.userId, claim.courseId),
    readSummary(viewer.userId),
  ]);
  const answer = { course: { courseId: claim.courseId, ...figures }, summary };
  if (!claim.completed || complete) return { accepted: true, ...answer };
  const reason = unshown[item.kind];
  return { accepted: false, reason, message: unshownWords[reason], ...answer };
}

const unshown = {
  VIDEO: "not_watched",
  DOCUMENT: "not_read",
  QUIZ: "not_passed",
  ASSIGNMENT: "not_submitted",
} as const;

/** An instructor of the course, or an admin, marks, resets or excuses a learner's item, and says why. */
export async function changeByHand(
  viewer: Viewer,
  wanted: {
    userId: string;
    contentId: string;
    action: (typeof byHandActions)[number];
    reason: string;
  },
  now: Date,
): Promise<ByHandAnswer> {
  return commit(now, async ({ tx, publish }) => {
    const enrolment = await findTaught(tx, viewer, wanted);
    await tx.$queryRaw`SELECT id::text FROM "Enrolment" WHERE id = ${enrolment.id}::uuid FOR UPDATE`;
    const key = { userId_contentId: { userId: wanted.userId, contentId: wanted.contentId } };
    const before = await tx.contentProgress.findUnique({ where: key, select: { completedAt: true } });
    const wasComplete = (before?.completedAt ?? null) !== null;
    const reset = wanted.action === "reset";
    if (reset)
      await tx.$executeRaw`
        UPDATE "ContentProgress" SET watched = '{}', "completionPercentage" = 0, "lastPosition" = 0,
          "readingPosition" = 0, "readingAnchor" = NULL, "furthestPosition" = 0, "viewCount" = 0,
          "completedAt" = NULL, basis = NULL
        WHERE "userId" = ${wanted.userId}::uuid AND "contentId" = ${wanted.contentId}::uuid`;
    else {
      const basis = wanted.action === "excuse" ? "EXCUSED" : "MARKED";
      await tx.contentProgress.upsert({
        where: key,
        create: {
          userId: wanted.userId,
          contentId: wanted.contentId,
          enrolmentId: enrolment.id,
          completionPercentage: 100,
          completedAt: now,
          basis,
        },
        update: wasComplete ? {} : { completionPercentage: 100, completedAt: now, basis },
        select: { contentId: true },
      });
    }
    const completedContent = await tx.contentProgress.count({
      where: { enrolmentId: enrolment.id, completedAt: { not: null }, content: { isRequired: true } },
    });
    const progressPercentage = percentageOf(completedContent, enrolment.totalContent);
    const isWhole = completedContent === enrolment.totalContent;
    const { timeSpentSeconds } = await tx.enrolment.update({
      where: { id: enrolment.id },
      data: {
        completedContent,
        progressPercentage,
        completedAt: isWhole ? (enrolment.completedAt ?? now) : null,
        revision: { increment: 1 },
      },
      select: { timeSpentSeconds: true },
    });
    await tx.progressNews.createMany({ data: [{ enrolmentId: enrolment.id }], skipDuplicates: true });
    await recordAudit(
      tx,
      viewer,
      {
        action: `progress.${wanted.action}`,
        subjectId: wanted.contentId,
        detail: { userId: wanted.userId, reason: wanted.reason },
      },
      now,
    );
    const percentage = reset ? 0 : 100;
    const figures = {
      progressPercentage,
      completedContent,
      totalContent: enrolment.totalContent,
      timeSpentSeconds,
    };
    publish([userFeed(wanted.userId)], {
      event: "progressUpdate",
      data: {
        type: "progress_update",
        courseId: enrolment.courseId,
        userId: wanted.userId,
        ...figures,
        contentId: wanted.contentId,
        contentPercentage: percentage,
      },
    });
    return { ...figures, contentId: wanted.contentId, completionPercentage: percentage, complete: !reset };
  });
}

/** @throws AppError not_found where the viewer does not teach that learner that item */
async function findTaught(
  tx: Transaction,
  viewer: Viewer,
  { userId, contentId }: { userId: string; contentId: string },
) {
  const enrolment = await tx.enrolment.findFirst({
    where: { userId, version: { contents: { some: { id: contentId } } } },
    select: {
      id: true,
      courseId: true,
      totalContent: true,
      completedAt: true,
      course: { select: { instructors: { select: { userId: true } } } },
    },
  });
  const instructorIds = enrolment?.course.instructors.map((each) => each.userId) ?? [];
  if (!enrolment || !canChangeByHand(viewer, { instructorIds })) throw notFound();
  return enrolment;
}

function notFound(): AppError {
  return new AppError("not_found", "There is nothing here, or it is not yours to see.");
}

function notEnrolled(): AppError {
  return new AppError("not_enrolled", "You have not enrolled in this course.");
}

function isUniqueViolation(error: unknown): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && error.code === "P2002";
}
