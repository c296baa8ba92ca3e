import "server-only";
import type { Viewer } from "@/lib/access/viewer";
import { db, type Transaction } from "@/lib/db";
import type { Prisma } from "@/lib/generated/prisma/client";
import { AppError } from "@/lib/http/errors";
import { cutPage, pageWindow } from "@/lib/http/paging";
import { canAssign, canListRequests } from "@/lib/training/policy";
import { endOf, minutesBetween } from "@/lib/training/rules";
import type {
  Clash,
  CourseRequest,
  InstructorPage,
  RequestDetail,
  RequestPage,
  RequestStatusName,
} from "@/lib/training/schema";

type Reader = Transaction;
type Page = { cursor?: string | undefined; limit: number };

const HISTORY_LIMIT = 200;

const requestColumns = {
  id: true,
  courseId: true,
  organizationId: true,
  instructorId: true,
  status: true,
  revision: true,
  preferredDates: true,
  headcount: true,
  location: true,
  neededBy: true,
  note: true,
  startsAt: true,
  endsAt: true,
  acceptedAt: true,
  completedAt: true,
  createdAt: true,
  course: { select: { title: true, durationMinutes: true } },
  organization: { select: { name: true } },
  requestedBy: { select: { firstName: true, lastName: true, timeZone: true } },
  instructor: { select: { firstName: true, lastName: true } },
} satisfies Prisma.CourseRequestSelect;

type RequestRow = Prisma.CourseRequestGetPayload<{ select: typeof requestColumns }>;

const orders = {
  pending: [{ createdAt: "desc" }, { id: "desc" }],
  confirmed: [{ startsAt: "asc" }, { id: "asc" }],
  completed: [{ startsAt: "desc" }, { id: "desc" }],
  cancelled: [{ createdAt: "desc" }, { id: "desc" }],
} as const satisfies Record<RequestStatusName, Prisma.CourseRequestOrderByWithRelationInput[]>;

const rowStatus = {
  pending: "PENDING",
  confirmed: "CONFIRMED",
  completed: "COMPLETED",
  cancelled: "CANCELLED",
} as const;
const statusName = {
  PENDING: "pending",
  CONFIRMED: "confirmed",
  COMPLETED: "completed",
  CANCELLED: "cancelled",
} as const;

/** The requests that a viewer may see: part of every WHERE. Null where the viewer sees none by role. */
function visibleTo(viewer: Viewer): Prisma.CourseRequestWhereInput | null {
  if (!canListRequests(viewer)) return null;
  if (viewer.role === "ADMIN") return {};
  return viewer.role === "INSTRUCTOR"
    ? { instructorId: viewer.userId }
    : { organizationId: viewer.organizationId ?? "" };
}

function assertCanList(viewer: Viewer): Prisma.CourseRequestWhereInput {
  const visible = visibleTo(viewer);
  if (!visible)
    throw new AppError("forbidden", "Course requests are for organizations, instructors and admins.");
  return visible;
}

/** The requests of one status, newest first; confirmed ones by their date. */
export async function listRequests(
  viewer: Viewer,
  status: RequestStatusName,
  page: Page,
): Promise<RequestPage> {
  return readPage({ ...assertCanList(viewer), status: rowStatus[status] }, orders[status], page);
}

/** The viewer's classes, confirmed and completed: upcoming ones soonest first, held ones latest first. */
export async function listClasses(
  viewer: Viewer,
  page: Page & { status?: "confirmed" | "completed" | undefined },
): Promise<RequestPage> {
  const visible = assertCanList(viewer);
  if (page.status) return readPage({ ...visible, status: rowStatus[page.status] }, orders[page.status], page);
  return readPage({ ...visible, status: { in: ["CONFIRMED", "COMPLETED"] } }, orders.completed, page);
}

async function readPage(
  where: Prisma.CourseRequestWhereInput,
  orderBy: readonly Prisma.CourseRequestOrderByWithRelationInput[],
  { cursor, limit }: Page,
): Promise<RequestPage> {
  const [rows, total] = await Promise.all([
    db().courseRequest.findMany({
      where,
      orderBy: [...orderBy],
      ...pageWindow(cursor, limit),
      select: requestColumns,
    }),
    db().courseRequest.count({ where }),
  ]);
  const { shown, nextCursor } = cutPage(rows, cursor, limit);
  return { items: shown.map(toCourseRequest), total, nextCursor };
}

/** @throws AppError not_found, also where the viewer may not see it */
export async function getRequest(viewer: Viewer, id: string, reader: Reader = db()): Promise<CourseRequest> {
  const visible = visibleTo(viewer);
  const row =
    visible &&
    (await reader.courseRequest.findFirst({ where: { AND: [{ id }, visible] }, select: requestColumns }));
  if (!row) throw new AppError("not_found", "There is no such request, or it is not yours to see.");
  return toCourseRequest(row);
}

/** A request with its transitions, latest first. */
export async function getRequestDetail(viewer: Viewer, id: string): Promise<RequestDetail> {
  const request = await getRequest(viewer, id);
  const changes = await db().statusChange.findMany({
    where: { requestId: id },
    orderBy: { revision: "desc" },
    take: HISTORY_LIMIT,
    select: {
      id: true,
      type: true,
      fromStatus: true,
      toStatus: true,
      revision: true,
      reason: true,
      at: true,
      startsAt: true,
      actor: { select: { firstName: true, lastName: true } },
      instructor: { select: { firstName: true, lastName: true } },
    },
  });
  return {
    request,
    history: changes.map(({ actor, instructor, fromStatus, toStatus, startsAt, at, ...change }) => ({
      ...change,
      fromStatus: fromStatus && statusName[fromStatus],
      toStatus: statusName[toStatus],
      actorName: fullName(actor),
      instructorName: instructor && fullName(instructor),
      scheduledDate: startsAt?.toISOString() ?? null,
      at: at.toISOString(),
    })),
  };
}

/** Instructors by name; with a time, whether each is free then and what stands in the way. */
export async function listInstructors(
  viewer: Viewer,
  {
    cursor,
    limit,
    scheduledDate,
    durationMinutes,
    exceptRequestId,
  }: Page & {
    scheduledDate?: Date | undefined;
    durationMinutes?: number | undefined;
    exceptRequestId?: string | undefined;
  },
): Promise<InstructorPage> {
  if (!canAssign(viewer)) throw new AppError("forbidden", "Only admins see when instructors are free.");
  const where = { role: "INSTRUCTOR" } as const;
  const [rows, total] = await Promise.all([
    db().user.findMany({
      where,
      orderBy: [{ lastName: "asc" }, { firstName: "asc" }, { id: "asc" }],
      ...pageWindow(cursor, limit),
      select: { id: true, firstName: true, lastName: true },
    }),
    db().user.count({ where }),
  ]);
  const { shown, nextCursor } = cutPage(rows, cursor, limit);
  const clashes =
    scheduledDate && durationMinutes
      ? await findClashes(
          db(),
          shown.map(({ id }) => id),
          scheduledDate,
          endOf(scheduledDate, durationMinutes),
          exceptRequestId,
        )
      : new Map<string, Clash>();
  return {
    items: shown.map(({ id, firstName, lastName }) => {
      const found = clashes.get(id);
      return {
        id,
        name: fullName({ firstName, lastName }),
        available: !found,
        ...(found ? { clash: found } : {}),
      };
    }),
    total,
    nextCursor,
  };
}

/** The earliest confirmed class of each instructor in that time, leaving out the request that is being assigned. */
export async function findClashes(
  reader: Reader,
  instructorIds: readonly string[],
  startsAt: Date,
  endsAt: Date,
  exceptRequestId?: string,
): Promise<Map<string, Clash>> {
  const rows = await reader.courseRequest.findMany({
    where: {
      instructorId: { in: [...instructorIds] },
      status: "CONFIRMED",
      startsAt: { lt: endsAt },
      endsAt: { gt: startsAt },
      ...(exceptRequestId ? { id: { not: exceptRequestId } } : {}),
    },
    orderBy: { startsAt: "desc" },
    select: requestColumns,
  });
  const clashes = new Map<string, Clash>();
  for (const row of rows) {
    if (!row.instructorId || !row.startsAt || !row.endsAt) continue;
    clashes.set(row.instructorId, {
      requestId: row.id,
      courseTitle: row.course.title,
      organizationName: row.organization.name,
      startsAt: row.startsAt.toISOString(),
      endsAt: row.endsAt.toISOString(),
    });
  }
  return clashes;
}

function fullName({ firstName, lastName }: { firstName: string; lastName: string }): string {
  return `${firstName} ${lastName}`;
}

function toCourseRequest(row: RequestRow): CourseRequest {
  return {
    id: row.id,
    courseId: row.courseId,
    courseTitle: row.course.title,
    organizationId: row.organizationId,
    organizationName: row.organization.name,
    requestedByName: fullName(row.requestedBy),
    requestedByTimeZone: row.requestedBy.timeZone,
    status: statusName[row.status],
    revision: row.revision,
    preferredDates: row.preferredDates.map((date) => date.toISOString()),
    headcount: row.headcount,
    location: row.location,
    neededBy: row.neededBy?.toISOString().slice(0, 10) ?? null,
    note: row.note,
    instructorId: row.instructorId,
    instructorName: row.instructor && fullName(row.instructor),
    scheduledDate: row.startsAt?.toISOString() ?? null,
    durationMinutes: row.startsAt && row.endsAt ? minutesBetween(row.startsAt, row.endsAt) : null,
    courseDurationMinutes: row.course.durationMinutes,
    acceptedAt: row.acceptedAt?.toISOString() ?? null,
    completedAt: row.completedAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  };
}
