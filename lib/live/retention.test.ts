import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { db, sqlPool } from "@/lib/db";
import { encodeCursor } from "@/lib/live/cursor";
import { readHeadCursor } from "@/lib/live/feed-store";
import { readReplay } from "@/lib/live/replay";
import { trimFeeds } from "@/lib/live/retention";
import { type TestDatabase, useTestDatabase } from "@/lib/testing/database";

const old = new Date("2026-11-01T00:00:00Z");
const cutoff = new Date("2026-11-14T00:00:00Z");
const recent = new Date("2026-11-20T00:00:00Z");

let database: TestDatabase;

beforeAll(async () => {
  database = await useTestDatabase();
});
afterAll(() => database.drop());

async function append(feed: string, count: number, at: Date): Promise<string[]> {
  const cursors: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const id = randomUUID();
    const events = [{ feed, id, event: "courseStatusChanged", payload: { eventId: id } }];
    await sqlPool().query("SELECT feed_publish($1::jsonb)", [JSON.stringify(events)]);
    await db().feedEvent.updateMany({ where: { feed, id }, data: { at } });
    cursors.push(encodeCursor(await readHeadCursor([feed])));
  }
  return cursors;
}

describe("trimFeeds", () => {
  it("drops what is too old in batches, keeps the rest, and a cursor below the floor gets a reset, at the floor a replay", async () => {
    const feed = `user:${randomUUID()}`;
    const quiet = `user:${randomUUID()}`;
    const cursors = [...(await append(feed, 7, old)), ...(await append(feed, 3, recent))];
    const quietCursors = await append(quiet, 2, old);

    expect(await trimFeeds(cutoff, 3)).toBe(9);
    expect(await trimFeeds(cutoff, 3)).toBe(0);
    for (const { name, seq, floor } of await db().feed.findMany()) {
      expect(await db().feedEvent.count({ where: { feed: name } })).toBe(Number(seq - floor));
    }

    expect(await readReplay([feed], cursors[5] ?? "")).toMatchObject({ outcome: "reset", reason: "trimmed" });
    const atTheFloor = await readReplay([feed], cursors[6] ?? "");
    expect(atTheFloor.outcome === "replay" && atTheFloor.entries.map(({ seq }) => seq)).toEqual([8, 9, 10]);
    // A feed whose every event is gone is still where it was.
    expect(await readReplay([quiet], quietCursors[1] ?? "")).toMatchObject({
      outcome: "replay",
      entries: [],
    });
    expect(encodeCursor(await readHeadCursor([quiet]))).toBe(quietCursors[1]);
    await append(quiet, 1, recent);
    const next = await readReplay([quiet], quietCursors[1] ?? "");
    expect(next.outcome === "replay" && next.entries.map(({ seq }) => seq)).toEqual([3]);
  });

  it("is done by one process at a time", async () => {
    await append(`user:${randomUUID()}`, 1, old);
    const counts = await Promise.all([trimFeeds(cutoff), trimFeeds(cutoff)]);
    expect(counts.reduce((sum, count) => sum + count)).toBe(1);
  });
});
