import { z } from "zod";
import { instant, pageLimit, text } from "@/lib/http/input";

export const requestStatuses = ["pending", "confirmed", "completed", "cancelled"] as const;
export const requestStatus = z.enum(requestStatuses);
export type RequestStatusName = z.infer<typeof requestStatus>;

/** Chosen by the client for one action: a retry with the same one is answered like the first and not repeated. */
const clientId = z.uuid().optional();
const revision = z.number().int().positive().max(1_000_000);
const durationMinutes = z
  .number()
  .int()
  .min(15, "A class lasts at least 15 minutes.")
  .max(12 * 60, "A class lasts at most 12 hours.");

export const MAX_PREFERRED_DATES = 10;

export const requestBody = z.object({
  courseId: z.uuid(),
  /** Best first. */
  preferredDates: z.array(instant).min(1, "Please give at least one date.").max(MAX_PREFERRED_DATES),
  headcount: z.number().int().min(1, "At least one person takes part.").max(10_000),
  location: text(200),
  /** A calendar date; of an instant, the date in the zone of who asks. */
  neededBy: z.union([z.iso.date(), instant]).nullish(),
  note: text(2_000).nullish(),
  clientId,
});
export type RequestBody = z.infer<typeof requestBody>;

export const requestParams = z.object({ id: z.uuid() });

export const assignBody = z.object({
  instructorId: z.uuid(),
  scheduledDate: instant,
  durationMinutes,
  revision,
  clientId,
});
export const completeBody = z.object({ revision, clientId });

export const pageQuery = z.object({ cursor: z.uuid().optional(), limit: pageLimit });
export const statusParams = z.object({ status: requestStatus });
export const classesQuery = pageQuery.extend({ status: z.enum(["confirmed", "completed"]).optional() });
export const instructorsQuery = pageQuery
  .extend({
    scheduledDate: instant.optional(),
    durationMinutes: z.coerce.number().pipe(durationMinutes).optional(),
    /** A class that is being moved does not stand in its own way. */
    exceptRequestId: z.uuid().optional(),
  })
  .refine((query) => (query.scheduledDate === undefined) === (query.durationMinutes === undefined), {
    path: ["scheduledDate"],
    message: "Please give scheduledDate and durationMinutes together.",
  });

/** A course request and, once confirmed, the class. Instants are ISO 8601 in UTC. */
export const courseRequest = z.object({
  id: z.uuid(),
  courseId: z.uuid(),
  courseTitle: z.string(),
  organizationId: z.uuid(),
  organizationName: z.string(),
  requestedByName: z.string(),
  /** IANA zone of who asked. */
  requestedByTimeZone: z.string(),
  status: requestStatus,
  revision: z.number().int(),
  preferredDates: z.array(z.string()),
  headcount: z.number().int(),
  location: z.string(),
  /** A calendar date, as "2026-12-01". */
  neededBy: z.string().nullable(),
  note: z.string().nullable(),
  instructorId: z.uuid().nullable(),
  instructorName: z.string().nullable(),
  scheduledDate: z.string().nullable(),
  durationMinutes: z.number().int().nullable(),
  /** What the course takes by its author's word; a start for the class's own duration. */
  courseDurationMinutes: z.number().int(),
  acceptedAt: z.string().nullable(),
  completedAt: z.string().nullable(),
  createdAt: z.string(),
});
export type CourseRequest = z.infer<typeof courseRequest>;

export const requestPage = z.object({
  items: z.array(courseRequest),
  total: z.number().int(),
  nextCursor: z.string().nullable(),
});
export type RequestPage = z.infer<typeof requestPage>;

export const statusChange = z.object({
  id: z.uuid(),
  type: z.string(),
  fromStatus: requestStatus.nullable(),
  toStatus: requestStatus,
  revision: z.number().int(),
  actorName: z.string(),
  /** Who had the class after this change, and when it was to begin. */
  instructorName: z.string().nullable(),
  scheduledDate: z.string().nullable(),
  reason: z.string().nullable(),
  at: z.string(),
});
export type StatusChange = z.infer<typeof statusChange>;

export const requestDetail = z.object({ request: courseRequest, history: z.array(statusChange) });
export type RequestDetail = z.infer<typeof requestDetail>;

/** What stands in the way of an instructor at the wanted time. */
export const clash = z.object({
  requestId: z.uuid(),
  courseTitle: z.string(),
  organizationName: z.string(),
  startsAt: z.string(),
  endsAt: z.string(),
});
export type Clash = z.infer<typeof clash>;

export const instructorPage = z.object({
  items: z.array(
    z.object({ id: z.uuid(), name: z.string(), available: z.boolean(), clash: clash.optional() }),
  ),
  total: z.number().int(),
  nextCursor: z.string().nullable(),
});
export type InstructorPage = z.infer<typeof instructorPage>;
