import "server-only";
import { recordAudit } from "@/lib/access/audit";
import type { Viewer } from "@/lib/access/viewer";
import { db, type Transaction } from "@/lib/db";
import { Prisma } from "@/lib/generated/prisma/client";
import { AppError } from "@/lib/http/errors";
import type { LiveEvent } from "@/lib/live/events";
import { adminFeed, organizationFeed, userFeed } from "@/lib/live/feeds";
import { commit, type Write } from "@/lib/live/publish";
import { canAssign, canComplete, canRequestCourse } from "@/lib/training/policy";
import { findClashes, getRequest } from "@/lib/training/queries";
import {
  decideAssignment,
  decideCompletion,
  findPastDate,
  type Refusal,
  type RequestState,
} from "@/lib/training/rules";
import type { CourseRequest, RequestBody } from "@/lib/training/schema";
import { clashSentence, staleSentence } from "@/lib/training/words";

type Repeatable = { clientId?: string | undefined };

/** An organization asks for a course. A repeat with the same clientId answers with the request that the first one made. */
export async function requestCourse(viewer: Viewer, body: RequestBody, now: Date): Promise<CourseRequest> {
  if (!canRequestCourse(viewer)) throw new AppError("forbidden", "Only organizations request courses.");
  const { organizationId, userId } = viewer;
  const repeated = await findRepeated(db(), viewer, body.clientId, "new_course_request");
  if (repeated) return getRequest(viewer, repeated);

  const past = findPastDate(body.preferredDates, now);
  if (past !== null) throw pastDate(`preferredDates.${past}`);
  const neededBy = body.neededBy ? calendarDate(body.neededBy, viewer.timeZone) : null;
  if (neededBy && neededBy < calendarDate(now, viewer.timeZone)) throw pastDate("neededBy");

  try {
    return await commit(now, async ({ tx, publish }) => {
      const course = await tx.course.findFirst({
        where: { id: body.courseId, status: "PUBLISHED" },
        select: { id: true, title: true },
      });
      if (!course) {
        throw new AppError("unknown_course", "That course is not in the catalogue. Nothing was saved.", {
          fields: { courseId: "Please choose a course from the catalogue." },
        });
      }
      const { id } = await tx.courseRequest.create({
        data: {
          courseId: course.id,
          organizationId,
          requestedById: userId,
          preferredDates: body.preferredDates,
          headcount: body.headcount,
          location: body.location,
          neededBy: neededBy === null ? null : new Date(neededBy),
          note: body.note ?? null,
          createdAt: now,
        },
        select: { id: true },
      });
      await tx.statusChange.create({
        data: {
          requestId: id,
          actorId: userId,
          type: "new_course_request",
          toStatus: "PENDING",
          revision: 1,
          clientId: body.clientId ?? null,
          at: now,
        },
      });
      await recordAudit(
        tx,
        viewer,
        { action: "request.create", subjectId: id, detail: { courseId: course.id } },
        now,
      );
      const request = await getRequest(viewer, id, tx);
      publish([adminFeed, organizationFeed(organizationId)], {
        event: "newCourseRequest",
        data: {
          type: "new_course_request",
          courseId: course.id,
          courseTitle: course.title,
          requestId: id,
          organizationId,
          organizationName: request.organizationName,
          status: "pending",
          revision: 1,
          actorId: userId,
        },
      });
      return request;
    });
  } catch (error) {
    // Two sendings of one action ran side by side, and the other one was first.
    const first = isUniqueViolation(error)
      ? await findRepeated(db(), viewer, body.clientId, "new_course_request")
      : null;
    if (!first) throw error;
    return getRequest(viewer, first);
  }
}

/** An admin gives a request an instructor, a date and a duration, which confirms it; a confirmed class is reassigned. */
export async function assignInstructor(
  viewer: Viewer,
  wanted: {
    requestId: string;
    instructorId: string;
    scheduledDate: Date;
    durationMinutes: number;
    revision: number;
  } & Repeatable,
  now: Date,
): Promise<CourseRequest> {
  const times = { startsAt: wanted.scheduledDate, durationMinutes: wanted.durationMinutes };
  try {
    return await changeStatus(viewer, wanted, "course_assigned", now, async ({ tx }, request) => {
      if (!canAssign(viewer)) throw new AppError("forbidden", "Only admins assign instructors.");
      const decision = decideAssignment(stateOf(request), wanted.revision, times, now);
      if (decision.outcome !== "assigned") throw refused(decision, request);
      // One assignment at a time for each instructor: the second finds the first by a plain look, and two that clash
      // never wait for each other inside the exclusion constraint.
      await tx.$queryRaw`SELECT id::text FROM "User" WHERE id = ${wanted.instructorId}::uuid FOR NO KEY UPDATE`;
      const instructor = await tx.user.findFirst({
        where: { id: wanted.instructorId, role: "INSTRUCTOR" },
        select: { firstName: true, lastName: true },
      });
      if (!instructor) {
        throw new AppError("unknown_instructor", "That instructor is not known here. Nothing was saved.", {
          fields: { instructorId: "Please choose an instructor from the list." },
        });
      }
      const clashes = await findClashes(
        tx,
        [wanted.instructorId],
        decision.startsAt,
        decision.endsAt,
        request.id,
      );
      const clash = clashes.get(wanted.instructorId);
      if (clash) {
        const sentence = clashSentence(
          `${instructor.firstName} ${instructor.lastName}`,
          clash,
          request.requestedByTimeZone,
        );
        throw new AppError("double_booked", sentence, { body: { request, clash } });
      }
      return {
        action: "request.assign",
        data: {
          status: "CONFIRMED",
          instructorId: wanted.instructorId,
          startsAt: decision.startsAt,
          endsAt: decision.endsAt,
          acceptedAt: null,
        },
      };
    });
  } catch (error) {
    // The constraint beneath the look: whatever wrote past the lock above still cannot book an instructor twice.
    if (isExclusionViolation(error)) {
      throw new AppError(
        "double_booked",
        "That instructor was given another class at that time just now. Nothing was saved.",
      );
    }
    throw error;
  }
}

/** The instructor, or an admin, marks a class as held. */
export async function completeClass(
  viewer: Viewer,
  wanted: { requestId: string; revision: number } & Repeatable,
  now: Date,
): Promise<CourseRequest> {
  return changeStatus(viewer, wanted, "course_completed", now, async (_write, request) => {
    if (!canComplete(viewer, request))
      throw new AppError("forbidden", "Only the class's instructor or an admin completes it.");
    const decision = decideCompletion(stateOf(request), wanted.revision, now);
    if (decision.outcome !== "completed") throw refused(decision, request);
    return {
      action: "request.complete",
      // Who held the class has accepted it.
      data: {
        status: "COMPLETED",
        completedAt: decision.at,
        acceptedAt: request.acceptedAt ? new Date(request.acceptedAt) : decision.at,
      },
    };
  });
}

type StatusChangedEvent = Extract<LiveEvent, { event: "courseStatusChanged" }>["data"];
type StatusChangeType = Extract<
  LiveEvent,
  { event: "courseStatusChanged" | "newCourseRequest" }
>["data"]["type"];
type Change = {
  action: string;
  data: Prisma.CourseRequestUncheckedUpdateInput & { status: RequestState["status"] };
  reason?: string;
};

/**
 * The frame of every transition: under the row's lock, answers a repeat, lets `decide` choose, then writes the row with
 * the next revision, its StatusChange and its AuditEntry, and tells the organization, the admins and every instructor
 * concerned.
 */
async function changeStatus(
  viewer: Viewer,
  { requestId, clientId }: { requestId: string } & Repeatable,
  type: StatusChangedEvent["type"],
  now: Date,
  decide: (write: Write, request: CourseRequest) => Promise<Change>,
): Promise<CourseRequest> {
  return commit(now, async (write) => {
    const { tx, publish } = write;
    await tx.$queryRaw`SELECT id::text FROM "CourseRequest" WHERE id = ${requestId}::uuid FOR UPDATE`;
    const before = await getRequest(viewer, requestId, tx);
    const repeated = await findRepeated(tx, viewer, clientId, type);
    if (repeated === requestId) return before;
    if (repeated) throw reusedClientId();

    const change = await decide(write, before);
    const revision = before.revision + 1;
    await tx.courseRequest.update({
      where: { id: requestId },
      data: { ...change.data, revision },
      select: { id: true },
    });
    const after = await getRequest(viewer, requestId, tx);
    await tx.statusChange.create({
      data: {
        requestId,
        actorId: viewer.userId,
        type,
        fromStatus: stateOf(before).status,
        toStatus: change.data.status,
        revision,
        reason: change.reason ?? null,
        instructorId: after.instructorId,
        startsAt: after.scheduledDate,
        clientId: clientId ?? null,
        at: now,
      },
    });
    await recordAudit(
      tx,
      viewer,
      {
        action: change.action,
        subjectId: requestId,
        detail: { revision, instructorId: after.instructorId, scheduledDate: after.scheduledDate },
      },
      now,
    );
    const instructorFeeds = [before.instructorId, after.instructorId]
      .filter((id) => id !== null)
      .map(userFeed);
    publish([adminFeed, organizationFeed(after.organizationId), ...instructorFeeds], {
      event: "courseStatusChanged",
      data: {
        type,
        courseId: after.courseId,
        courseTitle: after.courseTitle,
        requestId,
        status: after.status,
        instructorId: after.instructorId,
        instructorName: after.instructorName,
        scheduledDate: after.scheduledDate,
        revision,
        actorId: viewer.userId,
      },
    });
    return after;
  });
}

/**
 * The request that this viewer's earlier sending of the same action made or changed.
 * @throws AppError validation_failed where the clientId was another action's
 */
async function findRepeated(
  reader: Transaction,
  viewer: Viewer,
  clientId: string | undefined,
  type: StatusChangeType,
): Promise<string | null> {
  if (!clientId) return null;
  const change = await reader.statusChange.findUnique({
    where: { actorId_clientId: { actorId: viewer.userId, clientId } },
    select: { requestId: true, type: true },
  });
  if (change && change.type !== type) throw reusedClientId();
  return change?.requestId ?? null;
}

function reusedClientId(): AppError {
  return new AppError("validation_failed", "That clientId belongs to another action. Nothing was saved.", {
    fields: { clientId: "Please give each action an id of its own." },
  });
}

const stateNames = {
  pending: "PENDING",
  confirmed: "CONFIRMED",
  completed: "COMPLETED",
  cancelled: "CANCELLED",
} as const;

function stateOf(request: CourseRequest): RequestState {
  return {
    status: stateNames[request.status],
    revision: request.revision,
    startsAt: request.scheduledDate ? new Date(request.scheduledDate) : null,
  };
}

function refused(refusal: Refusal, request: CourseRequest): AppError {
  if (refusal.outcome === "stale") {
    return new AppError("stale_revision", staleSentence(request), { body: { request } });
  }
  if (refusal.outcome === "illegal") {
    const sentence = `That cannot be done to a ${request.status} request. Nothing was saved.`;
    return new AppError("illegal_transition", sentence, { body: { request } });
  }
  if (refusal.reason === "past-date") return pastDate("scheduledDate");
  return new AppError(
    "not_begun",
    "The class has not begun yet; it can be marked complete once it has. Nothing was saved.",
    {
      body: { request },
    },
  );
}

function pastDate(field: string): AppError {
  return new AppError(
    "past_date",
    "That date has passed. Please choose one that lies ahead; nothing was saved.",
    {
      fields: { [field]: "This date has passed." },
    },
  );
}

/** The calendar date, as "2026-12-01": of an instant, the one in the zone. */
function calendarDate(value: string | Date, timeZone: string): string {
  if (typeof value === "string") return value;
  return new Intl.DateTimeFormat("en-CA", {
    timeZone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  }).format(value);
}

function isUniqueViolation(error: unknown): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && error.code === "P2002";
}

function isExclusionViolation(error: unknown): boolean {
  return (
    error instanceof Error &&
    /CourseRequest_no_double_booking|23P01/.test(`${error.message}${JSON.stringify(error)}`)
  );
}
