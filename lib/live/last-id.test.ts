import { randomUUID } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { tagOf } from "@/lib/live/cursor";
import { checkClient, type Note, type Verdict } from "@/lib/live/testing/checker";
import { createTestDatabase, type TestDatabase } from "@/scripts/support/test-database";

/** The usual outbox: an identity column numbers the rows, and whoever reads asks for those after the last that it has. */
const IDENTITY = `INSERT INTO "FeedEvent" (feed, seq, id, event, payload)
  VALUES ($1, nextval('numbers'), $2, 'courseStatusChanged', '{}')`;
/** What Lockstep does. */
const COUNTER = `SELECT feed_publish(jsonb_build_array(jsonb_build_object(
  'feed', $1::text, 'id', $2::text, 'event', 'courseStatusChanged', 'payload', '{}'::jsonb)))`;

let database: TestDatabase;
let one: pg.Client;
let other: pg.Client;
let reader: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase();
  [one, other, reader] = await Promise.all([connect(), connect(), connect()]);
  await reader.query("CREATE SEQUENCE numbers");
});
afterAll(async () => {
  await Promise.all([one.end(), other.end(), reader.end()]);
  await database.drop();
});

async function connect(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  return client;
}

/** Two writers, the second of which commits while the first has published and not yet committed; what a reader gets of it. */
async function readByLastId(publish: string): Promise<Verdict> {
  const feed = `user:${randomUUID()}`;
  const notes: Note[] = [
    { kind: "connected" },
    { kind: "cursor", cursor: new Map([[feed, { seq: 0, tag: "" }]]) },
  ];
  let last = 0;
  const poll = async () => {
    const { rows } = await reader.query<{ seq: string; id: string }>(
      'SELECT seq, id::text AS id FROM "FeedEvent" WHERE feed = $1 AND seq > $2 ORDER BY seq',
      [feed, last],
    );
    for (const { seq, id } of rows) {
      last = Number(seq);
      notes.push({ kind: "event", feed, seq: last, eventId: id, at: 0 });
      notes.push({ kind: "cursor", cursor: new Map([[feed, { seq: last, tag: tagOf(id) }]]) });
    }
  };
  await one.query("BEGIN");
  await one.query(publish, [feed, randomUUID()]);
  let hasCommitted = false;
  const second = (async () => {
    await other.query("BEGIN");
    await other.query(publish, [feed, randomUUID()]);
    await other.query("COMMIT");
    hasCommitted = true;
  })();
  // With a counter, the second writer waits for the first here, for as long as it is open.
  while (!hasCommitted && !(await isSomebodyBlocked()));
  await poll();
  await one.query("COMMIT");
  await second;
  await poll();
  const { rows } = await reader.query<{ seq: string; id: string }>(
    'SELECT seq, id::text AS id FROM "FeedEvent" WHERE feed = $1 ORDER BY seq',
    [feed],
  );
  const events = rows.map(({ seq, id }) => ({ seq: Number(seq), id, committedAt: null }));
  return checkClient({ name: "the reader", feeds: [feed], notes }, [new Map([[feed, events]])]);
}

async function isSomebodyBlocked(): Promise<boolean> {
  const { rowCount } = await reader.query(
    "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
  );
  return rowCount === 1;
}

describe("a reader that asks for what is after the last that it has", () => {
  it("loses what commits late where a sequence numbers the events, and is caught", async () => {
    expect(await readByLastId(IDENTITY)).toMatchObject({ delivered: 1, lost: 1 });
  });

  it("loses nothing where the counter under the feed's lock does", async () => {
    expect(await readByLastId(COUNTER)).toMatchObject({ delivered: 2, lost: 0 });
  });
});
