import type { Cursor } from "@/lib/live/cursor";
import type { ResetReason } from "@/lib/live/events";

/** More than this many events behind, a client is better off fetching everything anew. */
export const MAX_REPLAYED_EVENTS = 1_000;

/** What the database says of a feed: its newest and oldest kept seq, and the tag at the seq that a cursor names. */
export type FeedState = { head: number; floor: number; headTag: string; tagAtCursor: string | null };

export type ReplayDecision =
  | { outcome: "replay"; behind: number }
  | { outcome: "reset"; reason: ResetReason };

/**
 * Whether a client can go on from its cursor: only if every event after it is still there and the event it stands at
 * is the one that it saw. `tagAtCursor` is null where nothing is known of that event any more.
 */
export function decideReplay(cursor: Cursor, feeds: ReadonlyMap<string, FeedState>): ReplayDecision {
  if (cursor.size !== feeds.size || [...cursor.keys()].some((feed) => !feeds.has(feed))) {
    return { outcome: "reset", reason: "other_feeds" };
  }
  let behind = 0;
  for (const [feed, state] of feeds) {
    const position = cursor.get(feed);
    if (!position) return { outcome: "reset", reason: "other_feeds" };
    if (position.seq > state.head) return { outcome: "reset", reason: "ahead" };
    if (position.seq < state.floor) return { outcome: "reset", reason: "trimmed" };
    if (state.tagAtCursor !== null && state.tagAtCursor !== position.tag)
      return { outcome: "reset", reason: "diverged" };
    behind += state.head - position.seq;
  }
  if (behind > MAX_REPLAYED_EVENTS) return { outcome: "reset", reason: "too_far_behind" };
  return { outcome: "replay", behind };
}
