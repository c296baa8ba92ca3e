import "server-only";
import { busyPool } from "@/lib/db";
import { SESSION_SILENCE_SECONDS } from "@/lib/learning/rules";
import type { LiveEvent } from "@/lib/live/events";
import { organizationFeed, userFeed } from "@/lib/live/feeds";
import { commit } from "@/lib/live/publish";
import { log } from "@/lib/log";
import { processState } from "@/lib/process-state";

const NEWS_EVERY_MS = 1_000;
const SWEEP_EVERY_MS = 60_000;
/** Learners that one turn tells of; the others wait for the next. */
const NEWS_BATCH = 500;
const SWEEP_BATCH = 500;

type Learner = NonNullable<Extract<LiveEvent, { event: "progressUpdate" }>["data"]["learners"]>[number];

/**
 * Takes the turn of a recurring job: of all processes one gets it, and not sooner than that after the last.
 * @returns whether it was got
 */
async function takeTurn(name: string, everyMs: number, now: Date): Promise<boolean> {
  const { rowCount } = await busyPool().query({
    name: "job-turn",
    text: `INSERT INTO "JobTurn" AS turn (name, "ranAt") VALUES ($1, $2)
           ON CONFLICT (name) DO UPDATE SET "ranAt" = EXCLUDED."ranAt" WHERE turn."ranAt" <= $3`,
    values: [name, now, new Date(now.getTime() - everyMs)],
  });
  return rowCount === 1;
}

/**
 * Tells organizations and instructors of the learners whose figures moved, in one event for each of their feeds.
 * @returns how many learners it told of
 */
export async function announceNews(now: Date): Promise<number> {
  return commit(now, async ({ tx, publish }) => {
    const rows = await tx.$queryRaw<
      Array<Learner & { organizationId: string | null; instructorIds: string[] }>
    >`
      WITH taken AS (
        DELETE FROM "ProgressNews" WHERE "enrolmentId" IN (
          SELECT "enrolmentId" FROM "ProgressNews" ORDER BY "enrolmentId" LIMIT ${NEWS_BATCH} FOR UPDATE SKIP LOCKED
        ) RETURNING "enrolmentId"
      )
      SELECT e."courseId"::text, e."userId"::text, e."progressPercentage", e."completedContent", e."totalContent",
        e."timeSpentSeconds",
        (SELECT u."organizationId"::text FROM "User" u WHERE u.id = e."userId") AS "organizationId",
        ARRAY(SELECT i."userId"::text FROM "CourseInstructor" i WHERE i."courseId" = e."courseId") AS "instructorIds"
      FROM taken JOIN "Enrolment" e ON e.id = taken."enrolmentId"`;
    const feeds = new Map<string, Learner[]>();
    for (const { organizationId, instructorIds, ...learner } of rows) {
      const concerned = [
        ...(organizationId ? [organizationFeed(organizationId)] : []),
        ...instructorIds.map(userFeed),
      ];
      for (const feed of concerned) feeds.set(feed, [...(feeds.get(feed) ?? []), learner]);
    }
    for (const [feed, learners] of feeds) {
      const newest = learners.at(-1);
      if (newest)
        publish([feed], { event: "progressUpdate", data: { type: "progress_update", ...newest, learners } });
    }
    return rows.length;
  });
}

/**
 * Ends the sessions that nothing was heard of for half an hour, each at the last that was heard.
 * @returns how many it ended
 */
export async function endSilentSessions(now: Date): Promise<number> {
  const { rowCount } = await busyPool().query({
    name: "end-silent-sessions",
    text: `UPDATE "LearningSession" SET "endedAt" = "lastHeardAt", "idleSeconds" =
             greatest(0, round(extract(epoch FROM "lastHeardAt" - "startedAt"))::int - "activeSeconds")
           WHERE "endedAt" IS NULL AND id IN (
             SELECT id FROM "LearningSession"
             WHERE "endedAt" IS NULL AND "startedAt" <= $1 AND "lastHeardAt" <= $1
             ORDER BY "startedAt" LIMIT $2 FOR UPDATE SKIP LOCKED)`,
    values: [new Date(now.getTime() - SESSION_SILENCE_SECONDS * 1000), SWEEP_BATCH],
  });
  return rowCount ?? 0;
}

/** Runs learning's recurring jobs for as long as the process lives; of several processes one takes each turn. */
export function keepLearningJobs(clock: () => Date): void {
  processState("learning-jobs.v1", () => {
    repeat("learning.news", NEWS_EVERY_MS, announceNews, clock);
    repeat("learning.silence", SWEEP_EVERY_MS, endSilentSessions, clock);
    return true;
  });
}

function repeat(
  name: string,
  everyMs: number,
  job: (now: Date) => Promise<unknown>,
  clock: () => Date,
): void {
  const timer = setTimeout(
    async () => {
      try {
        // Turns go by real time, whatever a test has set the clock to.
        if (await takeTurn(name, everyMs, new Date())) await job(clock());
      } catch (error) {
        log().warn({ err: error, job: name }, "a recurring job failed; it is tried again");
      }
      repeat(name, everyMs, job, clock);
    },
    everyMs * (1 + Math.random() * 0.1),
  );
  timer.unref();
}
