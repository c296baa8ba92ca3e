import { createHash } from "node:crypto";
import { CalendarDateTime, fromDate, toZoned } from "@internationalized/date";
import type { Viewer } from "@/lib/access/viewer";
import { busyPool, db, sqlPool } from "@/lib/db";
import { insertPublishedCourse } from "@/lib/learning/writes";
import { relay } from "@/lib/live/relay";
import { DEMO_PASSWORD } from "@/lib/people/demo";
import { hashPassword } from "@/lib/people/passwords";
import { insertOrganization, insertUser } from "@/lib/people/writes";
import { assignInstructor, completeClass, requestCourse } from "@/lib/training/commands";
import { courses, organizations, people } from "./cast";
import { importDemoCourses, tellLearning } from "./learning-story";

const SEEDED = "demo.seeded";
const LEARNING_SEEDED = "demo.learning-seeded";
const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;

type Story = {
  by: "iffat" | "harbour";
  course: string;
  requestedAt: Date;
  wanted: Date;
  headcount: number;
  location: string;
  note: string | null;
  assigned?: { instructor: string; at: Date };
  completedAt?: Date;
};

/** An hour of the day in a zone, some days from that instant. */
function at(from: Date, days: number, hour: number, timeZone: string): Date {
  const day = fromDate(from, timeZone).add({ days });
  return toZoned(new CalendarDateTime(day.year, day.month, day.day, hour), timeZone).toDate();
}

/** The quarter of an hour before that instant: classes begin on the clock. */
function quarterBefore(instant: Date): Date {
  return new Date(Math.floor(instant.getTime() / (HOUR / 4)) * (HOUR / 4));
}

/** What has happened before somebody first looks: all dates are relative to that moment. */
function stories(start: Date): Story[] {
  const ago = (milliseconds: number) => new Date(start.getTime() - milliseconds);
  const london = (days: number, hour: number) => at(start, days, hour, "Europe/London");
  const riyadh = (days: number, hour: number) => at(start, days, hour, "Asia/Riyadh");
  return [
    {
      by: "harbour",
      course: "manual-handling",
      requestedAt: ago(20 * DAY),
      wanted: london(-6, 9),
      headcount: 14,
      location: "Dock office, Felixstowe",
      note: null,
      assigned: { instructor: "sara", at: ago(18 * DAY) },
      completedAt: london(-6, 12),
    },
    {
      by: "iffat",
      course: "first-aid-and-cpr",
      requestedAt: ago(15 * DAY),
      wanted: riyadh(-4, 9),
      headcount: 22,
      location: "Building C, room 204",
      note: "Half of the group needs Arabic handouts.",
      assigned: { instructor: "mike", at: ago(13 * DAY) },
      completedAt: riyadh(-4, 14),
    },
    {
      by: "iffat",
      course: "fire-warden",
      requestedAt: ago(6 * DAY),
      wanted: quarterBefore(ago(HOUR)),
      headcount: 9,
      location: "Assembly hall",
      note: null,
      assigned: { instructor: "mike", at: ago(5 * DAY) },
    },
    {
      by: "harbour",
      course: "forklift-refresher",
      requestedAt: ago(5 * DAY),
      wanted: london(2, 9),
      headcount: 6,
      location: "Yard 3",
      note: "Licences are checked at the gate.",
      assigned: { instructor: "sara", at: ago(4 * DAY) },
    },
    {
      by: "iffat",
      course: "data-protection",
      requestedAt: ago(4 * DAY),
      wanted: riyadh(3, 13),
      headcount: 40,
      location: "Online",
      note: null,
      assigned: { instructor: "mike", at: ago(3 * DAY) },
    },
    {
      by: "harbour",
      course: "food-hygiene",
      requestedAt: ago(3 * DAY),
      wanted: london(5, 10),
      headcount: 11,
      location: "Canteen, Tilbury",
      note: null,
      assigned: { instructor: "priya", at: ago(2 * DAY) },
    },
    {
      by: "iffat",
      course: "workplace-safety",
      requestedAt: ago(1 * DAY),
      wanted: riyadh(8, 9),
      headcount: 18,
      location: "Building A, room 110",
      note: "New laboratory staff; two of them use wheelchairs.",
    },
    {
      by: "harbour",
      course: "mental-health-first-aid",
      requestedAt: ago(3 * HOUR),
      wanted: london(12, 9),
      headcount: 12,
      location: "Head office, London",
      note: null,
    },
    {
      by: "iffat",
      course: "conflict-de-escalation",
      requestedAt: ago(HOUR / 3),
      wanted: riyadh(10, 10),
      headcount: 15,
      location: "Building C, room 101",
      note: null,
    },
  ];
}

/** The same id for the same step, so that a seeding that was interrupted goes on where it stopped. */
function stepId(step: string): string {
  const hex = createHash("sha256").update(`demo:${step}`).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

async function insertCast(now: Date): Promise<void> {
  const passwordHash = await hashPassword(DEMO_PASSWORD);
  await db().$transaction(
    async (tx) => {
      const organizationIds = new Map<string, string>();
      for (const [key, name] of Object.entries(organizations)) {
        organizationIds.set(key, await insertOrganization(tx, name, now));
      }
      for (const { organization, offered, ...person } of people) {
        const organizationId = organization === null ? null : (organizationIds.get(organization) ?? null);
        await insertUser(tx, { ...person, organizationId, passwordHash, isDemo: offered }, now);
      }
      for (const course of courses) await insertPublishedCourse(tx, course, now);
    },
    { timeout: 60_000 },
  );
}

async function viewerOf(name: string): Promise<Viewer> {
  const user = await db().user.findUniqueOrThrow({
    where: { email: `${name}@lockstep.test` },
    include: { organization: true },
  });
  return {
    userId: user.id,
    role: user.role,
    organizationId: user.organizationId,
    organizationName: user.organization?.name ?? null,
    name: `${user.firstName} ${user.lastName}`,
    email: user.email,
    timeZone: user.timeZone,
  };
}

async function tell(story: Story): Promise<void> {
  const organization = await viewerOf(story.by);
  const course = await db().course.findUniqueOrThrow({ where: { slug: story.course } });
  const step = `${story.by}/${story.course}`;
  const request = await requestCourse(
    organization,
    {
      courseId: course.id,
      preferredDates: [story.wanted],
      headcount: story.headcount,
      location: story.location,
      note: story.note,
      clientId: stepId(`${step}/request`),
    },
    story.requestedAt,
  );
  if (!story.assigned) return;
  const instructor = await viewerOf(story.assigned.instructor);
  await assignInstructor(
    await viewerOf("admin"),
    {
      requestId: request.id,
      instructorId: instructor.userId,
      scheduledDate: story.wanted,
      durationMinutes: course.durationMinutes,
      revision: 1,
      clientId: stepId(`${step}/assign`),
    },
    story.assigned.at,
  );
  if (!story.completedAt) return;
  await completeClass(
    instructor,
    { requestId: request.id, revision: 2, clientId: stepId(`${step}/complete`) },
    story.completedAt,
  );
}

async function isDone(step: string): Promise<boolean> {
  return (await db().auditEntry.count({ where: { action: step } })) > 0;
}

async function seed(): Promise<void> {
  const now = new Date();
  if (!(await isDone(SEEDED))) {
    if ((await db().user.count()) === 0) await insertCast(now);
    // Somebody's own people: nothing of the demo belongs here.
    else if ((await db().user.count({ where: { isDemo: true } })) === 0) return;
    for (const story of stories(now)) await tell(story);
    await db().auditEntry.create({ data: { action: SEEDED, at: now } });
  }
  if (!(await isDone(LEARNING_SEEDED))) {
    await importDemoCourses(viewerOf, now);
    await tellLearning(viewerOf, stepId, now);
    await db().auditEntry.create({ data: { action: LEARNING_SEEDED, at: now } });
  }
}

await seed();
await Promise.all([relay().stop(), db().$disconnect(), busyPool().end(), sqlPool().end()]);
