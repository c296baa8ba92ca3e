import { randomUUID } from "node:crypto";
import fc from "fast-check";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sqlPool } from "@/lib/db";
import { Doorbell } from "@/lib/live/doorbell";
import { type FeedEntry, feedEntry } from "@/lib/live/feed-store";
import { Relay } from "@/lib/live/relay";
import { Stream } from "@/lib/live/stream";
import { checkClient, type Note } from "@/lib/live/testing/checker";
import { RecordingSink } from "@/lib/live/testing/recording-sink";
import { type TestDatabase, useTestDatabase } from "@/lib/testing/database";

const RUNS = 10_000;
/** A relay that is broken on purpose is caught long before. */
const RUNS_TO_CATCH = 4_000;
/** What is not told within this time is taken for lost there. */
const CATCH_LIMIT_MS = 3_000;
const CONCURRENT_RUNS = 16;
const WRITERS = 2;
const CLIENTS = 2;

/** One step of an interleaving; writers, clients and feeds are small numbers that stand for this run's own. */
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("publish" as const),
      writer: fc.nat(WRITERS - 1),
      feeds: fc.subarray([0, 1], { minLength: 1 }),
      events: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("commit" as const),
      writer: fc.nat(WRITERS - 1),
      doorbell: fc.constantFrom("rings", "rings", "rings", "is lost"),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("rollback" as const), writer: fc.nat(WRITERS - 1) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("subscribe" as const),
      client: fc.nat(CLIENTS - 1),
      process: fc.nat(1),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("drop" as const), client: fc.nat(CLIENTS - 1) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("pause" as const) }) },
);
const interleaving = fc.array(step, { minLength: 4, maxLength: 14 });
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

let database: TestDatabase;
/** Two processes: the first one's own commits are announced to it, the second one hears of them by doorbell alone. */
type Processes = readonly [Relay, Relay];
const idle: pg.Client[] = [];

beforeAll(async () => {
  database = await useTestDatabase();
  delayAnswers();
  for (let index = 0; index < CONCURRENT_RUNS * WRITERS; index += 1) {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    idle.push(client);
  }
});

afterAll(async () => {
  await Promise.all(idle.map((client) => client.end()));
  await database.drop();
});

/**
 * Answers of the database arrive late, each by a time of its own: what is committed while a replay or a fetch is on its
 * way is just what registering, holding back and skipping are for.
 */
function delayAnswers(): void {
  const pool = sqlPool();
  const query = pool.query.bind(pool) as (config: pg.QueryConfig) => Promise<pg.QueryResult>;
  const late = () => new Promise((resolve) => setTimeout(resolve, Math.random() * 4));
  const delayed = async (config: pg.QueryConfig) => {
    const result = await query(config);
    if (Math.random() < 0.5) await late();
    return result;
  };
  Object.assign(pool, { query: delayed });
}

/** A writer's statements run one after the other; the run does not wait for them, so that writers block each other. */
class Writer {
  readonly #client: pg.Client;
  readonly #announcer: Relay;
  #tail: Promise<unknown> = Promise.resolve();
  #entries: FeedEntry[] | null = null;
  #planned = false;

  constructor(client: pg.Client, announcer: Relay) {
    this.#client = client;
    this.#announcer = announcer;
  }

  publish(feeds: readonly string[], count: number): void {
    // One publish a transaction, as its last statement: that is the contract of feed_publish.
    if (this.#planned) return;
    this.#planned = true;
    this.#then(async () => {
      const events = Array.from({ length: count }, () => ({ id: randomUUID() })).flatMap(({ id }) =>
        feeds.map((feed) => ({ feed, id, event: "courseStatusChanged", payload: { eventId: id } })),
      );
      await this.#client.query("BEGIN");
      const { rows } = await this.#client.query(
        "SELECT feed, seq, id::text AS id FROM feed_publish($1::jsonb)",
        [JSON.stringify(events)],
      );
      this.#entries = rows.map((row) =>
        feedEntry(
          row.feed,
          Number(row.seq),
          row.id,
          "courseStatusChanged",
          JSON.stringify({ eventId: row.id }),
        ),
      );
    });
  }

  end(how: "COMMIT" | "ROLLBACK", rings: boolean): void {
    if (!this.#planned) return;
    this.#planned = false;
    this.#then(async () => {
      await this.#client.query(how);
      const entries = this.#entries ?? [];
      this.#entries = null;
      if (how === "COMMIT" && rings) this.#announcer.announce(entries);
    });
  }

  async finish(): Promise<void> {
    this.end("COMMIT", true);
    await this.#tail;
  }

  #then(work: () => Promise<void>): void {
    this.#tail = this.#tail.then(work);
  }
}

/** One person's page over its connections: each takes up the cursor that the one before left. */
class Client {
  readonly connections: RecordingSink[] = [];
  #stream: Stream | null = null;
  readonly #feeds: readonly string[];

  constructor(feeds: readonly string[]) {
    this.#feeds = feeds;
  }

  connect(relay: Relay): void {
    if (this.#stream) return;
    const sink = new RecordingSink();
    const cursor = this.connections.findLast((connection) => connection.cursor !== null)?.cursor ?? null;
    this.connections.push(sink);
    this.#stream = new Stream({ relay, feeds: this.#feeds, cursor, sink, now: () => new Date() });
    void this.#stream.open();
  }

  drop(): void {
    this.#stream?.close();
    this.#stream = null;
  }

  get notes(): Note[] {
    return this.connections.flatMap(({ notes }) => notes);
  }

  /** Resolves once it stands at the heads, or has not got there in time: the checker tells what it has missed. */
  async catchUp(heads: ReadonlyMap<string, number>, limitMs: number): Promise<void> {
    const sink = this.connections.at(-1);
    const isCaughtUp = () => this.#feeds.every((feed) => (sink?.seqOf(feed) ?? 0) >= (heads.get(feed) ?? 0));
    await sink?.until(isCaughtUp, limitMs).catch(() => undefined);
  }
}

async function run(
  relays: Processes,
  steps: readonly Step[],
  clients: readonly pg.Client[],
  limitMs: number,
): Promise<void> {
  const feeds = [`organization:${randomUUID()}`, `user:${randomUUID()}`];
  const writers = clients.map((client) => new Writer(client, relays[0]));
  const readers = Array.from({ length: CLIENTS }, () => new Client(feeds));
  for (const todo of steps) {
    if (todo.do === "publish")
      writers[todo.writer]?.publish(
        todo.feeds.map((index) => feeds[index] ?? ""),
        todo.events,
      );
    if (todo.do === "commit") writers[todo.writer]?.end("COMMIT", todo.doorbell === "rings");
    if (todo.do === "rollback") writers[todo.writer]?.end("ROLLBACK", false);
    if (todo.do === "subscribe") readers[todo.client]?.connect(relays[todo.process === 0 ? 0 : 1]);
    if (todo.do === "drop") readers[todo.client]?.drop();
    if (todo.do === "pause") await sqlPool().query({ text: "SELECT 1" });
  }
  await Promise.all(writers.map((writer) => writer.finish()));
  for (const reader of readers) reader.connect(relays[1]);
  const { rows } = await sqlPool().query<{ feed: string; seq: string; id: string }>({
    text: 'SELECT feed, seq, id::text AS id FROM "FeedEvent" WHERE feed = ANY($1) ORDER BY feed, seq',
    values: [feeds],
  });
  const history = new Map(
    feeds.map((feed) => [
      feed,
      rows.flatMap((row) =>
        row.feed === feed ? [{ seq: Number(row.seq), id: row.id, committedAt: null }] : [],
      ),
    ]),
  );
  const heads = new Map([...history].map(([feed, events]) => [feed, events.at(-1)?.seq ?? 0]));
  const caughtUp = Promise.all(readers.map((reader) => reader.catchUp(heads, limitMs)));
  // Doorbells were lost on purpose: what they would have told is found by sweeping.
  await Promise.all(relays.map((relay) => relay.sweep()));
  await caughtUp;
  for (const [index, reader] of readers.entries()) {
    reader.drop();
    const { lost, duplicates, resets, wrongs } = checkClient(
      { name: `client ${index}`, feeds, notes: reader.notes },
      [history],
    );
    if (lost + duplicates + resets + wrongs.length > 0)
      throw new Error(`lost: ${lost}, twice: ${duplicates}, resets: ${resets}, wrong: ${wrongs.join("; ")}`);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Runs that many interleavings, several at a time. @throws Error at the first that loses, repeats or resets, with its steps */
async function interleave(relays: Processes, runs: number, limitMs: number): Promise<void> {
  const seed = Number(process.env.FC_SEED ?? Date.now() % 2 ** 31);
  const samples = fc.sample(interleaving, { numRuns: runs, seed });
  let next = 0;
  const work = async () => {
    const clients = idle.splice(0, WRITERS);
    try {
      for (let index = next++; index < samples.length; index = next++) {
        const steps = samples[index] ?? [];
        try {
          await run(relays, steps, clients, limitMs);
        } catch (error) {
          next = samples.length;
          throw new Error(`FC_SEED=${seed}, run ${index}: ${messageOf(error)}: ${JSON.stringify(steps)}`, {
            cause: error,
          });
        }
      }
    } finally {
      idle.push(...clients);
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: CONCURRENT_RUNS }, work));
  await Promise.all(relays.map((relay) => relay.stop()));
  for (const end of ended) if (end.status === "rejected") throw end.reason;
}

function processes(Kind: typeof Relay): Processes {
  return [
    new Kind(database.url, new Doorbell(database.url, 1)),
    new Kind(database.url, new Doorbell(database.url, 1)),
  ];
}

describe("feeds under interleaving", () => {
  it(`lose nothing and repeat nothing in ${RUNS} interleavings of publish, commit, rollback, subscribe and resume`, async () => {
    await interleave(processes(Relay), RUNS, 20_000);
  }, 600_000);
});

describe("a relay that is broken on purpose is caught", () => {
  it("where doorbells are trusted and nothing sweeps", async () => {
    class Trusting extends Relay {
      override async sweep(): Promise<void> {}
    }
    await expect(interleave(processes(Trusting), RUNS_TO_CATCH, CATCH_LIMIT_MS)).rejects.toThrow(
      /run \d+.*lost: [1-9]/s,
    );
  }, 120_000);

  it("where the replay is read before the stream is registered", async () => {
    class Hasty extends Relay {
      override async subscribe(...subscription: Parameters<Relay["subscribe"]>): Promise<() => void> {
        const registered = new Promise<() => void>((resolve) => {
          setTimeout(() => resolve(super.subscribe(...subscription)), 10);
        });
        return () => void registered.then((unsubscribe) => unsubscribe());
      }
    }
    await expect(interleave(processes(Hasty), RUNS_TO_CATCH, CATCH_LIMIT_MS)).rejects.toThrow(
      /run \d+.*lost: [1-9]/s,
    );
  }, 120_000);

  it("where a sequence numbers the events instead of the counter under the feed's lock", async () => {
    await sqlPool().query({
      text: `CREATE SEQUENCE numbers;
             CREATE OR REPLACE FUNCTION feed_publish(events jsonb) RETURNS TABLE (feed text, seq bigint, id uuid)
             LANGUAGE sql AS $$
               INSERT INTO "Feed" AS head (name, seq) SELECT DISTINCT item ->> 'feed', 1 FROM jsonb_array_elements(events) item
               ON CONFLICT (name) DO NOTHING;
               INSERT INTO "FeedEvent" AS appended (feed, seq, id, event, payload)
               SELECT item ->> 'feed', nextval('numbers'), (item ->> 'id')::uuid, item ->> 'event', item -> 'payload'
               FROM jsonb_array_elements(events) item
               RETURNING appended.feed, appended.seq, appended.id
             $$`,
    });
    await expect(interleave(processes(Relay), RUNS_TO_CATCH, CATCH_LIMIT_MS)).rejects.toThrow(
      // Whichever shows first: an event passed over, or a cursor at a seq that no event has.
      /run \d+.*(lost: [1-9]|of no single history)/s,
    );
  }, 120_000);
});
