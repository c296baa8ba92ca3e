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

export const uploadKinds = ["hero-video", "course-video"] as const;
export const uploadStatuses = [
  "queued",
  "starting",
  "compressing",
  "uploading",
  "completed",
  "error",
  "cancelled",
] as const;

export const uploadError = z.object({
  code: z.string(),
  message: z.string(),
  /** Whether POST …/retry can help: it re-uses the bytes that arrived. */
  retryable: z.boolean(),
});

/** What the upload of a hero made, once it is completed. */
export const uploadedElement = z.object({
  id: z.uuid(),
  type: z.literal("hero-video"),
  title: z.string(),
  status: z.enum(["draft", "published", "archived"]),
  videoUrl: z.string(),
  posterUrl: z.string(),
  width: z.number().int(),
  height: z.number().int(),
  durationSeconds: z.number(),
});

const uploadProgress = z.object({
  type: z.literal("upload_progress"),
  uploadId: z.uuid(),
  kind: z.enum(uploadKinds),
  fileName: z.string(),
  ownerId: z.uuid(),
  status: z.enum(uploadStatuses),
  /** 0-100. */
  progress: z.number().int(),
  message: z.string(),
  sizeBytes: z.number().int(),
  receivedBytes: z.number().int(),
  attempt: z.number().int(),
  /** On an error only. */
  error: uploadError.optional(),
  /** On the completion of a hero only. */
  element: uploadedElement.optional(),
});

const homepageChanged = z.object({
  type: z.literal("homepage_changed"),
  /** The element that it is about; null where it is the whole page. */
  elementId: z.uuid().nullable(),
  /** The newest release; drafts change without a new one, which visitors are not told of. */
  release: z.number().int(),
});

const courseProgress = {
  courseId: z.uuid(),
  userId: z.uuid(),
  /** 0-100, over required items. */
  progressPercentage: z.number().int(),
  completedContent: z.number().int(),
  totalContent: z.number().int(),
  timeSpentSeconds: z.number().int(),
};

/** How far a learner is, as of now. To organizations and instructors one event tells of all that a second brought. */
const progressUpdate = z.object({
  type: z.literal("progress_update"),
  ...courseProgress,
  /** The item that moved, on the learner's own feed. */
  contentId: z.uuid().optional(),
  contentPercentage: z.number().int().optional(),
  /** On other people's feeds: everybody whose figures moved, the one named above included. */
  learners: z.array(z.object(courseProgress)).optional(),
});

const dashboardChanged = z.object({
  type: z.enum([
    "lesson_completed",
    "quiz_completed",
    "enrolled",
    "points_awarded",
    "streak_changed",
    "certificate_issued",
    "resynced",
  ]),
  courseId: z.uuid(),
  /** The item that it is about, where it is about one. */
  contentId: z.uuid().nullable(),
  /** The title of the item, or of the course. */
  title: z.string(),
});

/** What a command publishes: the name of the server-sent event and its payload, before it has an id, a time and a place. */
export const liveEvent = z.discriminatedUnion("event", [
  z.object({ event: z.literal("courseStatusChanged"), data: courseStatusChanged }),
  z.object({ event: z.literal("newCourseRequest"), data: newCourseRequest }),
  z.object({ event: z.literal("uploadProgress"), data: uploadProgress }),
  z.object({ event: z.literal("homepageChanged"), data: homepageChanged }),
  z.object({ event: z.literal("progressUpdate"), data: progressUpdate }),
  z.object({ event: z.literal("dashboardChanged"), data: dashboardChanged }),
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
  z.object({
    event: z.literal("uploadProgress"),
    data: uploadProgress.extend({ ...envelope, ...place }),
  }),
  z.object({
    event: z.literal("homepageChanged"),
    data: homepageChanged.extend({ ...envelope, ...place }),
  }),
  z.object({
    event: z.literal("progressUpdate"),
    data: progressUpdate.extend({ ...envelope, ...place }),
  }),
  z.object({
    event: z.literal("dashboardChanged"),
    data: dashboardChanged.extend({ ...envelope, ...place }),
  }),
]);
export type WireEvent = z.infer<typeof wireEvent>;

export const wireEventNames = [
  "courseStatusChanged",
  "newCourseRequest",
  "uploadProgress",
  "homepageChanged",
  "progressUpdate",
  "dashboardChanged",
] as const satisfies ReadonlyArray<WireEvent["event"]>;

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
