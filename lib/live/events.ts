import { z } from "zod";

const envelope = { eventId: z.uuid(), timestamp: z.iso.datetime() };
const place = { feed: z.string(), seq: z.number().int().positive() };

const requestStatus = z.enum(["pending", "confirmed", "completed", "cancelled"]);

const courseStatusChanged = z.object({
  type: z.enum([
    "course_assigned",
    "course_completed",
    "course_cancelled",
    "course_rescheduled",
    "course_accepted",
    "course_declined",
  ]),
  courseId: z.uuid(),
  courseTitle: z.string(),
  requestId: z.uuid(),
  status: requestStatus,
  instructorId: z.uuid().nullable(),
  instructorName: z.string().nullable(),
  scheduledDate: z.iso.datetime().nullable(),
  revision: z.number().int().positive(),
  /** Who did it: that person's own screens need no toast about it. */
  actorId: z.uuid(),
});

const newCourseRequest = z.object({
  type: z.literal("new_course_request"),
  courseId: z.uuid(),
  courseTitle: z.string(),
  requestId: z.uuid(),
  organizationId: z.uuid(),
  organizationName: z.string(),
  status: z.literal("pending"),
  revision: z.number().int().positive(),
  actorId: z.uuid(),
});

/** What a command publishes: the name of the server-sent event and its payload, before it has an id, a time and a place. */
export const liveEvent = z.discriminatedUnion("event", [
  z.object({ event: z.literal("courseStatusChanged"), data: courseStatusChanged }),
  z.object({ event: z.literal("newCourseRequest"), data: newCourseRequest }),
]);
export type LiveEvent = z.infer<typeof liveEvent>;

/** What a stream or a poll brings: the same, with its id, time, feed and seq. */
export const wireEvent = z.discriminatedUnion("event", [
  z.object({
    event: z.literal("courseStatusChanged"),
    data: courseStatusChanged.extend({ ...envelope, ...place }),
  }),
  z.object({
    event: z.literal("newCourseRequest"),
    data: newCourseRequest.extend({ ...envelope, ...place }),
  }),
]);
export type WireEvent = z.infer<typeof wireEvent>;

export const wireEventNames = ["courseStatusChanged", "newCourseRequest"] as const satisfies ReadonlyArray<
  WireEvent["event"]
>;

/** Why a client must fetch everything anew instead of going on from its cursor. */
export const resetReasons = [
  "malformed",
  "other_feeds",
  "trimmed",
  "ahead",
  "diverged",
  "too_far_behind",
] as const;
export type ResetReason = (typeof resetReasons)[number];

/** Why a stream is ended on purpose: the client comes back, after `access_changed` as whoever it then is. */
export const byeReasons = ["restart", "max_age", "access_changed"] as const;
export type ByeReason = (typeof byeReasons)[number];

/** In-band, that stream only: what lies between the client's cursor and the head cannot be replayed. */
export const resetEvent = z.object({ ...envelope, type: z.literal("reset"), reason: z.enum(resetReasons) });

/**
 * In-band, every 15 s and whenever `isBehind` changes. `isBehind`: the server cannot read the database, so that what
 * happens meanwhile comes late.
 */
export const heartbeatEvent = z.object({
  type: z.literal("heartbeat"),
  timestamp: z.iso.datetime(),
  isBehind: z.boolean(),
});

/** The last word of a stream that is ended on purpose; the client comes back after `retryMs`. */
export const byeEvent = z.object({
  type: z.literal("bye"),
  reason: z.enum(byeReasons),
  retryMs: z.number().int().nonnegative(),
});

/** What `GET /api/events` answers as JSON. */
export const pollAnswer = z.object({
  events: z.array(
    z.object({ event: z.string(), feed: z.string(), seq: z.number().int(), data: z.unknown() }),
  ),
  cursor: z.string(),
  reset: z.enum(resetReasons).optional(),
});
