import "server-only";
import { sqlPool } from "@/lib/db";
import { type Cursor, type Position, tagOf } from "@/lib/live/cursor";
import type { FeedState } from "@/lib/live/replay-rules";

/** An event at its place, encoded once for all streams that carry it. */
export type FeedEntry = {
  feed: string;
  seq: number;
  tag: string;
  event: string;
  /** The payload with `feed` and `seq`, as JSON. */
  data: string;
  /** The server-sent event, without an `id:` of its own. */
  bytes: Uint8Array;
};

const encoder = new TextEncoder();

/** @param payload the event's JSON object as stored, without feed and seq */
export function feedEntry(feed: string, seq: number, id: string, event: string, payload: string): FeedEntry {
  return feedEntryFromData(
    feed,
    seq,
    tagOf(id),
    event,
    `{"feed":${JSON.stringify(feed)},"seq":${seq},${payload.trimStart().slice(1)}`,
  );
}

/** @param data the payload with feed and seq, as another process encoded it */
export function feedEntryFromData(
  feed: string,
  seq: number,
  tag: string,
  event: string,
  data: string,
): FeedEntry {
  return { feed, seq, tag, event, data, bytes: encoder.encode(`event: ${event}\ndata: ${data}\n\n`) };
}

/** The state of each feed, in one query; a feed that nothing was ever published to stands at 0. */
export async function readFeedStates(
  positions: ReadonlyMap<string, number>,
): Promise<Map<string, FeedState>> {
  const { rows } = await sqlPool().query<{
    feed: string;
    seq: string;
    head: string;
    floor: string;
    headId: string | null;
    idAtCursor: string | null;
  }>({
    name: "feed-states",
    text: `SELECT want.feed, want.seq, coalesce(f.seq, 0) AS head, coalesce(f.floor, 0) AS floor,
                  coalesce(h.id, CASE WHEN f.seq = f.floor THEN f."floorId" END)::text AS "headId",
                  coalesce(c.id, CASE WHEN want.seq = f.floor THEN f."floorId" END)::text AS "idAtCursor"
           FROM unnest($1::text[], $2::bigint[]) AS want(feed, seq)
           LEFT JOIN "Feed" f ON f.name = want.feed
           LEFT JOIN "FeedEvent" h ON h.feed = f.name AND h.seq = f.seq
           LEFT JOIN "FeedEvent" c ON c.feed = want.feed AND c.seq = want.seq`,
    values: [[...positions.keys()], [...positions.values()]],
  });
  return new Map(
    rows.map(({ feed, seq, head, floor, headId, idAtCursor }) => [
      feed,
      {
        head: Number(head),
        floor: Number(floor),
        headTag: headId ? tagOf(headId) : "",
        tagAtCursor: idAtCursor ? tagOf(idAtCursor) : Number(seq) === 0 ? "" : null,
      },
    ]),
  );
}

/** The events after each position, oldest first within a feed, at most `limit` of each feed. */
export async function readEntriesAfter(
  positions: ReadonlyMap<string, number>,
  limit: number,
): Promise<FeedEntry[]> {
  const { rows } = await sqlPool().query<{
    feed: string;
    seq: string;
    id: string;
    event: string;
    payload: string;
  }>({
    name: "feed-entries-after",
    text: `SELECT e.feed, e.seq, e.id::text AS id, e.event, e.payload::text AS payload
           FROM unnest($1::text[], $2::bigint[]) AS want(feed, seq)
           CROSS JOIN LATERAL (
             SELECT * FROM "FeedEvent" WHERE feed = want.feed AND seq > want.seq ORDER BY seq LIMIT $3
           ) e
           ORDER BY e.feed, e.seq`,
    values: [[...positions.keys()], [...positions.values()], limit],
  });
  return rows.map((row) => feedEntry(row.feed, Number(row.seq), row.id, row.event, row.payload));
}

/** The cursor at the head of these feeds: what a page that is rendered after this call knows at the least. */
export async function readHeadCursor(feeds: readonly string[]): Promise<Cursor> {
  const states = await readFeedStates(new Map(feeds.map((feed) => [feed, 0])));
  return new Map(
    [...states].map(([feed, state]): [string, Position] => [feed, { seq: state.head, tag: state.headTag }]),
  );
}
