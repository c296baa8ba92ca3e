import { randomUUID } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { db, sqlPool } from "@/lib/db";
import { encodeCursor } from "@/lib/live/cursor";
import { Doorbell } from "@/lib/live/doorbell";
import { readHeadCursor } from "@/lib/live/feed-store";
import { Relay } from "@/lib/live/relay";
import { readReplay } from "@/lib/live/replay";
import { MAX_REPLAYED_EVENTS } from "@/lib/live/replay-rules";
import { responseSink } from "@/lib/live/response-sink";
import { Stream } from "@/lib/live/stream";
import { RecordingSink } from "@/lib/live/testing/recording-sink";
import { type TestDatabase, useTestDatabase } from "@/lib/testing/database";

let database: TestDatabase;
let relay: Relay;
let feed: string;

beforeAll(async () => {
  database = await useTestDatabase();
  relay = new Relay(database.url, new Doorbell(database.url, 1));
});
beforeEach(() => {
  feed = `user:${randomUUID()}`;
});
afterAll(async () => {
  await relay.stop();
  await database.drop();
});

/** Appends events as any process would, without telling the relay. */
async function append(count: number, payload: Record<string, unknown> = {}): Promise<void> {
  const events = Array.from({ length: count }, () => {
    const id = randomUUID();
    return { feed, id, event: "courseStatusChanged", payload: { ...payload, eventId: id } };
  });
  await sqlPool().query("SELECT feed_publish($1::jsonb)", [JSON.stringify(events)]);
}

async function cursorAtHead(): Promise<string> {
  return encodeCursor(await readHeadCursor([feed]));
}

function open(cursor: string | null, sink = new RecordingSink()): { stream: Stream; sink: RecordingSink } {
  const stream = new Stream({ relay, feeds: [feed], cursor, sink, now: () => new Date() });
  void stream.open();
  return { stream, sink };
}

describe("a cursor", () => {
  it("brings exactly what came after it, in order, from every place that was kept", async () => {
    const cursors = [await cursorAtHead()];
    for (let index = 0; index < 12; index += 1) {
      await append(1);
      cursors.push(await cursorAtHead());
    }
    for (const [seen, cursor] of cursors.entries()) {
      const replay = await readReplay([feed], cursor);
      if (replay.outcome !== "replay") throw new Error(replay.reason);
      expect(replay.entries.map((entry) => entry.seq)).toEqual(
        Array.from({ length: 12 - seen }, (_, index) => seen + 1 + index),
      );
      expect(encodeCursor(replay.end)).toBe(cursors.at(-1));
    }
  });

  it("below the floor, above the head, of another history, of other feeds or malformed brings one reset, then goes on", async () => {
    await append(10);
    const all = await db().feedEvent.findMany({ where: { feed }, orderBy: { seq: "asc" } });
    const at = (seq: number, tag = all[seq - 1]?.id.slice(0, 8) ?? "") =>
      encodeCursor(new Map([[feed, { seq, tag }]]));
    await db().$transaction([
      db().feedEvent.deleteMany({ where: { feed, seq: { lte: 4 } } }),
      db().feed.update({ where: { name: feed }, data: { floor: 4, floorId: all[3]?.id ?? null } }),
    ]);
    const cases: Array<[string, string]> = [
      [at(3), "trimmed"],
      [at(1_000, "aaaaaaaa"), "ahead"],
      [at(7, "aaaaaaaa"), "diverged"],
      [at(4, "aaaaaaaa"), "diverged"],
      [encodeCursor(new Map([["role:admin", { seq: 0, tag: "" }]])), "other_feeds"],
      ["not a cursor", "malformed"],
    ];
    for (const [cursor, reason] of cases) {
      const { stream, sink } = open(cursor);
      await sink.until(() => sink.cursor !== null);
      expect(sink.resets).toEqual([reason]);
      await append(1);
      await relay.sweep();
      await sink.until(() => sink.received.length === 1);
      expect(sink.resets).toEqual([reason]);
      stream.close();
    }
    const atTheFloor = await readReplay([feed], at(4));
    expect(atTheFloor.outcome).toBe("replay");
  });

  it("further behind than is worth replaying brings a reset and never a part", async () => {
    const start = await cursorAtHead();
    await append(MAX_REPLAYED_EVENTS);
    const whole = await readReplay([feed], start);
    expect(whole.outcome === "replay" && whole.entries.length).toBe(MAX_REPLAYED_EVENTS);
    await append(1);
    expect(await readReplay([feed], start)).toMatchObject({ outcome: "reset", reason: "too_far_behind" });
  });
});

describe("a stream", () => {
  it("survives the end of the LISTEN connection without a gap and without being closed", async () => {
    const { stream, sink } = open(null);
    await sink.until(() => sink.cursor !== null);
    const killer = new pg.Client({ connectionString: database.url });
    await killer.connect();
    const { rows } = await killer.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'lockstep-relay' AND datname = current_database()",
    );
    expect(rows.length).toBeGreaterThan(0);
    await append(3);
    await sink.until(() => sink.received.length === 3);
    expect(sink.received.map((event) => event.seq)).toEqual([1, 2, 3]);
    expect(sink.closed).toBe("no");
    await killer.end();
    stream.close();
  });

  it("of a reader that does not read is cut at 256 KiB, and its cursor makes that lossless", async () => {
    let cancelled = false;
    const { body, sink } = responseSink(() => {
      cancelled = true;
    });
    const stream = new Stream({ relay, feeds: [feed], cursor: null, sink, now: () => new Date() });
    await stream.open();
    const start = await cursorAtHead();
    const cuts = relay.counts.streamCuts;
    for (let seq = 1; seq <= 30; seq += 1) {
      await append(1, { ballast: "x".repeat(20_000) });
      await relay.sweep();
      // Each for itself: what comes all at once is written as the reader takes it.
      await expect.poll(() => relay.counts.streamCuts > cuts || relay.seqOf(feed) === seq).toBe(true);
    }
    await expect(new Response(body).text()).rejects.toThrow("too far behind");
    expect(cancelled).toBe(false);
    const replay = await readReplay([feed], start);
    expect(replay.outcome === "replay" && replay.entries.length).toBe(30);
  });

  it("replays more than a queue holds to a reader that keeps reading", async () => {
    const start = await cursorAtHead();
    await append(100, { ballast: "x".repeat(20_000) });
    const { body, sink } = responseSink(() => stream.close());
    const stream = new Stream({ relay, feeds: [feed], cursor: start, sink, now: () => new Date() });
    void stream.open();
    let text = "";
    for await (const chunk of body) {
      text += new TextDecoder().decode(chunk);
      if (text.includes('"seq":100,')) break;
    }
    expect([...text.matchAll(/"seq":(\d+),/g)].map(([, seq]) => Number(seq))).toEqual(
      Array.from({ length: 100 }, (_, i) => i + 1),
    );
  });

  it("of a reader that does not read even its replay is cut as well, after a while", async () => {
    const start = await cursorAtHead();
    await append(100, { ballast: "x".repeat(20_000) });
    const { body, sink } = responseSink(() => undefined);
    const before = relay.counts.streamCuts;
    const stream = new Stream({
      relay,
      feeds: [feed],
      cursor: start,
      sink,
      now: () => new Date(),
      stallLimitMs: 50,
    });
    await stream.open();
    expect(relay.counts.streamCuts).toBe(before + 1);
    await expect(new Response(body).text()).rejects.toThrow("too far behind");
  });

  it("never holds much for one reader, however much is committed at once", async () => {
    const sink = new RecordingSink();
    let largest = 0;
    const write = sink.write.bind(sink);
    sink.write = (bytes) => {
      largest = Math.max(largest, bytes.length);
      return write(bytes);
    };
    const { stream } = open(null, sink);
    await sink.until(() => sink.cursor !== null);
    await append(200, { ballast: "x".repeat(20_000) });
    await relay.sweep();
    await sink.until(() => sink.received.length === 200);
    expect(sink.received.map(({ seq }) => seq)).toEqual(Array.from({ length: 200 }, (_, i) => i + 1));
    expect(largest).toBeLessThan(128 * 1024);
    stream.close();
  });

  it("carries a payload that no doorbell can", async () => {
    const { stream, sink } = open(null);
    await sink.until(() => sink.cursor !== null);
    await append(1, { ballast: "x".repeat(9_000) });
    await relay.sweep();
    await sink.until(() => sink.received.length === 1);
    stream.close();
  });

  it("is reset when the feed goes back to an older state under it, as after a restore", async () => {
    await append(5);
    const { stream, sink } = open(null);
    await sink.until(() => sink.cursor !== null);
    await db().$transaction([
      db().feedEvent.deleteMany({ where: { feed, seq: { gt: 2 } } }),
      db().feed.update({ where: { name: feed }, data: { seq: 2 } }),
    ]);
    await relay.sweep();
    await sink.until(() => sink.resets.length === 1);
    expect(sink.resets).toEqual(["ahead"]);
    await append(1);
    await relay.sweep();
    await sink.until(() => sink.received.length === 1);
    expect(sink.received[0]?.seq).toBe(3);
    stream.close();
  });

  it("forgets its listeners when it ends, however often it is ended", async () => {
    const before = relay.status().feeds;
    const { stream, sink } = open(null);
    await sink.until(() => sink.cursor !== null);
    expect(relay.status().feeds).toBe(before + 1);
    stream.end("restart", 1_000);
    stream.close();
    stream.close(true);
    expect(relay.status().feeds).toBe(before);
    expect(sink.closed).toBe("ended");
  });
});
