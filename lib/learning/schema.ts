import { z } from "zod";
import { instant, pageLimit, text } from "@/lib/http/input";

export const catalogueQuery = z.object({
  q: text(100).optional(),
  cursor: z.uuid().optional(),
  limit: pageLimit,
});

export const cataloguePage = z.object({
  items: z.array(
    z.object({
      id: z.uuid(),
      slug: z.string(),
      title: z.string(),
      summary: z.string(),
      durationMinutes: z.number().int(),
      /** Whether it can be taken by oneself; every course can be asked for as a class. */
      isSelfPaced: z.boolean(),
    }),
  ),
  nextCursor: z.string().nullable(),
});
export type CataloguePage = z.infer<typeof cataloguePage>;

/** Courses and their items are named in addresses by slugs. */
export const slug = z
  .string()
  .max(80)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, "Please use small letters, digits and single hyphens.");

const contentKinds = ["video", "document", "quiz", "assignment"] as const;
const contentKind = z.enum(contentKinds);

/** A stretch from … to …, in seconds. */
const stretch = z.tuple([z.number(), z.number()]);
const percentage = z.number().int().min(0).max(100);

// What a version keeps of an item, by its kind.

/** What is said from … to …, in seconds of the video. */
const cue = z.object({ from: z.number().min(0), to: z.number().positive(), text: z.string() });

export const quizQuestion = z.object({
  id: slug,
  text: text(2_000),
  /** One answer, or all that are right. */
  type: z.enum(["single", "multiple"]),
  options: z
    .array(z.object({ id: slug, text: text(500), isCorrect: z.boolean(), feedback: text(1_000).optional() }))
    .min(2)
    .max(10),
  /** Shown after answering, whatever the answer was. */
  explanation: text(2_000).optional(),
});

export const contentBody = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("video"), transcript: z.array(cue) }),
  z.discriminatedUnion("format", [
    z.object({ kind: z.literal("document"), format: z.literal("markdown"), markdown: z.string() }),
    /** `path` names the file in the course's folder. */
    z.object({ kind: z.literal("document"), format: z.literal("pdf"), path: z.string() }),
  ]),
  z.object({
    kind: z.literal("quiz"),
    passPercentage: percentage,
    questions: z.array(quizQuestion).min(1).max(100),
  }),
  z.object({
    kind: z.literal("assignment"),
    markdown: z.string(),
    /** What is asked for; "none" is done by reading it. */
    submission: z.enum(["none", "text", "file"]),
  }),
]);
export type ContentBody = z.infer<typeof contentBody>;

// What a learner's page shows.

/** The figures of an enrolment. `completedContent` and `totalContent` count required items. */
const courseFigures = z.object({
  progressPercentage: percentage,
  completedContent: z.number().int(),
  totalContent: z.number().int(),
  timeSpentSeconds: z.number().int(),
});

/** The item to go on with, and where in it: `position` in seconds of a video, `readingPosition` from 0 to 1. */
const resume = z.object({
  contentId: z.uuid(),
  contentSlug: z.string(),
  contentTitle: z.string(),
  kind: contentKind,
  position: z.number(),
  readingPosition: z.number(),
  readingAnchor: z.string().nullable(),
});
export type Resume = z.infer<typeof resume>;

const outlineItem = z.object({
  id: z.uuid(),
  slug: z.string(),
  title: z.string(),
  kind: contentKind,
  isRequired: z.boolean(),
  durationSeconds: z.number().int().nullable(),
  /** What it takes to watch, read, answer or do it. */
  estimatedSeconds: z.number().int(),
  completionPercentage: percentage,
  complete: z.boolean(),
  /** How it came to be complete: by the rules, marked by hand, or excused. */
  basis: z.enum(["earned", "marked", "excused"]).nullable(),
  lastPosition: z.number(),
  readingPosition: z.number(),
});
export type OutlineItem = z.infer<typeof outlineItem>;

const enrolment = courseFigures.extend({
  id: z.uuid(),
  source: z.enum(["self", "assigned"]),
  dueAt: z.string().nullable(),
  enrolledAt: z.string(),
  lastActivityAt: z.string().nullable(),
  completedAt: z.string().nullable(),
});

/** A course with its modules and items, and how far the viewer is; `enrolment` is null for who has not enrolled. */
export const courseOutline = z.object({
  courseId: z.uuid(),
  slug: z.string(),
  title: z.string(),
  summary: z.string(),
  /** Of the version that is shown: the learner's own, else the newest. */
  version: z.number().int(),
  enrolment: enrolment.nullable(),
  /** Whether the viewer may enrol now. */
  canEnrol: z.boolean(),
  modules: z.array(
    z.object({
      id: z.uuid(),
      title: z.string(),
      summary: z.string().nullable(),
      completionPercentage: percentage,
      complete: z.boolean(),
      contents: z.array(outlineItem),
    }),
  ),
  resume: resume.nullable(),
  /** When this was read. */
  asOf: z.string(),
});
export type CourseOutline = z.infer<typeof courseOutline>;

const neighbour = z.object({ id: z.uuid(), slug: z.string(), title: z.string(), kind: contentKind });

const videoFile = z.object({ url: z.string(), contentType: z.string(), height: z.number().int().nullable() });
const captionFile = z.object({ url: z.string(), language: z.string(), label: z.string() });

/** What is shown in the page, by kind. A quiz's answers are not among it. */
const shownBody = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("video"),
    videoUrl: z.string(),
    posterUrl: z.string(),
    /** Largest first. */
    renditions: z.array(videoFile),
    captions: z.array(captionFile),
    transcript: z.array(cue),
    durationSeconds: z.number().int(),
    /** Watched stretches, in order and apart. */
    watched: z.array(stretch),
  }),
  z.discriminatedUnion("format", [
    z.object({
      kind: z.literal("document"),
      format: z.literal("markdown"),
      markdown: z.string(),
      /** Where each relative link or picture of the Markdown lies. */
      files: z.record(z.string(), z.string()),
    }),
    z.object({ kind: z.literal("document"), format: z.literal("pdf"), url: z.string() }),
  ]),
  /** `isOpen`: whether it can be taken. */
  z.object({
    kind: z.literal("quiz"),
    isOpen: z.boolean(),
    questionCount: z.number().int(),
    passPercentage: percentage,
  }),
  /** `isOpen`: whether what it asks for can be handed in; one that asks for nothing is done by reading it. */
  z.object({
    kind: z.literal("assignment"),
    isOpen: z.boolean(),
    markdown: z.string(),
    submission: z.enum(["none", "text", "file"]),
    files: z.record(z.string(), z.string()),
  }),
]);

/** An item as the learner's page shows it. */
export const contentDetail = z.object({
  courseId: z.uuid(),
  courseSlug: z.string(),
  courseTitle: z.string(),
  moduleId: z.uuid(),
  moduleTitle: z.string(),
  item: outlineItem.extend({ readingAnchor: z.string().nullable() }),
  body: shownBody,
  previous: neighbour.nullable(),
  next: neighbour.nullable(),
  /** False for an instructor or admin who looks without being enrolled: nothing is recorded. */
  isEnrolled: z.boolean(),
  asOf: z.string(),
});
export type ContentDetail = z.infer<typeof contentDetail>;

/** A course of the viewer's own. */
export const myCourse = enrolment.extend({
  courseId: z.uuid(),
  slug: z.string(),
  title: z.string(),
  summary: z.string(),
  /** False once the course is withdrawn: it is listed, and nothing more is recorded. */
  isOpen: z.boolean(),
  resume: resume.nullable(),
});
export type MyCourse = z.infer<typeof myCourse>;

export const myCoursesPage = z.object({
  items: z.array(myCourse),
  total: z.number().int(),
  nextCursor: z.string().nullable(),
});
export type MyCoursesPage = z.infer<typeof myCoursesPage>;

export const pageQuery = z.object({ cursor: z.uuid().optional(), limit: pageLimit });
export const courseParams = z.object({ course: slug });
export const contentParams = z.object({ course: slug, content: slug });
export const courseFileParams = z.object({ id: z.uuid() });

export const enrolBody = z.object({ courseId: z.uuid() });
export const enrolAnswer = z.object({ enrolmentId: z.uuid(), courseId: z.uuid(), slug: z.string() });

/** A learner at a course on one device. */
export const learningSession = z.object({
  id: z.uuid(),
  courseId: z.uuid(),
  courseTitle: z.string(),
  device: z.string().nullable(),
  startedAt: z.string(),
  endedAt: z.string().nullable(),
  lastHeardAt: z.string(),
  pagesViewed: z.number().int(),
  videosWatched: z.number().int(),
  quizzesAttempted: z.number().int(),
  activeSeconds: z.number().int(),
  idleSeconds: z.number().int(),
});
export const learningSessionPage = z.object({
  items: z.array(learningSession),
  nextCursor: z.string().nullable(),
});
export type LearningSessionPage = z.infer<typeof learningSessionPage>;
export const sessionsQuery = pageQuery.extend({ courseId: z.uuid().optional() });

/** What an instructor of the course or an admin does with an item by hand. */
export const byHandActions = ["mark", "reset", "excuse"] as const;
export const byHandParams = z.object({
  userId: z.uuid(),
  contentId: z.uuid(),
  action: z.enum(byHandActions),
});
export const byHandBody = z.object({ reason: text(500) });
export const byHandAnswer = courseFigures.extend({
  contentId: z.uuid(),
  completionPercentage: percentage,
  complete: z.boolean(),
});
export type ByHandAnswer = z.infer<typeof byHandAnswer>;

// The five endpoints below speak snake_case.

export const startSessionBody = z.object({
  course_id: z.uuid(),
  module_id: z.uuid().nullish(),
  device: text(120).nullish(),
  /** Chosen by the client for one start: a retry with the same one is answered like the first. */
  client_id: z.uuid().optional(),
});
export const startSessionAnswer = z.object({ session_id: z.uuid(), started_at: z.iso.datetime() });

export const endSessionBody = z.object({ session_id: z.uuid() });
export const endSessionAnswer = z.object({
  session_id: z.uuid(),
  duration_seconds: z.number().int(),
  active_seconds: z.number().int(),
  idle_time_minutes: z.number(),
});

export const interactionTypes = [
  "view",
  "progress",
  "play",
  "pause",
  "seek",
  "ratechange",
  "complete",
  "download",
  "scroll",
  "answer",
  "heartbeat",
] as const;

export const MAX_EVENTS = 500;
const MAX_STRETCHES = 200;

const seconds = z.number().min(0).max(1_000_000);

/** One thing that a learner did. Times of a video are its seconds; `active` is in epoch seconds by the server's clock. */
export const progressEvent = z.object({
  content_id: z.uuid(),
  interaction_type: z.enum(interactionTypes),
  session_id: z.uuid(),
  /** Chosen by the client: the same one twice is one event. */
  event_id: z.string().regex(/^[A-Za-z0-9_.:-]{1,64}$/),
  occurred_at: instant,
  data: z
    .object({
      position: seconds.optional(),
      /** Stretches of the video that were watched. */
      ranges: z
        .array(z.tuple([z.number(), z.number()]))
        .max(MAX_STRETCHES)
        .optional(),
      playback_rate: z.number().min(0.0625).max(16).optional(),
      /** From 0 to 1. */
      reading_position: z.number().min(0).max(1).optional(),
      reading_anchor: z.string().max(200).optional(),
      /** Stretches of engaged time, together at most 20 s. */
      active: z
        .array(z.tuple([z.number(), z.number()]))
        .max(MAX_STRETCHES)
        .optional(),
      duration_seconds: seconds.optional(),
      completion_percentage: z.number().min(0).max(100).optional(),
    })
    .default({}),
});
export type ProgressEvent = z.infer<typeof progressEvent>;

/** One event or a batch; each event is looked at by itself, so that one that is wrong does not spoil the rest. */
export const updateProgressBody = z
  .union([
    z.object({ events: z.array(z.unknown()).min(1).max(MAX_EVENTS) }),
    z.looseObject({ event_id: z.unknown() }),
  ])
  .transform((body) =>
    "events" in body && Array.isArray(body.events) ? body.events : ([body] satisfies unknown[]),
  );

export const refusalCodes = [
  "invalid_event",
  "unknown_session",
  "unknown_content",
  "course_withdrawn",
  "invalid_range",
  "out_of_range",
  "wrong_kind",
] as const;
export type RefusalCode = (typeof refusalCodes)[number];

export const updateProgressAnswer = z.object({
  /** How many events were recorded now. */
  accepted: z.number().int(),
  /** How many had been recorded before. */
  duplicates: z.number().int(),
  refused: z.array(
    z.object({ event_id: z.string().nullable(), code: z.enum(refusalCodes), message: z.string() }),
  ),
  content: z.array(
    z.object({
      content_id: z.uuid(),
      completion_percentage: percentage,
      complete: z.boolean(),
      last_position: z.number(),
      reading_position: z.number(),
      time_spent_seconds: z.number().int(),
      /** Of a video: what the server holds as watched. */
      watched: z.array(stretch),
    }),
  ),
  course: z
    .object({
      course_id: z.uuid(),
      completion_percentage: percentage,
      completed_content: z.number().int(),
      total_content: z.number().int(),
      time_spent_minutes: z.number().int(),
    })
    .nullable(),
});
export type UpdateProgressAnswer = z.infer<typeof updateProgressAnswer>;

/** `me`, or a user's id. */
const userRef = z.union([z.literal("me"), z.uuid()]);
export const realtimeProgressParams = z.object({ user: userRef, course: z.uuid() });
export const contentProgressParams = z.object({ user: userRef, content: z.uuid() });

export const realtimeProgress = z.object({
  course_id: z.uuid(),
  user_id: z.uuid(),
  completion_percentage: percentage,
  completed_content: z.number().int(),
  total_content: z.number().int(),
  time_spent_minutes: z.number().int(),
  total_sessions: z.number().int(),
  /** In minutes. */
  avg_session_duration: z.number(),
  current_module_id: z.uuid().nullable(),
  last_activity_at: z.string().nullable(),
  completed_at: z.string().nullable(),
  modules: z.array(
    z.object({
      module_id: z.uuid(),
      title: z.string(),
      completion_percentage: percentage,
      complete: z.boolean(),
      contents: z.array(
        z.object({
          content_id: z.uuid(),
          title: z.string(),
          kind: contentKind,
          required: z.boolean(),
          completion_percentage: percentage,
          complete: z.boolean(),
          last_position: z.number(),
        }),
      ),
    }),
  ),
});
export type RealtimeProgress = z.infer<typeof realtimeProgress>;

export const contentProgress = z.object({
  content_id: z.uuid(),
  user_id: z.uuid(),
  completion_percentage: percentage,
  complete: z.boolean(),
  time_spent_seconds: z.number().int(),
  last_position: z.number(),
  reading_position: z.number(),
  view_count: z.number().int(),
  pause_count: z.number().int(),
  seek_count: z.number().int(),
  download_count: z.number().int(),
  completed_at: z.string().nullable(),
});
export type ContentProgress = z.infer<typeof contentProgress>;

/** POST /api/dashboard/progress/update. `timeSpent` is in minutes. */
export const claimBody = z.object({
  courseId: z.uuid(),
  lessonId: z.uuid(),
  moduleId: z.uuid().nullish(),
  timeSpent: z
    .number()
    .min(0)
    .max(24 * 60),
  completed: z.boolean(),
});
export type ClaimBody = z.infer<typeof claimBody>;

export const claimAnswer = z.object({
  accepted: z.boolean(),
  /** Where it is not: what is still to be shown, as a code. */
  reason: z.enum(["not_watched", "not_read", "not_passed", "not_submitted", "course_withdrawn"]).optional(),
  message: z.string().optional(),
  course: z.object({
    courseId: z.uuid(),
    progressPercentage: percentage,
    completedContent: z.number().int(),
    totalContent: z.number().int(),
  }),
  summary: z.object({ enrolledCourses: z.number().int(), averageProgress: percentage }),
});
export type ClaimAnswer = z.infer<typeof claimAnswer>;
