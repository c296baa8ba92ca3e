import "server-only";
import pg from "pg";
import { z } from "zod";
import { busyPool } from "@/lib/db";
import { AppError } from "@/lib/http/errors";
import { type BatchDecision, type BatchState, decideBatch, type ItemState } from "@/lib/learning/batch-rules";
import { coveredSeconds, formatStretches, parseStretches } from "@/lib/learning/rules";
import type { ProgressEvent } from "@/lib/learning/schema";
import { lockEnrolment, readBatch, writeBatch } from "@/lib/learning/statements";
import type { LiveEvent } from "@/lib/live/events";
import { userFeed } from "@/lib/live/feeds";
import { addressEvent, announce, type OutboxEvent, type Place } from "@/lib/live/publish";

const ATTEMPTS = 5;
const UNIQUE_VIOLATION = "23505";

const stretches = z.string().transform(parseStretches);
const instantOrNull = z.coerce.date().nullable();

const itemRow = z
  .object({
    contentId: z.string(),
    moduleId: z.string(),
    title: z.string(),
    isRequired: z.boolean(),
    kind: z.enum(["VIDEO", "DOCUMENT", "QUIZ", "ASSIGNMENT"]),
    durationSeconds: z.number().nullable(),
    estimatedSeconds: z.number(),
    asksForNothing: z.boolean().nullable(),
    watched: stretches,
    active: stretches,
    completionPercentage: z.number(),
    lastPosition: z.number(),
    readingPosition: z.number(),
    readingAnchor: z.string().nullable(),
    placedAt: instantOrNull,
    furthestPosition: z.number(),
    viewCount: z.number(),
    pauseCount: z.number(),
    seekCount: z.number(),
    downloadCount: z.number(),
    completedAt: instantOrNull,
  })
  .transform(
    ({ kind, durationSeconds, estimatedSeconds, asksForNothing, ...item }): ItemState => ({
      ...item,
      measured:
        kind === "VIDEO"
          ? { kind: "video", durationSeconds: durationSeconds ?? 1 }
          : kind === "DOCUMENT"
            ? { kind: "document", estimatedSeconds }
            : kind === "ASSIGNMENT"
              ? { kind: "assignment", asksForNothing: asksForNothing === true }
              : { kind: "quiz" },
    }),
  );

const batchRow = z.object({
  startedAt: z.date(),
  lastHeardAt: z.date(),
  endedAt: z.date().nullable(),
  pagesViewed: z.number(),
  videosWatched: z.number(),
  quizzesAttempted: z.number(),
  sessionActive: stretches,
  idleSeconds: z.number(),
  watchedSeconds: z.number(),
  suspiciousSeconds: z.number(),
  enrolmentId: z.string(),
  courseId: z.string(),
  revision: z.number(),
  completedContent: z.number(),
  totalContent: z.number(),
  courseActive: stretches,
  completedAt: z.date().nullable(),
  isOpen: z.boolean(),
  timeZone: z.string(),
  items: z.array(itemRow),
  known: z.array(z.string()),
});

const writtenRow = z.object({
  written: z.number(),
  places: z.array(z.object({ feed: z.string(), seq: z.number(), id: z.string() })).nullable(),
});

export type RecordedBatch = { courseId: string; decision: BatchDecision };

/**
 * Records the events of one session: read, decide, write, without a lock between. Where something else was recorded in
 * the course meanwhile, nothing was written, and it is decided anew, then under the enrolment's lock.
 * @returns null where the session is not the learner's
 * @throws AppError busy
 */
export async function recordBatch(
  userId: string,
  sessionId: string,
  events: readonly ProgressEvent[],
  receivedAt: Date,
): Promise<RecordedBatch | null> {
  const batch = { userId, sessionId, events, receivedAt };
  const first = await attempt(busyPool(), batch);
  if (first.outcome !== "stale") return finish(first);
  for (let attempts = 1; attempts < ATTEMPTS; attempts++) {
    const next = await attemptLocked(batch);
    if (next.outcome !== "stale") return finish(next);
  }
  throw new AppError("busy", "Lockstep is very busy. Nothing was saved; please try again in a moment.", {
    retryAfterSeconds: 2,
  });
}

type Batch = { userId: string; sessionId: string; events: readonly ProgressEvent[]; receivedAt: Date };
type Attempt =
  | { outcome: "stale" }
  | { outcome: "unknown" }
  | { outcome: "recorded"; batch: RecordedBatch; outbox: OutboxEvent[]; places: Place[] };

/** The relays hear of it once it is committed. */
function finish(attempted: Exclude<Attempt, { outcome: "stale" }>): RecordedBatch | null {
  if (attempted.outcome === "unknown") return null;
  announce(attempted.outbox, attempted.places);
  return attempted.batch;
}

async function attempt(client: pg.Pool | pg.PoolClient, batch: Batch): Promise<Attempt> {
  const { userId, sessionId, events, receivedAt } = batch;
  const contentIds = [...new Set(events.map((event) => event.content_id))];
  const eventIds = [...new Set(events.map((event) => event.event_id))];
  const { rows } = await client.query({ ...readBatch, values: [sessionId, userId, contentIds, eventIds] });
  if (rows.length === 0) return { outcome: "unknown" };
  const row = batchRow.parse(rows[0]);
  const state = toState(row);
  const decision = decideBatch(state, events, receivedAt);
  const recorded = { courseId: row.courseId, decision };
  if (decision.recorded.length === 0) return { outcome: "recorded", batch: recorded, outbox: [], places: [] };
  const outbox = eventsOf(userId, row.courseId, state, decision).flatMap((event) =>
    addressEvent([userFeed(userId)], event, receivedAt),
  );
  const places = await write(client, batch, row, decision, outbox);
  return places ? { outcome: "recorded", batch: recorded, outbox, places } : { outcome: "stale" };
}

/** The same while nobody else records anything in the course. */
async function attemptLocked(batch: Batch): Promise<Attempt> {
  const client = await busyPool().connect();
  try {
    await client.query("BEGIN");
    await client.query({ ...lockEnrolment, values: [batch.sessionId] });
    const attempted = await attempt(client, batch);
    await client.query(attempted.outcome === "stale" ? "ROLLBACK" : "COMMIT");
    client.release();
    return attempted;
  } catch (error) {
    // A connection in an unknown state goes back to nobody.
    client.release(true);
    throw error;
  }
}

function toState(row: z.infer<typeof batchRow>): BatchState {
  return {
    session: { ...row, active: row.sessionActive },
    course: { ...row, active: row.courseActive },
    items: new Map(row.items.map((item) => [item.contentId, item])),
    knownEventIds: new Set(row.known),
    timeZone: row.timeZone,
  };
}

/** @returns where the events are, or null where the decision was made on what has changed since */
async function write(
  client: pg.Pool | pg.PoolClient,
  { userId, sessionId, receivedAt }: Batch,
  row: z.infer<typeof batchRow>,
  decision: BatchDecision,
  outbox: readonly OutboxEvent[],
): Promise<Place[] | null> {
  const { session, course, current } = decision;
  const values = [
    row.enrolmentId,
    row.revision,
    userId,
    sessionId,
    JSON.stringify(
      decision.recorded.map(({ event, occurredAt }) => ({
        eventId: event.event_id,
        contentId: event.content_id,
        type: event.interaction_type,
        data: event.data,
        isActive: (event.data.active ?? []).length > 0,
        occurredAt,
      })),
    ),
    JSON.stringify(
      decision.items.map(({ measured: _measured, watched, active, ...item }) => ({
        ...item,
        watched: formatStretches(watched),
        active: formatStretches(active),
      })),
    ),
    JSON.stringify(
      [...decision.days].map(([date, { active, completions }]) => ({
        date,
        timeZone: row.timeZone,
        active: formatStretches(active),
        completions,
      })),
    ),
    JSON.stringify({ ...session, active: formatStretches(session.active) }),
    JSON.stringify({
      completedContent: course.completedContent,
      progressPercentage: course.progressPercentage,
      completedAt: course.completedAt,
      active: formatStretches(course.active),
      moduleId: current?.moduleId ?? null,
      contentId: current?.contentId ?? null,
    }),
    JSON.stringify(outbox),
    receivedAt,
  ];
  try {
    const { rows } = await client.query({ ...writeBatch, values });
    const { written, places } = writtenRow.parse(rows[0]);
    return written === 0 ? null : (places ?? []);
  } catch (error) {
    // Another batch with one of these events, or of another course on the learner's day, was first.
    if (error instanceof pg.DatabaseError && error.code === UNIQUE_VIOLATION) return null;
    throw error;
  }
}

/** What the learner's own screens are told: each item that moved, and each that is done. */
function eventsOf(
  userId: string,
  courseId: string,
  before: BatchState,
  { items, completed, course }: BatchDecision,
): LiveEvent[] {
  const figures = {
    courseId,
    userId,
    progressPercentage: course.progressPercentage,
    completedContent: course.completedContent,
    totalContent: course.totalContent,
    timeSpentSeconds: coveredSeconds(course.active),
  };
  const moved = items.filter(
    ({ contentId, completionPercentage }) =>
      before.items.get(contentId)?.completionPercentage !== completionPercentage,
  );
  const events: LiveEvent[] = moved.map(({ contentId, completionPercentage }) => ({
    event: "progressUpdate",
    data: { type: "progress_update", ...figures, contentId, contentPercentage: completionPercentage },
  }));
  const minutes = (seconds: number) => Math.floor(seconds / 60);
  if (
    events.length === 0 &&
    minutes(figures.timeSpentSeconds) !== minutes(coveredSeconds(before.course.active))
  )
    events.push({ event: "progressUpdate", data: { type: "progress_update", ...figures } });
  for (const { contentId, title } of completed) {
    events.push({
      event: "dashboardChanged",
      data: { type: "lesson_completed", courseId, contentId, title },
    });
  }
  return events;
}
