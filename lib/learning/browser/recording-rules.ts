import { MAX_CLAIM_SECONDS, mergeStretches, type Stretch, type Stretches } from "@/lib/learning/rules";

/** Players begin and end a few frames beside the second that was asked for. */
const FRAMES_SECONDS = 0.1;

/** A stretch that begins or ends within some frames of a whole second begins or ends there. */
export function trimFrames([from, to]: Stretch): Stretch {
  return [snap(from), snap(to)];
}

function snap(seconds: number): number {
  const whole = Math.round(seconds);
  return Math.abs(seconds - whole) <= FRAMES_SECONDS ? whole : Math.round(seconds * 1000) / 1000;
}

/** What has been played in all: what was played before the file was changed, and what the player says of this one. */
export function playedStretches(before: Stretches, played: Stretches, durationSeconds: number): Stretches {
  return mergeStretches([
    ...before,
    ...played.map(
      ([from, to]) =>
        trimFrames([Math.min(from, durationSeconds), Math.min(to, durationSeconds)]) satisfies Stretch,
    ),
  ]);
}

/** Which quarter of a video's seconds is covered: each new one is worth telling at once. */
export function quarterOf(coveredSeconds: number, durationSeconds: number): number {
  return durationSeconds === 0 ? 0 : Math.floor((coveredSeconds * 4) / durationSeconds);
}

/**
 * The engaged time to claim since it was last claimed, in epoch seconds. A machine that slept in between was not learned
 * from meanwhile: of a stretch that is too long, only its beginning counts.
 */
export function engagedClaim(sinceMs: number, nowMs: number): Stretch | null {
  if (nowMs - sinceMs < 500) return null;
  const untilMs = Math.min(nowMs, sinceMs + MAX_CLAIM_SECONDS * 1000);
  return [sinceMs / 1000, untilMs / 1000];
}

/** The first of these that fit into one request: at most so many, and so many characters of JSON. */
export function firstBatch<Item extends { json: string }>(
  items: readonly Item[],
  maxItems: number,
  maxCharacters: number,
): Item[] {
  const batch: Item[] = [];
  let characters = 0;
  for (const item of items) {
    if (batch.length === maxItems || (batch.length > 0 && characters + item.json.length > maxCharacters))
      break;
    batch.push(item);
    characters += item.json.length + 1;
  }
  return batch;
}

/** Waiting grows with each failure, from two seconds to a minute, and differs from browser to browser. */
export function retryAfterMs(failures: number, random: number): number {
  return Math.min(60_000, 2_000 * 2 ** Math.min(failures, 5)) * (0.75 + random / 2);
}

/** A place in a document that survives its being laid out anew: a block or page, and how far into it (0-1). */
export type ReadingAnchor = { block: number; fraction: number };

export function formatAnchor({ block, fraction }: ReadingAnchor): string {
  return `${block}:${Math.round(Math.min(1, Math.max(0, fraction)) * 1000) / 1000}`;
}

/** @returns null for what is no anchor */
export function parseAnchor(anchor: string | null): ReadingAnchor | null {
  const parts = /^(\d{1,6}):(0|1|0\.\d{1,3})$/.exec(anchor ?? "");
  return parts ? { block: Number(parts[1]), fraction: Number(parts[2]) } : null;
}

/** "1 change waiting", "3 changes waiting". */
export function changesWords(count: number): string {
  return `${count} ${count === 1 ? "change" : "changes"} waiting`;
}
