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
});
