import "server-only";
import { randomUUID } from "node:crypto";
import { db, type Transaction } from "@/lib/db";
import type { LiveEvent } from "@/lib/live/events";
import { feedEntry } from "@/lib/live/feed-store";
import { relay } from "@/lib/live/relay";

/** What a command writes with: the transaction, and the outbox whose events are appended as its last statement. */
export type Write = {
  tx: Transaction;
  /** Announces the change to these feeds; nothing is seen of it unless the transaction commits. */
  publish(feeds: Iterable<string>, event: LiveEvent): void;
};

type OutboxEvent = { feed: string; id: string; event: string; payload: unknown };

/**
 * Runs one command's transaction: what it writes and what it publishes become visible together or not at all. The
 * feeds' row locks are taken by the last statement, so that they are held for as short as can be.
 */
export async function commit<T>(now: Date, work: (write: Write) => Promise<T>): Promise<T> {
  const outbox: OutboxEvent[] = [];
  const { result, places } = await db().$transaction(async (tx) => {
    const result = await work({
      tx,
      publish(feeds, { event, data }) {
        const id = randomUUID();
        const payload = { ...data, eventId: id, timestamp: now.toISOString() };
        for (const feed of new Set(feeds)) outbox.push({ feed, id, event, payload });
      },
    });
    return { result, places: await appendToFeeds(tx, outbox) };
  });
  relay().announce(
    outbox.flatMap(({ feed, id, event, payload }) => {
      const seq = places.get(`${feed} ${id}`);
      return seq === undefined ? [] : [feedEntry(feed, seq, id, event, JSON.stringify(payload))];
    }),
  );
  return result;
}

/** Appends the events; returns the seq of each, by "feed id". */
async function appendToFeeds(tx: Transaction, outbox: readonly OutboxEvent[]): Promise<Map<string, number>> {
  if (outbox.length === 0) return new Map();
  const rows = await tx.$queryRaw<Array<{ feed: string; seq: bigint; id: string }>>`
    SELECT feed, seq, id::text AS id FROM feed_publish(${JSON.stringify(outbox)}::jsonb)`;
  return new Map(rows.map(({ feed, seq, id }) => [`${feed} ${id}`, Number(seq)]));
}
