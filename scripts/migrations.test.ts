import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Prisma, PrismaClient } from "@/lib/generated/prisma/client";
import { createTestDatabase, type TestDatabase } from "./support/test-database";

const migrationsFolder = path.resolve("prisma/migrations");
const runFile = promisify(execFile);

let database: TestDatabase;
let pool: pg.Pool;
let prisma: PrismaClient;

beforeAll(async () => {
  database = await createTestDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 20 });
  prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
});

afterAll(async () => {
  await prisma.$disconnect();
  await pool.end();
  await database.drop();
});

test("the newest migration's copy of the schema is the schema (else run: npm run migrate:new -- NAME)", () => {
  const newest = readdirSync(migrationsFolder)
    .filter((name) => /^\d{14}_/.test(name))
    .sort()
    .at(-1);
  const copy = readFileSync(path.join(migrationsFolder, newest ?? "none", "schema.prisma"), "utf8");
  expect(copy).toBe(readFileSync("prisma/schema.prisma", "utf8"));
});

test("the generated client can read every model of a migrated database", async () => {
  const {
    organization,
    user,
    course,
    courseRequest,
    statusChange,
    auditEntry,
    feed,
    feedEvent,
    rateLimit,
    session,
    upload,
    mediaAsset,
    assetFile,
    storedFile,
    homepageElement,
    homepageRelease,
    mediaWorker,
    courseVersion,
    courseInstructor,
    module,
    content,
    courseFile,
    enrolment,
    learningSession,
    contentProgress,
    contentInteraction,
    activityDay,
    progressNews,
    jobTurn,
  } = prisma;
  const reads = {
    Organization: organization.findMany(),
    User: user.findMany(),
    Course: course.findMany(),
    CourseRequest: courseRequest.findMany(),
    StatusChange: statusChange.findMany(),
    AuditEntry: auditEntry.findMany(),
    Feed: feed.findMany(),
    FeedEvent: feedEvent.findMany(),
    RateLimit: rateLimit.findMany(),
    Session: session.findMany(),
    Upload: upload.findMany(),
    MediaAsset: mediaAsset.findMany(),
    AssetFile: assetFile.findMany(),
    StoredFile: storedFile.findMany(),
    HomepageElement: homepageElement.findMany(),
    HomepageRelease: homepageRelease.findMany(),
    MediaWorker: mediaWorker.findMany(),
    CourseVersion: courseVersion.findMany(),
    CourseInstructor: courseInstructor.findMany(),
    Module: module.findMany(),
    Content: content.findMany(),
    CourseFile: courseFile.findMany(),
    Enrolment: enrolment.findMany(),
    LearningSession: learningSession.findMany(),
    ContentProgress: contentProgress.findMany(),
    ContentInteraction: contentInteraction.findMany(),
    ActivityDay: activityDay.findMany(),
    ProgressNews: progressNews.findMany(),
    JobTurn: jobTurn.findMany(),
  };
  expect(Object.keys(reads).sort()).toEqual(Object.keys(Prisma.ModelName).sort());
  for (const rows of await Promise.all(Object.values(reads))) expect(rows).toEqual([]);
});

test("two processes that migrate one database at once both succeed, and each migration is applied once", async () => {
  const empty = await createTestDatabase();
  try {
    const client = new pg.Client({ connectionString: empty.url });
    await client.connect();
    await client.query("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
    const migrate = () =>
      runFile(process.execPath, ["scripts/migrate.mjs"], {
        env: { ...process.env, DATABASE_URL: empty.url },
      });
    await Promise.all([migrate(), migrate(), migrate()]);
    const { rows } = await client.query(
      "SELECT migration_name, count(*)::int AS times FROM _prisma_migrations GROUP BY 1 HAVING count(*) <> 1",
    );
    expect(rows).toEqual([]);
    await client.end();
  } finally {
    await empty.drop();
  }
});

describe("what the database refuses", () => {
  async function makePeople() {
    const key = randomUUID();
    const { id: organizationId } = await prisma.organization.create({ data: { name: key } });
    const person = { firstName: "A", lastName: "B", timeZone: "UTC", passwordHash: "x" };
    const requester = await prisma.user.create({
      data: { ...person, email: `r-${key}@lockstep.test`, role: "ORGANIZATION", organizationId },
    });
    const instructor = await prisma.user.create({
      data: { ...person, email: `i-${key}@lockstep.test`, role: "INSTRUCTOR" },
    });
    const course = await prisma.course.create({
      data: { slug: key, title: "T", summary: "S", durationMinutes: 60 },
    });
    const request = {
      courseId: course.id,
      organizationId,
      requestedById: requester.id,
      headcount: 5,
      location: "Hall",
      preferredDates: [new Date("2027-01-01T08:00:00Z")],
    };
    /** A class of an hour that begins at this hour of one day. */
    const classAt = (hour: number, minutes = 60) => {
      const startsAt = new Date(Date.UTC(2027, 0, 1, hour));
      return {
        ...request,
        instructorId: instructor.id,
        startsAt,
        endsAt: new Date(startsAt.getTime() + minutes * 60_000),
      };
    };
    return { organizationId, person, request, classAt };
  }

  test("an instructor in two confirmed classes at once, but not one after the other", async () => {
    const { classAt } = await makePeople();
    await prisma.courseRequest.create({ data: { ...classAt(9), status: "CONFIRMED" } });
    await prisma.courseRequest.create({ data: { ...classAt(10), status: "CONFIRMED" } });
    await prisma.courseRequest.create({ data: { ...classAt(9), status: "CANCELLED" } });
    await expect(
      prisma.courseRequest.create({ data: { ...classAt(9, 61), status: "CONFIRMED" } }),
    ).rejects.toMatchObject({
      code: "P2039",
      message: expect.stringContaining("CourseRequest_no_double_booking"),
    });
  });

  test("a class that moves takes its time with it", async () => {
    const { classAt, request } = await makePeople();
    const first = await prisma.courseRequest.create({ data: { ...classAt(9), status: "CONFIRMED" } });
    const pending = await prisma.courseRequest.create({ data: request });
    const { startsAt, endsAt } = classAt(15);
    await prisma.courseRequest.update({
      where: { id: first.id },
      data: { startsAt, endsAt, revision: { increment: 1 } },
    });
    const { rows } = await pool.query(`SELECT id, during::text FROM "CourseRequest" WHERE id = ANY($1)`, [
      [first.id, pending.id],
    ]);
    expect(rows).toEqual(
      expect.arrayContaining([
        { id: first.id, during: '["2027-01-01 15:00:00+00","2027-01-01 16:00:00+00")' },
        { id: pending.id, during: null },
      ]),
    );
    await prisma.courseRequest.create({ data: { ...classAt(9), status: "CONFIRMED" } });
  });

  test.each([
    ["headcount 0", "CourseRequest_headcount", { headcount: 0 }],
    ["headcount 10001", "CourseRequest_headcount", { headcount: 10_001 }],
    ["revision 0", "CourseRequest_revision", { revision: 0 }],
    ["an end without a start", "CourseRequest_ends_after_start", { endsAt: new Date() }],
    ["an end at the start", "CourseRequest_ends_after_start", { startsAt: new Date(0), endsAt: new Date(0) }],
    [
      "an end before the start",
      "CourseRequest_ends_after_start",
      { startsAt: new Date(1), endsAt: new Date(0) },
    ],
    ["confirmed without a time", "CourseRequest_class_has_instructor_and_time", { status: "CONFIRMED" }],
    [
      "completed without a time",
      "CourseRequest_class_has_instructor_and_time",
      { status: "COMPLETED", completedAt: new Date() },
    ],
  ] as const)("a course request with %s", async (_what, constraint, wrong) => {
    const { request } = await makePeople();
    await expect(prisma.courseRequest.create({ data: { ...request, ...wrong } })).rejects.toThrow(constraint);
  });

  test("a completed class without the time of completion", async () => {
    const { classAt } = await makePeople();
    await expect(
      prisma.courseRequest.create({ data: { ...classAt(9), status: "COMPLETED" } }),
    ).rejects.toThrow("CourseRequest_completed_when");
  });

  test.each(["STAFF", "ORGANIZATION"] as const)("a user of role %s without an organization", async (role) => {
    const { person } = await makePeople();
    await expect(
      prisma.user.create({ data: { ...person, email: `${randomUUID()}@lockstep.test`, role } }),
    ).rejects.toThrow("User_belongs_to_organization");
  });

  test("an email address in capitals", async () => {
    const { person } = await makePeople();
    await expect(
      prisma.user.create({ data: { ...person, email: "A@lockstep.test", role: "STUDENT" } }),
    ).rejects.toThrow("User_email_in_lower_case");
  });

  test("a feed whose floor lies above its head", async () => {
    await expect(prisma.feed.create({ data: { name: randomUUID(), seq: 1, floor: 2 } })).rejects.toThrow(
      "Feed_floor",
    );
  });
});

describe("feed_publish", () => {
  const event = (feed: string) => ({
    feed,
    id: randomUUID(),
    event: "notification",
    payload: { type: "notification" },
  });

  test("numbers several events of one feed in their order, and answers each place", async () => {
    const [a, b] = [`user:${randomUUID()}`, `user:${randomUUID()}`];
    const events = [event(b), event(a), event(b), event(b)];
    const publish = () =>
      pool.query("SELECT feed, seq::int, id FROM feed_publish($1)", [JSON.stringify(events)]);
    const expected = [
      { feed: b, seq: 1, id: events[0]?.id },
      { feed: a, seq: 1, id: events[1]?.id },
      { feed: b, seq: 2, id: events[2]?.id },
      { feed: b, seq: 3, id: events[3]?.id },
    ];
    const { rows } = await publish();
    expect(rows).toHaveLength(4);
    expect(rows).toEqual(expect.arrayContaining(expected));
    const again = await publish();
    expect(again.rows).toEqual(
      expect.arrayContaining(expected.map((row) => ({ ...row, seq: row.seq + (row.feed === b ? 3 : 1) }))),
    );
    expect((await pool.query("SELECT feed FROM feed_publish('[]')")).rows).toEqual([]);
  });

  test("16 writers over shared feeds with rollbacks: no deadlock, no gap, nothing lost, nothing that rolled back", async () => {
    const feeds = Array.from({ length: 8 }, (_, index) => `organization:${index}-${randomUUID()}`);
    const committed = new Set<string>();
    const writer = async () => {
      const client = await pool.connect();
      try {
        for (let round = 0; round < 100; round++) {
          const events = Array.from({ length: 1 + Math.floor(Math.random() * 5) }, () =>
            event(feeds[Math.floor(Math.random() * feeds.length)] ?? ""),
          );
          const rollsBack = Math.random() < 0.05;
          await client.query("BEGIN");
          await client.query("SELECT feed FROM feed_publish($1)", [JSON.stringify(events)]);
          await client.query(rollsBack ? "ROLLBACK" : "COMMIT");
          if (!rollsBack) for (const { feed, id } of events) committed.add(`${feed} ${id}`);
        }
      } finally {
        client.release();
      }
    };
    await Promise.all(Array.from({ length: 16 }, writer));

    const { rows } = await pool.query<{
      feed: string;
      id: string;
      seq: string;
      place: string;
      head: string;
      kept: string;
    }>(
      `SELECT e.feed, e.id, e.seq, row_number() OVER (PARTITION BY e.feed ORDER BY e.seq) AS place,
              f.seq AS head, count(*) OVER (PARTITION BY e.feed) AS kept
       FROM "FeedEvent" e JOIN "Feed" f ON f.name = e.feed WHERE e.feed = ANY($1)`,
      [feeds],
    );
    expect(rows.filter(({ seq, place, head, kept }) => seq !== place || head !== kept)).toEqual([]);
    expect(new Set(rows.map(({ feed, id }) => `${feed} ${id}`))).toEqual(committed);
  }, 60_000);
});
