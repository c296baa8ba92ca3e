import { tagOf } from "@/lib/live/cursor";
import type { Client, CommittedEvent, History, Write } from "@/lib/live/testing/checker";
import type { Instance } from "./instance";
import { ROLLED_BACK } from "./writers";

/**
 * What the suite puts into its own database: what retention drops is kept aside for the checker, and some transactions
 * fail at their very commit, after they have published.
 */
const SUITE_SQL = `
  CREATE TABLE "Trimmed" (LIKE "FeedEvent", "committedAt" timestamptz);
  CREATE FUNCTION keep_trimmed() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    INSERT INTO "Trimmed" SELECT event.*, pg_xact_commit_timestamp(event.xmin)
      FROM "FeedEvent" AS event WHERE event.feed = OLD.feed AND event.seq = OLD.seq;
    RETURN OLD;
  END $$;
  CREATE TRIGGER keep_trimmed BEFORE DELETE ON "FeedEvent" FOR EACH ROW EXECUTE FUNCTION keep_trimmed();
  CREATE FUNCTION refuse_commit() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    RAISE EXCEPTION 'rolled back on purpose';
  END $$;
  CREATE CONSTRAINT TRIGGER refuse_commit AFTER INSERT ON "CourseRequest" DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.location LIKE '${ROLLED_BACK}%') EXECUTE FUNCTION refuse_commit();`;

export async function prepareDatabase(instance: Instance): Promise<void> {
  await instance.query(SUITE_SQL);
}

/** All that was ever committed to the feeds of a database. */
export async function readHistory(instance: Instance, database?: string): Promise<History> {
  const rows = await instance.query<{ feed: string; seq: string; id: string; at: string | null }>(
    `SELECT feed, seq, id::text AS id, extract(epoch FROM at) * 1000 AS at FROM (
       SELECT feed, seq, id, pg_xact_commit_timestamp(xmin) AS at FROM "FeedEvent"
       UNION ALL SELECT feed, seq, id, "committedAt" FROM "Trimmed"
     ) AS event ORDER BY feed, seq`,
    [],
    database,
  );
  const history = new Map<string, CommittedEvent[]>();
  for (const { feed, seq, id, at } of rows) {
    const events = history.get(feed) ?? [];
    events.push({ seq: Number(seq), id, committedAt: at === null ? null : Number(at) });
    history.set(feed, events);
  }
  return history;
}

/** How many rows there are of each of these writes. */
export async function readRows(instance: Instance, writes: readonly Write[]): Promise<Map<string, number>> {
  const rows = await instance.query<{ mark: string; count: number }>(
    'SELECT location AS mark, count(*)::int AS count FROM "CourseRequest" WHERE location = ANY($1) GROUP BY location',
    [writes.map(({ mark }) => mark)],
  );
  return new Map(rows.map(({ mark, count }) => [mark, count]));
}

/** Whether a client stands at the head of all its feeds. */
export function isAtHead({ feeds, notes }: Client, history: History): boolean {
  const position = notes.findLast((note) => note.kind === "cursor")?.cursor;
  return feeds.every((feed) => {
    const head = history.get(feed)?.at(-1);
    const seen = position?.get(feed);
    return head ? seen?.seq === head.seq && seen.tag === tagOf(head.id) : (seen?.seq ?? 0) === 0;
  });
}
