import path from "node:path";
import type { Viewer } from "@/lib/access/viewer";
import { db } from "@/lib/db";
import { env } from "@/lib/env";
import {
  assignCourse,
  changeByHand,
  endSession,
  enrol,
  recordProgress,
  startSession,
} from "@/lib/learning/commands";
import { readCourseFolder } from "@/lib/learning/course-folder";
import { importCourse } from "@/lib/learning/import";
import { HEARTBEAT_SECONDS } from "@/lib/learning/rules";
import { makeCourseVideos } from "./course-videos";

const DAY_MS = 24 * 60 * 60_000;

/** The courses of the repository, each with who teaches it. */
const taught = {
  "first-aid-and-cpr": ["mike", "sara"],
  "workplace-safety": ["sara"],
  "data-protection": ["mike"],
} as const;
type CourseSlug = keyof typeof taught;

type FindViewer = (name: string) => Promise<Viewer>;

/** Makes the videos of the courses, and publishes the courses, unless they are there already. */
export async function importDemoCourses(viewerOf: FindViewer, now: Date): Promise<void> {
  const admin = await viewerOf("admin");
  for (const [slug, names] of Object.entries(taught)) {
    const folder = path.resolve("courses", slug);
    const made = path.resolve(env().LOCKSTEP_DATA_DIR, "made-courses", slug);
    await makeCourseVideos(folder, made);
    const instructors = await Promise.all(names.map(viewerOf));
    await importCourse(
      admin,
      readCourseFolder(folder, made),
      instructors.map(({ userId }) => userId),
      now,
    );
  }
}

type Sitting = {
  daysAgo: number;
  device: string;
  items: number /** How far into the last item, from 0 to 1. */;
  until?: number;
};
type LearningStory = {
  who: string;
  course: CourseSlug;
  /** Days from now to the due date, where an organization assigned it. */
  dueInDays?: number;
  assignedBy?: "iffat" | "harbour";
  /** What is done by hand at the end: those items that cannot be done here yet. */
  markedBy?: string;
  sittings: Sitting[];
};

const stories: LearningStory[] = [
  {
    who: "student",
    course: "first-aid-and-cpr",
    sittings: [
      { daysAgo: 5, device: "Laptop", items: 2 },
      { daysAgo: 3, device: "Phone", items: 2, until: 0.5 },
      { daysAgo: 1, device: "Laptop", items: 2, until: 0.4 },
    ],
  },
  {
    who: "student",
    course: "data-protection",
    sittings: [{ daysAgo: 2, device: "Laptop", items: 1, until: 0.6 }],
  },
  {
    who: "staff",
    course: "workplace-safety",
    assignedBy: "iffat",
    dueInDays: 9,
    sittings: [
      { daysAgo: 4, device: "Laptop", items: 2 },
      { daysAgo: 1, device: "Tablet", items: 2, until: 0.5 },
    ],
  },
  {
    who: "staff",
    course: "first-aid-and-cpr",
    sittings: [{ daysAgo: 6, device: "Laptop", items: 2, until: 0.45 }],
  },
  {
    who: "huda",
    course: "workplace-safety",
    assignedBy: "iffat",
    dueInDays: 9,
    markedBy: "sara",
    sittings: [{ daysAgo: 7, device: "Laptop", items: 9 }],
  },
  {
    who: "sami",
    course: "workplace-safety",
    assignedBy: "iffat",
    dueInDays: -2,
    sittings: [{ daysAgo: 8, device: "Phone", items: 1, until: 0.3 }],
  },
  { who: "reem", course: "data-protection", assignedBy: "iffat", dueInDays: 20, sittings: [] },
  {
    who: "grace",
    course: "first-aid-and-cpr",
    assignedBy: "harbour",
    dueInDays: 14,
    sittings: [{ daysAgo: 2, device: "Laptop", items: 4 }],
  },
  {
    who: "declan",
    course: "workplace-safety",
    assignedBy: "harbour",
    dueInDays: 5,
    sittings: [{ daysAgo: 12, device: "Phone", items: 2 }],
  },
  {
    who: "kofi",
    course: "first-aid-and-cpr",
    markedBy: "mike",
    sittings: [
      { daysAgo: 9, device: "Laptop", items: 6 },
      { daysAgo: 8, device: "Laptop", items: 6 },
    ],
  },
  { who: "mei", course: "data-protection", sittings: [{ daysAgo: 1, device: "Tablet", items: 3 }] },
  {
    who: "elena",
    course: "workplace-safety",
    sittings: [{ daysAgo: 3, device: "Laptop", items: 2, until: 0.7 }],
  },
];

/** What the cast has learned before somebody first looks, by the commands that real people use. */
export async function tellLearning(
  viewerOf: FindViewer,
  stepId: (step: string) => string,
  now: Date,
): Promise<void> {
  for (const story of stories) await tell(story, viewerOf, stepId, now);
}

async function tell(
  story: LearningStory,
  viewerOf: FindViewer,
  stepId: (step: string) => string,
  now: Date,
): Promise<void> {
  const ago = (days: number) => new Date(now.getTime() - days * DAY_MS);
  const learner = await viewerOf(story.who);
  const course = await db().course.findUniqueOrThrow({ where: { slug: story.course } });
  const begun = ago((story.sittings[0]?.daysAgo ?? 1) + 1);
  if (story.assignedBy) {
    const dueAt = story.dueInDays === undefined ? null : ago(-story.dueInDays);
    await assignCourse(
      await viewerOf(story.assignedBy),
      { userId: learner.userId, courseId: course.id, dueAt },
      begun,
    );
  } else await enrol(learner, course.id, begun);

  const version = course.currentVersionId ?? "";
  const contents = await db().content.findMany({
    where: { versionId: version },
    orderBy: { position: "asc" },
  });
  const open = contents.filter(
    ({ kind }) => kind === "VIDEO" || kind === "DOCUMENT" || kind === "ASSIGNMENT",
  );
  let next = 0;
  for (const [number, sitting] of story.sittings.entries()) {
    const step = `${story.who}/${story.course}/${number}`;
    const items = open.slice(next, next + sitting.items);
    next += sitting.until === undefined ? items.length : items.length - 1;
    let at = ago(sitting.daysAgo);
    const clientId = stepId(`${step}/start`);
    const { sessionId } = await startSession(
      learner,
      { courseId: course.id, device: sitting.device, clientId },
      at,
    );
    for (const [place, item] of items.entries()) {
      const share = place === items.length - 1 ? (sitting.until ?? 1) : 1;
      const seconds = Math.ceil(
        (item.durationSeconds ?? item.estimatedSeconds) * (item.kind === "DOCUMENT" ? 0.7 : 1),
      );
      const spent = Math.max(1, Math.round(seconds * share));
      const began = at.getTime() / 1000;
      const event = (name: string, second: number, interaction_type: string, data: object) => ({
        content_id: item.id,
        session_id: sessionId,
        event_id: stepId(`${step}/${item.slug}/${name}`),
        occurred_at: new Date((began + second) * 1000).toISOString(),
        interaction_type,
        data,
      });
      const beats = Array.from({ length: Math.ceil(spent / HEARTBEAT_SECONDS) }, (_, index) => {
        const to = Math.min(spent, (index + 1) * HEARTBEAT_SECONDS);
        return event(`beat-${index}`, to, "heartbeat", {
          active: [[began + index * HEARTBEAT_SECONDS, began + to]],
        });
      });
      const last =
        item.kind === "VIDEO"
          ? event("watched", spent, "progress", { position: spent, ranges: [[0, spent]], playback_rate: 1 })
          : event("read", spent, "scroll", { reading_position: share });
      at = new Date((began + spent + 5) * 1000);
      await recordProgress(learner, [event("view", 0, "view", {}), ...beats, last], at);
    }
    await endSession(learner, sessionId, at);
  }
  if (!story.markedBy) return;
  const instructor = await viewerOf(story.markedBy);
  for (const item of contents.filter(({ kind, isRequired }) => isRequired && kind === "QUIZ"))
    await changeByHand(
      instructor,
      { userId: learner.userId, contentId: item.id, action: "mark", reason: "Passed on paper in the class" },
      ago(Math.max(0, (story.sittings.at(-1)?.daysAgo ?? 1) - 0.1)),
    );
}
