import "server-only";
import { type Cursor, decodeCursor, type Position } from "@/lib/live/cursor";
import type { ResetReason } from "@/lib/live/events";
import { type FeedEntry, readEntriesAfter, readFeedStates } from "@/lib/live/feed-store";
import { decideReplay, MAX_REPLAYED_EVENTS } from "@/lib/live/replay-rules";

/** What a client has missed, and the cursors where it stands before (`start`) and after (`end`) it has been told. */
export type Replay =
  | { outcome: "replay"; entries: FeedEntry[]; start: Cursor; end: Cursor }
  | { outcome: "reset"; reason: ResetReason; start: Cursor; end: Cursor };

/**
 * What a client that stands at `sent` has missed: every event after it, or the reason why that cannot be said. Without
 * a cursor, and after a reset, the client begins at the head.
 */
export async function readReplay(feeds: readonly string[], sent: string | null): Promise<Replay> {
  const decoded = sent === null ? null : decodeCursor(sent);
  const states = await readFeedStates(new Map(feeds.map((feed) => [feed, decoded?.get(feed)?.seq ?? 0])));
  const end: Cursor = new Map(
    [...states].map(([feed, s]): [string, Position] => [feed, { seq: s.head, tag: s.headTag }]),
  );
  if (sent === null) return { outcome: "replay", entries: [], start: end, end };
  if (decoded === null) return { outcome: "reset", reason: "malformed", start: end, end };

  const decision = decideReplay(decoded, states);
  if (decision.outcome === "reset") return { ...decision, start: end, end };
  if (decision.behind === 0) return { outcome: "replay", entries: [], start: end, end };

  const seqs = new Map([...decoded].map(([feed, { seq }]) => [feed, seq]));
  const entries = (await readEntriesAfter(seqs, MAX_REPLAYED_EVENTS + 1)).filter(
    (entry) => entry.seq <= (end.get(entry.feed)?.seq ?? 0),
  );
  // Retention may have passed the cursor between the two queries.
  if (entries.length !== decision.behind) return { outcome: "reset", reason: "trimmed", start: end, end };
  return { outcome: "replay", entries, start: decoded, end };
}
