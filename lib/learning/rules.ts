import { fromAbsolute, toCalendarDate } from "@internationalized/date";

/** A stretch of whole seconds, from … up to but without …. */
export type Stretch = readonly [from: number, to: number];

/** Stretches in order, apart from each other. */
export type Stretches = readonly Stretch[];

/** How often a page that is being learned from says so. */
export const HEARTBEAT_SECONDS = 15;
/** What one event may claim of engaged time. */
export const MAX_CLAIM_SECONDS = 20;
/** Reading without any input for this long is not reading. */
export const IDLE_AFTER_SECONDS = 60;
/** A session that nothing was heard of for this long has ended, at the last that was heard. */
export const SESSION_SILENCE_SECONDS = 30 * 60;
/** How far one must read for the end to be reached: the last lines are rarely scrolled to the very top. */
export const END_REACHED = 0.98;

const COVERAGE_PERCENT = 90;
const READING_PERCENT = 30;
const BUDGET_RATE = 2;
const BUDGET_GRACE_SECONDS = 5;
/** Players report an end a little beyond the whole seconds of the video. */
const OVERRUN_SECONDS = 1;

/** The union of any stretches, in any order: in order, apart, without empty ones. */
export function mergeStretches(stretches: Iterable<Stretch>): Stretches {
  const sorted = [...stretches].filter(([from, to]) => from < to).sort(([a], [b]) => a - b);
  const merged: Array<[number, number]> = [];
  for (const [from, to] of sorted) {
    const last = merged.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}

export function addStretch(stretches: Stretches, stretch: Stretch): Stretches {
  return mergeStretches([...stretches, stretch]);
}

/** What of a stretch the others do not hold. */
export function subtractStretches([from, to]: Stretch, others: Stretches): Stretches {
  const left: Stretch[] = [];
  let at = from;
  for (const [start, end] of others) {
    if (end <= at) continue;
    if (start >= to) break;
    if (start > at) left.push([at, start]);
    at = end;
  }
  if (at < to) left.push([at, to]);
  return left;
}

/** The sum of their lengths. */
export function coveredSeconds(stretches: Stretches): number {
  return stretches.reduce((sum, [from, to]) => sum + (to - from), 0);
}

/** Reads PostgreSQL's text of a multirange of whole numbers, as "{[0,10),[12,15)}". */
export function parseStretches(multirange: string): Stretches {
  return [...multirange.matchAll(/\[(\d+),(\d+)\)/g)].map(([, from, to]) => [Number(from), Number(to)]);
}

/** PostgreSQL's text of a multirange. */
export function formatStretches(stretches: Stretches): string {
  return `{${stretches.map(([from, to]) => `[${from},${to})`).join(",")}}`;
}

/**
 * The whole seconds of a reported stretch of a video: a second that was watched in part was not watched.
 * @returns null for one that nothing honest reports: not a number, negative, reversed, or beyond the video's end
 */
export function wholeSeconds([from, to]: Stretch, durationSeconds: number): Stretch | null {
  if (!Number.isFinite(from) || !Number.isFinite(to) || from < 0 || to < from) return null;
  if (to > durationSeconds + OVERRUN_SECONDS) return null;
  return [Math.ceil(from), Math.min(Math.floor(to), durationSeconds)];
}

/** How many new seconds of video a session may claim in all: at most twice real time, from its start to the receipt. */
export function watchBudgetSeconds(startedAt: Date, receivedAt: Date): number {
  const elapsed = Math.max(0, receivedAt.getTime() - startedAt.getTime()) / 1000;
  return Math.floor(BUDGET_RATE * elapsed + BUDGET_GRACE_SECONDS);
}

/** Adds what a session says was watched, new seconds only as far as its budget goes. */
export function addWatched(
  watched: Stretches,
  reported: Stretches,
  budgetSeconds: number,
): { watched: Stretches; addedSeconds: number; droppedSeconds: number } {
  const added: Stretch[] = [];
  let addedSeconds = 0;
  let droppedSeconds = 0;
  for (const stretch of mergeStretches(reported)) {
    for (const [from, to] of subtractStretches(stretch, watched)) {
      const kept = Math.max(0, Math.min(to - from, budgetSeconds - addedSeconds));
      if (kept > 0) added.push([from, from + kept]);
      addedSeconds += kept;
      droppedSeconds += to - from - kept;
    }
  }
  return { watched: mergeStretches([...watched, ...added]), addedSeconds, droppedSeconds };
}

/** A video is complete when nine tenths of its seconds were watched; jumping to the end is not watching. */
export function isVideoComplete(watched: Stretches, durationSeconds: number): boolean {
  return coveredSeconds(watched) * 100 >= durationSeconds * COVERAGE_PERCENT;
}

/** The engaged seconds that reading a document takes at the least. */
export function readingNeededSeconds(estimatedSeconds: number): number {
  return Math.ceil((estimatedSeconds * READING_PERCENT) / 100);
}

/** What the rules look at, whatever the kind. */
export type Shown = {
  watched: Stretches;
  /** The furthest that was read, from 0 to 1. */
  furthestPosition: number;
  activeSeconds: number;
  viewCount: number;
};

export type Measured =
  | { kind: "video"; durationSeconds: number }
  | { kind: "document"; estimatedSeconds: number }
  | { kind: "quiz" }
  | { kind: "assignment"; asksForNothing: boolean };

/** Whether an item is complete by what was shown of it, and how far it is from that: 100 only when it is. */
export function measureItem(item: Measured, shown: Shown): { complete: boolean; percentage: number } {
  if (item.kind === "video") {
    if (isVideoComplete(shown.watched, item.durationSeconds)) return { complete: true, percentage: 100 };
    return {
      complete: false,
      percentage: Math.floor((coveredSeconds(shown.watched) * 100) / item.durationSeconds),
    };
  }
  if (item.kind === "document") {
    const needed = readingNeededSeconds(item.estimatedSeconds);
    const parts = [shown.furthestPosition / END_REACHED, shown.activeSeconds / needed];
    if (parts.every((part) => part >= 1)) return { complete: true, percentage: 100 };
    return { complete: false, percentage: Math.min(99, Math.floor(Math.min(1, ...parts) * 100)) };
  }
  if (item.kind === "assignment" && item.asksForNothing && shown.viewCount > 0)
    return { complete: true, percentage: 100 };
  return { complete: false, percentage: 0 };
}

/** The course's figure, over required items: rounded down, so that 100 means all of them. */
export function percentageOf(completed: number, total: number): number {
  return total === 0 ? 0 : Math.floor((completed * 100) / total);
}

/** A module's figure: the mean of its required items', and complete when each of them is; without any it is complete. */
export function rollUpModule(
  items: ReadonlyArray<{ isRequired: boolean; complete: boolean; completionPercentage: number }>,
): { complete: boolean; percentage: number } {
  const required = items.filter(({ isRequired }) => isRequired);
  const complete = required.every((item) => item.complete);
  if (complete) return { complete, percentage: 100 };
  const sum = required.reduce((total, item) => total + item.completionPercentage, 0);
  return { complete, percentage: Math.min(99, Math.floor(sum / required.length)) };
}

/**
 * The engaged time that one event claims, in whole epoch seconds: at most the last 20 s of what it names, and nothing
 * before its session began or after it was received.
 * @returns null where it names something that is no time
 */
export function claimActive(
  claimed: readonly Stretch[],
  session: { startedAt: Date },
  receivedAt: Date,
): Stretches | null {
  if (claimed.some(([from, to]) => !Number.isFinite(from) || !Number.isFinite(to) || from < 0 || to < from))
    return null;
  const first = Math.ceil(session.startedAt.getTime() / 1000);
  const last = Math.floor(receivedAt.getTime() / 1000);
  const clipped = mergeStretches(
    claimed.map(([from, to]) => [Math.max(first, Math.round(from)), Math.min(last, Math.round(to))] as const),
  );
  const kept: Stretch[] = [];
  let left = MAX_CLAIM_SECONDS;
  for (const [from, to] of [...clipped].reverse()) {
    if (left === 0) break;
    const taken = Math.min(left, to - from);
    kept.push([to - taken, to]);
    left -= taken;
  }
  return mergeStretches(kept);
}

/** The calendar date of an instant in a zone, as "2026-12-01". */
export function localDate(at: Date, timeZone: string): string {
  return toCalendarDate(fromAbsolute(at.getTime(), timeZone)).toString();
}

/** Cuts engaged time at the midnights of a zone: what of it belongs to which date. */
export function splitByDate(active: Stretches, timeZone: string): Map<string, Stretches> {
  const days = new Map<string, Stretch[]>();
  for (const [from, to] of active) {
    let at = from;
    while (at < to) {
      const start = fromAbsolute(at * 1000, timeZone);
      const date = toCalendarDate(start);
      const midnight = Math.ceil(date.add({ days: 1 }).toDate(timeZone).getTime() / 1000);
      const end = Math.min(to, Math.max(midnight, at + 1));
      const day = days.get(date.toString()) ?? [];
      day.push([at, end]);
      days.set(date.toString(), day);
      at = end;
    }
  }
  return new Map([...days].map(([date, stretches]) => [date, mergeStretches(stretches)]));
}

/** A session's whole time, in seconds, and what of it was idle. */
export function sessionTimes(
  session: { startedAt: Date; activeSeconds: number },
  endedAt: Date,
): { durationSeconds: number; idleSeconds: number } {
  const durationSeconds = Math.max(0, Math.round((endedAt.getTime() - session.startedAt.getTime()) / 1000));
  return { durationSeconds, idleSeconds: Math.max(0, durationSeconds - session.activeSeconds) };
}
