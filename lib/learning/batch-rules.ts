import {
  addWatched,
  claimActive,
  coveredSeconds,
  localDate,
  type Measured,
  measureItem,
  mergeStretches,
  percentageOf,
  type Stretches,
  sessionTimes,
  splitByDate,
  watchBudgetSeconds,
  wholeSeconds,
} from "@/lib/learning/rules";
import type { ProgressEvent, RefusalCode } from "@/lib/learning/schema";

/** A learner at one item, as the rows have it. */
export type ItemState = {
  contentId: string;
  moduleId: string;
  title: string;
  isRequired: boolean;
  measured: Measured;
  watched: Stretches;
  active: Stretches;
  completionPercentage: number;
  lastPosition: number;
  readingPosition: number;
  readingAnchor: string | null;
  /** When the two positions were taken; a report of an earlier moment does not move them. */
  placedAt: Date | null;
  furthestPosition: number;
  viewCount: number;
  pauseCount: number;
  seekCount: number;
  downloadCount: number;
  completedAt: Date | null;
};

/** A learning session, as its row has it. */
export type SessionState = {
  startedAt: Date;
  lastHeardAt: Date;
  endedAt: Date | null;
  pagesViewed: number;
  videosWatched: number;
  quizzesAttempted: number;
  active: Stretches;
  idleSeconds: number;
  watchedSeconds: number;
  suspiciousSeconds: number;
};

export type CourseState = {
  /** False once the course is withdrawn. */
  isOpen: boolean;
  completedContent: number;
  totalContent: number;
  active: Stretches;
  completedAt: Date | null;
};

/** What a batch of one session is decided on. */
export type BatchState = {
  session: SessionState;
  course: CourseState;
  /** Those items that the batch names and the learner's version has. */
  items: ReadonlyMap<string, ItemState>;
  /** Events of the batch that were recorded before. */
  knownEventIds: ReadonlySet<string>;
  timeZone: string;
};

export type Recorded = { event: ProgressEvent; occurredAt: Date };
export type RefusedEvent = { eventId: string; code: RefusalCode };

export type BatchDecision = {
  recorded: Recorded[];
  duplicates: number;
  refused: RefusedEvent[];
  session: SessionState;
  course: CourseState & { progressPercentage: number };
  /** The items that were named by a recorded event, as they are now. */
  items: ItemState[];
  /** The items that became complete by this batch. */
  completed: ItemState[];
  /** What the batch adds to the learner's days, by date. */
  days: Map<string, { active: Stretches; completions: number }>;
  /** The item that the newest event is about. */
  current: ItemState | null;
};

/**
 * Decides what the events of one session change. Each is looked at by itself: one that is wrong is refused and the rest
 * stands; one that is known already changes nothing.
 */
export function decideBatch(
  state: BatchState,
  events: readonly ProgressEvent[],
  receivedAt: Date,
): BatchDecision {
  const known = new Set(state.knownEventIds);
  const items = new Map(state.items);
  const touched = new Map<string, Date>();
  const recorded: Recorded[] = [];
  const refused: RefusedEvent[] = [];
  let duplicates = 0;
  let session = state.session;
  let gained: Stretches = [];

  for (const event of events) {
    if (known.has(event.event_id)) {
      duplicates += 1;
      continue;
    }
    const item = items.get(event.content_id);
    const code = refusalOf(state, item, event, receivedAt);
    if (code !== null || item === undefined) {
      refused.push({ eventId: event.event_id, code: code ?? "unknown_content" });
      continue;
    }
    known.add(event.event_id);
    const occurredAt = clamp(event.occurred_at, session.startedAt, receivedAt);
    const active = claimActive(event.data.active ?? [], session, receivedAt) ?? [];
    const moved = moveItem(item, session, event, occurredAt, active, receivedAt);
    items.set(item.contentId, moved.item);
    session = moved.session;
    gained = mergeStretches([...gained, ...active]);
    touched.set(item.contentId, latest(touched.get(item.contentId), occurredAt));
    recorded.push({ event, occurredAt });
  }

  const days = new Map<string, { active: Stretches; completions: number }>();
  for (const [date, active] of splitByDate(gained, state.timeZone))
    days.set(date, { active, completions: 0 });

  const completed: ItemState[] = [];
  const now: ItemState[] = [];
  for (const [contentId, at] of touched) {
    const item = items.get(contentId);
    if (!item) continue;
    const measured = measureMoved(item, at);
    if (measured.completedAt !== null && item.completedAt === null) {
      completed.push(measured);
      const date = localDate(at, state.timeZone);
      const day = days.get(date) ?? { active: [], completions: 0 };
      days.set(date, { ...day, completions: day.completions + 1 });
    }
    now.push(measured);
  }

  return {
    recorded,
    duplicates,
    refused,
    session: hearFrom(session, recorded, receivedAt),
    course: rollUpCourse(state.course, completed, gained, receivedAt),
    items: now,
    completed,
    days,
    current: currentOf(recorded, now),
  };
}

/** Why an event is refused, or null. */
function refusalOf(
  { course }: BatchState,
  item: ItemState | undefined,
  event: ProgressEvent,
  receivedAt: Date,
): RefusalCode | null {
  if (!course.isOpen) return "course_withdrawn";
  if (!item) return "unknown_content";
  const { ranges, active, position, reading_position } = event.data;
  if (ranges !== undefined) {
    if (item.measured.kind !== "video") return "wrong_kind";
    const { durationSeconds } = item.measured;
    if (ranges.some(([from, to]) => !(from >= 0 && to >= from))) return "invalid_range";
    if (ranges.some((range) => wholeSeconds(range, durationSeconds) === null)) return "out_of_range";
  }
  if (
    position !== undefined &&
    item.measured.kind === "video" &&
    position > item.measured.durationSeconds + 1
  )
    return "out_of_range";
  if (
    reading_position !== undefined &&
    item.measured.kind !== "document" &&
    item.measured.kind !== "assignment"
  )
    return "wrong_kind";
  if (active !== undefined && claimActive(active, { startedAt: receivedAt }, receivedAt) === null)
    return "invalid_range";
  return null;
}

function moveItem(
  item: ItemState,
  session: SessionState,
  event: ProgressEvent,
  occurredAt: Date,
  active: Stretches,
  receivedAt: Date,
): { item: ItemState; session: SessionState } {
  const { interaction_type: type, data } = event;
  const places =
    (data.position !== undefined || data.reading_position !== undefined) &&
    (item.placedAt === null || occurredAt >= item.placedAt);
  const budget = watchBudgetSeconds(session.startedAt, receivedAt) - session.watchedSeconds;
  const watching =
    item.measured.kind === "video" && data.ranges
      ? addWatched(item.watched, wholeOf(data.ranges, item.measured.durationSeconds), Math.max(0, budget))
      : { watched: item.watched, addedSeconds: 0, droppedSeconds: 0 };
  return {
    item: {
      ...item,
      watched: watching.watched,
      active: mergeStretches([...item.active, ...active]),
      ...(places
        ? {
            placedAt: occurredAt,
            lastPosition: data.position ?? item.lastPosition,
            readingPosition: data.reading_position ?? item.readingPosition,
            readingAnchor: data.reading_anchor ?? item.readingAnchor,
          }
        : {}),
      furthestPosition: Math.max(item.furthestPosition, data.reading_position ?? 0),
      viewCount: item.viewCount + (type === "view" ? 1 : 0),
      pauseCount: item.pauseCount + (type === "pause" ? 1 : 0),
      seekCount: item.seekCount + (type === "seek" ? 1 : 0),
      downloadCount: item.downloadCount + (type === "download" ? 1 : 0),
    },
    session: {
      ...session,
      pagesViewed: session.pagesViewed + (type === "view" ? 1 : 0),
      videosWatched: session.videosWatched + (type === "view" && item.measured.kind === "video" ? 1 : 0),
      active: mergeStretches([...session.active, ...active]),
      watchedSeconds: session.watchedSeconds + watching.addedSeconds,
      suspiciousSeconds: session.suspiciousSeconds + watching.droppedSeconds,
    },
  };
}

function wholeOf(ranges: ReadonlyArray<readonly [number, number]>, durationSeconds: number): Stretches {
  return ranges.flatMap((range) => {
    const whole = wholeSeconds(range, durationSeconds);
    return whole && whole[0] < whole[1] ? [whole] : [];
  });
}

/** What is complete stays so; what is not may have become so. */
function measureMoved(item: ItemState, at: Date): ItemState {
  if (item.completedAt !== null) return item;
  const { complete, percentage } = measureItem(item.measured, {
    watched: item.watched,
    furthestPosition: item.furthestPosition,
    activeSeconds: coveredSeconds(item.active),
    viewCount: item.viewCount,
  });
  return { ...item, completionPercentage: percentage, completedAt: complete ? at : null };
}

function rollUpCourse(
  course: CourseState,
  completed: readonly ItemState[],
  gained: Stretches,
  now: Date,
): BatchDecision["course"] {
  const completedContent = course.completedContent + completed.filter(({ isRequired }) => isRequired).length;
  return {
    ...course,
    completedContent,
    progressPercentage: percentageOf(completedContent, course.totalContent),
    active: mergeStretches([...course.active, ...gained]),
    completedAt: course.completedAt ?? (completedContent === course.totalContent ? now : null),
  };
}

/** A session that has ended and is heard of late lasted at least until what it tells of. */
function hearFrom(session: SessionState, recorded: readonly Recorded[], receivedAt: Date): SessionState {
  if (recorded.length === 0) return session;
  if (session.endedAt === null) return { ...session, lastHeardAt: latest(session.lastHeardAt, receivedAt) };
  const endedAt = recorded.reduce((end, { occurredAt }) => latest(end, occurredAt), session.endedAt);
  const { idleSeconds } = sessionTimes(
    { startedAt: session.startedAt, activeSeconds: coveredSeconds(session.active) },
    endedAt,
  );
  return { ...session, endedAt, idleSeconds, lastHeardAt: latest(session.lastHeardAt, endedAt) };
}

function currentOf(recorded: readonly Recorded[], items: readonly ItemState[]): ItemState | null {
  const newest = recorded.reduce<Recorded | null>(
    (found, each) => (found === null || each.occurredAt >= found.occurredAt ? each : found),
    null,
  );
  return items.find(({ contentId }) => contentId === newest?.event.content_id) ?? null;
}

function clamp(at: Date, earliest: Date, last: Date): Date {
  return at < earliest ? earliest : at > last ? last : at;
}

function latest(a: Date | undefined, b: Date): Date {
  return a !== undefined && a > b ? a : b;
}
