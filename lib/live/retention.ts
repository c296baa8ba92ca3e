import "server-only";
import { sqlPool } from "@/lib/db";
import { log } from "@/lib/log";

const DAY_MS = 24 * 60 * 60_000;
/** How long events are kept: a cursor that is older than this is answered with a reset. */
const KEEP_MS = 7 * DAY_MS;
const EVERY_MS = 60 * 60_000;
/** Events of one feed in one statement, so that no lock is held for long. */
const BATCH = 1_000;
/** Any number that nothing else locks by: of several processes one trims. */
const TRIM_LOCK = 5_137_201;

/**
 * Drops the events that were committed before `cutoff`, batch by batch, and raises each feed's floor with them. The
 * floor's own id stays, so that a cursor that stands at the floor can still be told from one of another history.
 * @returns how many events were dropped; 0 also where another process is at it
 */
export async function trimFeeds(cutoff: Date, batch: number = BATCH): Promise<number> {
  const client = await sqlPool().connect();
  let isWhole = false;
  try {
    const { rows } = await client.query<{ locked: boolean }>("SELECT pg_try_advisory_lock($1) AS locked", [
      TRIM_LOCK,
    ]);
    if (!rows[0]?.locked) {
      isWhole = true;
      return 0;
    }
    let dropped = 0;
    for (;;) {
      const { rows: trimmed } = await client.query<{ dropped: string }>({
        name: "trim-feed",
        // The feed whose oldest event is the oldest of all; up to a batch of what is too old in it.
        text: `WITH oldest AS (SELECT feed FROM "FeedEvent" WHERE at < $1 ORDER BY at LIMIT 1),
                      last AS (
                        SELECT max(seq) AS seq FROM (
                          SELECT e.seq FROM "FeedEvent" e, oldest WHERE e.feed = oldest.feed AND e.at < $1 ORDER BY e.seq LIMIT $2
                        ) batch
                      ),
                      raised AS (
                        UPDATE "Feed" f SET floor = last.seq,
                               "floorId" = (SELECT e.id FROM "FeedEvent" e WHERE e.feed = f.name AND e.seq = last.seq)
                        FROM oldest, last WHERE f.name = oldest.feed AND last.seq IS NOT NULL RETURNING f.name, f.floor
                      ),
                      gone AS (
                        DELETE FROM "FeedEvent" e USING raised WHERE e.feed = raised.name AND e.seq <= raised.floor RETURNING 1
                      )
                 SELECT count(*) AS dropped FROM gone`,
        values: [cutoff, batch],
      });
      const count = Number(trimmed[0]?.dropped ?? 0);
      if (count === 0) break;
      dropped += count;
    }
    await client.query("SELECT pg_advisory_unlock($1)", [TRIM_LOCK]);
    isWhole = true;
    return dropped;
  } finally {
    // A connection whose query failed is ended, and its lock with it.
    client.release(!isWhole);
  }
}

/** Trims again and again, for as long as the process lives. */
export function keepTrimming(): void {
  const timer = setTimeout(
    async () => {
      try {
        const dropped = await trimFeeds(new Date(Date.now() - KEEP_MS));
        if (dropped > 0) log().info({ dropped }, "old feed events were dropped");
      } catch (error) {
        log().warn({ err: error }, "old feed events could not be dropped; trying again in an hour");
      }
      keepTrimming();
    },
    EVERY_MS * (0.5 + Math.random()),
  );
  timer.unref();
}
