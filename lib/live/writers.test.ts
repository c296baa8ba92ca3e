import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sqlPool } from "@/lib/db";
import { adminFeed, organizationFeed, userFeed } from "@/lib/live/feeds";
import { commit } from "@/lib/live/publish";
import { relay } from "@/lib/live/relay";
import { Stream } from "@/lib/live/stream";
import { RecordingSink } from "@/lib/live/testing/recording-sink";
import { type TestDatabase, useTestDatabase } from "@/lib/testing/database";

const SECONDS = 60;
const WRITERS = 16;
const ROLLBACKS = 0.05;

let database: TestDatabase;

beforeAll(async () => {
  database = await useTestDatabase();
});
afterAll(async () => {
  await relay().stop();
  await database.drop();
});

class Rollback extends Error {}

describe("feeds under load", () => {
  it(`${WRITERS} writers for ${SECONDS} s with ${ROLLBACKS * 100} % rollbacks leave no gap, and a subscriber gets the table`, async () => {
    const feeds = [
      adminFeed,
      ...Array.from({ length: 3 }, () => organizationFeed(randomUUID())),
      userFeed(randomUUID()),
    ].sort();
    const sink = new RecordingSink();
    const stream = new Stream({ relay: relay(), feeds, cursor: null, sink, now: () => new Date() });
    await stream.open();

    const until = Date.now() + SECONDS * 1_000;
    const counts = { committed: 0, rolledBack: 0 };
    const write = async () => {
      while (Date.now() < until) {
        const rollBack = Math.random() < ROLLBACKS;
        try {
          await commit(new Date(), async ({ tx, publish }) => {
            const chosen = feeds.filter(() => Math.random() < 0.5);
            const requestId = randomUUID();
            publish(chosen.length > 0 ? chosen : [adminFeed], {
              event: "courseStatusChanged",
              data: {
                type: "course_assigned",
                courseId: requestId,
                courseTitle: rollBack ? "never to be seen" : "Fire warden",
                requestId,
                status: "confirmed",
                instructorId: null,
                instructorName: null,
                scheduledDate: null,
                revision: 1,
                actorId: requestId,
              },
            });
            await tx.$queryRaw`SELECT 1`;
            if (rollBack) throw new Rollback();
          });
          counts.committed += 1;
        } catch (error) {
          if (!(error instanceof Rollback)) throw error;
          counts.rolledBack += 1;
        }
      }
    };
    await Promise.all(Array.from({ length: WRITERS }, write));

    const { rows: heads } = await sqlPool().query<{
      name: string;
      seq: string;
      floor: string;
      count: string;
    }>(
      'SELECT f.name, f.seq, f.floor, count(e.seq) FROM "Feed" f LEFT JOIN "FeedEvent" e ON e.feed = f.name GROUP BY f.name ORDER BY f.name',
    );
    expect(heads.map((head) => head.name)).toEqual(feeds);
    for (const { name, seq, floor, count } of heads)
      expect(Number(count), name).toBe(Number(seq) - Number(floor));

    await sink.until(() => heads.every(({ name, seq }) => sink.seqOf(name) >= Number(seq)));
    stream.close();
    const { rows: events } = await sqlPool().query<{ feed: string; seq: string; eventId: string }>(
      'SELECT feed, seq, id::text AS "eventId" FROM "FeedEvent" ORDER BY feed, seq',
    );
    expect(sink.resets).toEqual([]);
    const got = sink.received.map((event) => `${event.feed} ${event.seq} ${event.eventId}`);
    expect(new Set(got).size).toBe(got.length);
    expect(got.sort()).toEqual(events.map(({ feed, seq, eventId }) => `${feed} ${seq} ${eventId}`).sort());
    const { rows: unseen } = await sqlPool().query(
      `SELECT 1 FROM "FeedEvent" WHERE payload->>'courseTitle' = 'never to be seen'`,
    );
    expect(unseen).toEqual([]);
    expect(counts.committed).toBeGreaterThan(1_000);
    expect(counts.rolledBack).toBeGreaterThan(20);
    console.info(
      `${counts.committed} commits, ${counts.rolledBack} rollbacks, ${events.length} events received of ${events.length}`,
    );
  }, 150_000);
});
