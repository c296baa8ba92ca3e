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

/** An event on its way to a feed. */
export type OutboxEvent = { feed: string; id: string; event: string; payload: unknown };

/** The event for each of these feeds, with the id and the time that it has on all of them. */
export function addressEvent(feeds: Iterable<string>, { event, data }: LiveEvent, now: Date): OutboxEvent[] {
  const id = randomUUID();
  const payload = { ...data, eventId: id, timestamp: now.toISOString() };
  return [...new Set(feeds)].map((feed) => ({ feed, id, event, payload }));
}

/**
 * Runs one command's transaction: what it writes and what it publishes become visible together or not at all. The
 * feeds' row locks are taken by the last statement, so that they are held for as short as can be.
 */
export async function commit<T>(now: Date, work: (write: Write) => Promise<T>): Promise<T> {
  const outbox: OutboxEvent[] = [];
  const { result, places } = await db().$transaction(async (tx) => {
    const result = await work({
      tx,
      publish(feeds, event) {
        outbox.push(...addressEvent(feeds, event, now));
      },
    });
    return { result, places: await appendToFeeds(tx, outbox) };
  });
  announce(outbox, places);
  return result;
}

/** Where feed_publish put an event. */
export type Place = { feed: string; seq: number; id: string };

/**
 * Hands committed events to the relays at once; without it they would find them by sweeping.
 * @param places what feed_publish answered of them
 */
export function announce(outbox: readonly OutboxEvent[], places: readonly Place[]): void {
  const seqs = new Map(places.map(({ feed, seq, id }) => [`${feed} ${id}`, seq]));
  relay().announce(
    outbox.flatMap(({ feed, id, event, payload }) => {
      const seq = seqs.get(`${feed} ${id}`);
      return seq === undefined ? [] : [feedEntry(feed, seq, id, event, JSON.stringify(payload))];
    }),
  );
}

/** Appends the events, as the last statement of the transaction; answers the place of each. */
async function appendToFeeds(tx: Transaction, outbox: readonly OutboxEvent[]): Promise<Place[]> {
  if (outbox.length === 0) return [];
  const rows = await tx.$queryRaw<Array<{ feed: string; seq: bigint; id: string }>>`
    SELECT feed, seq, id::text AS id FROM feed_publish(${JSON.stringify(outbox)}::jsonb)`;
  return rows.map(({ feed, seq, id }) => ({ feed, seq: Number(seq), id }));
}
