/** Where a client stands in one feed: the seq of the last event it has, and the start of that event's id. */
export type Position = { seq: number; tag: string };

/** Where a client stands: one position a feed. */
export type Cursor = ReadonlyMap<string, Position>;

const TAG_LENGTH = 8;
const MAX_ENCODED_LENGTH = 4_096;
const ENTRY = /^([a-z]+(?::[0-9a-z-]+)?)~(0|[1-9]\d{0,15})~([0-9a-f]{8}|)$/;

/** What of an event's id a cursor carries: enough to tell the event from another that took its seq after a restore. */
export function tagOf(eventId: string): string {
  return eventId.slice(0, TAG_LENGTH);
}

/** The cursor as clients carry it, opaque to them. */
export function encodeCursor(cursor: Cursor): string {
  const entries = [...cursor]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([feed, { seq, tag }]) => `${feed}~${seq}~${tag}`);
  return Buffer.from(entries.join(" ")).toString("base64url");
}

/** The cursor that a client sent, or null if it is none. */
export function decodeCursor(encoded: string): Cursor | null {
  if (encoded.length > MAX_ENCODED_LENGTH || !/^[\w-]+$/.test(encoded)) return null;
  const cursor = new Map<string, Position>();
  for (const entry of Buffer.from(encoded, "base64url").toString("utf8").split(" ")) {
    const [, feed, seq, tag] = ENTRY.exec(entry) ?? [];
    if (feed === undefined || seq === undefined || tag === undefined || cursor.has(feed)) return null;
    cursor.set(feed, { seq: Number(seq), tag });
  }
  return cursor;
}
