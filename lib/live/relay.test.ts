import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { sqlPool } from "@/lib/db";
import { Doorbell } from "@/lib/live/doorbell";
import { feedEntry } from "@/lib/live/feed-store";
import { Relay } from "@/lib/live/relay";
import { Stream } from "@/lib/live/stream";
import { PostgresProxy } from "@/lib/live/testing/postgres-proxy";
import { RecordingSink } from "@/lib/live/testing/recording-sink";
import { type TestDatabase, useTestDatabase } from "@/lib/testing/database";

const TIMING = { heartbeatMs: 200, heartbeatLimitMs: 300 };

let database: TestDatabase;
let proxy: PostgresProxy;
let relay: Relay;
let elsewhere: Doorbell;
let feed: string;
let sink: RecordingSink;
let stream: Stream;

beforeAll(async () => {
  database = await useTestDatabase();
});
beforeEach(async () => {
  const through = await PostgresProxy.to(database.url);
  proxy = through.proxy;
  relay = new Relay(through.url, new Doorbell(database.url, 1), TIMING);
  elsewhere = new Doorbell(database.url, 1);
  feed = `user:${randomUUID()}`;
  sink = new RecordingSink();
  stream = new Stream({ relay, feeds: [feed], cursor: null, sink, now: () => new Date() });
});
afterEach(async () => {
  stream.close();
  await Promise.all([relay.stop(), elsewhere.stop()]);
  await proxy.close();
});
afterAll(() => database.drop());

/** An event that another process commits and rings for. */
async function publishElsewhere(): Promise<void> {
  const id = randomUUID();
  const events = [{ feed, id, event: "courseStatusChanged", payload: { eventId: id } }];
  const { rows } = await sqlPool().query("SELECT seq FROM feed_publish($1::jsonb)", [JSON.stringify(events)]);
  elsewhere.ring([
    feedEntry(feed, Number(rows[0].seq), id, "courseStatusChanged", JSON.stringify({ eventId: id })),
  ]);
}

/** A backup put back that ended at seq 2, after which this process has committed four more events and announced them. */
async function restoreAndGoOn(): Promise<void> {
  const events = Array.from({ length: 4 }, () => {
    const id = randomUUID();
    return { feed, id, event: "courseStatusChanged", payload: { eventId: id } };
  });
  const client = await sqlPool().connect();
  await client.query("BEGIN");
  await client.query('DELETE FROM "FeedEvent" WHERE feed = $1 AND seq > 2', [feed]);
  await client.query('UPDATE "Feed" SET seq = 2 WHERE name = $1', [feed]);
  const { rows } = await client.query("SELECT seq, id::text AS id FROM feed_publish($1::jsonb)", [
    JSON.stringify(events),
  ]);
  await client.query("COMMIT");
  client.release();
  relay.announce(
    rows.map(({ seq, id }) =>
      feedEntry(feed, Number(seq), id, "courseStatusChanged", JSON.stringify({ eventId: id })),
    ),
  );
}

describe("the relay", () => {
  it("hears what other processes ring for, without asking the database for the event", async () => {
    await stream.open();
    await expect.poll(() => relay.status().listening).toBe(true);
    const { fetches, sweeps } = relay.counts;
    await publishElsewhere();
    await sink.until(() => sink.received.length === 1);
    expect(relay.counts).toMatchObject({ fetches, sweeps });
  });

  it("notices a listening connection that went dead without a word, and loses nothing", async () => {
    await stream.open();
    await expect.poll(() => relay.status().listening).toBe(true);
    proxy.blackhole();
    await publishElsewhere();
    await sink.until(() => sink.received.length === 1);
    await expect.poll(() => relay.status().listening, { timeout: 5_000 }).toBe(true);
    await publishElsewhere();
    await sink.until(() => sink.received.length === 2);
    expect(sink.received.map(({ seq }) => seq)).toEqual([1, 2]);
  });

  it("goes on by sweeping where LISTEN hears nothing, says so, and hears again once it can", async () => {
    proxy.swallowNotifications(true);
    await stream.open();
    await publishElsewhere();
    await sink.until(() => sink.received.length === 1);
    expect(relay.status().listening).toBe(false);
    expect(relay.counts.sweepsThatFound).toBeGreaterThan(0);
    proxy.swallowNotifications(false);
    await expect.poll(() => relay.status().listening, { timeout: 5_000 }).toBe(true);
  });

  it("does not go on in another history, though the next seq is the one that would come next", async () => {
    await stream.open();
    for (let count = 1; count <= 5; count += 1) await publishElsewhere();
    await sink.until(() => sink.received.length === 5);
    await expect.poll(() => relay.status().listening).toBe(true);
    proxy.refuse(true);
    await expect.poll(() => relay.status().listening).toBe(false);
    await restoreAndGoOn();
    await sink.until(() => sink.resets.length === 1);
    expect(sink.received.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
    expect(sink.resets).toEqual(["diverged"]);
    expect(sink.seqOf(feed)).toBe(6);
  });

  it("is told by a doorbell that was cut off as soon as it is connected again, without waiting for a sweep", async () => {
    await stream.open();
    await expect.poll(() => relay.status().listening).toBe(true);
    await publishElsewhere();
    await sink.until(() => sink.received.length === 1);
    const { sweeps } = relay.counts;
    await sqlPool().query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'lockstep-doorbell' AND datname = current_database()",
    );
    await publishElsewhere();
    await sink.until(() => sink.received.length === 2);
    expect(relay.counts.sweeps).toBe(sweeps);
  });
});
