import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Viewer } from "@/lib/access/viewer";
import { db } from "@/lib/db";
import { AppError } from "@/lib/http/errors";
import { insertPublishedCourse } from "@/lib/learning/writes";
import { adminFeed, organizationFeed, userFeed } from "@/lib/live/feeds";
import { relay } from "@/lib/live/relay";
import { insertOrganization, insertUser } from "@/lib/people/writes";
import { type TestDatabase, useTestDatabase } from "@/lib/testing/database";
import { assignInstructor, completeClass, requestCourse } from "@/lib/training/commands";
import { getRequest, getRequestDetail, listInstructors, listRequests } from "@/lib/training/queries";
import type { CourseRequest } from "@/lib/training/schema";

const now = new Date("2026-11-21T12:00:00Z");
const tomorrow = new Date("2026-11-22T09:00:00Z");

let database: TestDatabase;
let courseId: string;
let admin: Viewer;
let mike: Viewer;
let sara: Viewer;
let iffat: Viewer;
let harbour: Viewer;

beforeAll(async () => {
  database = await useTestDatabase();
  const person = async (
    firstName: string,
    role: Viewer["role"],
    organizationName: string | null = null,
  ): Promise<Viewer> =>
    db().$transaction(async (tx) => {
      const organizationId = organizationName && (await insertOrganization(tx, organizationName, now));
      const email = `${firstName.toLowerCase()}@example.test`;
      const user = {
        email,
        firstName,
        lastName: "Test",
        role,
        organizationId,
        timeZone: "Asia/Riyadh",
        passwordHash: "-",
        isDemo: false,
      };
      return {
        ...user,
        organizationName,
        name: `${firstName} Test`,
        userId: await insertUser(tx, user, now),
      };
    });
  admin = await person("Amira", "ADMIN");
  mike = await person("Mike", "INSTRUCTOR");
  sara = await person("Sara", "INSTRUCTOR");
  iffat = await person("Noura", "ORGANIZATION", "Iffat College");
  harbour = await person("Tom", "ORGANIZATION", "Harbour Logistics");
  courseId = await db().$transaction((tx) =>
    insertPublishedCourse(
      tx,
      { slug: "first-aid", title: "First aid", summary: "Help.", durationMinutes: 120 },
      now,
    ),
  );
});
afterAll(async () => {
  await relay().stop();
  await database.drop();
});

const body = () => ({ courseId, preferredDates: [tomorrow], headcount: 12, location: "Room 204" });
const request = () => requestCourse(iffat, body(), now);
let day = 0;
/** A day that no other test has used. */
const freeSlot = () => new Date(tomorrow.getTime() + ++day * 24 * 60 * 60_000);
const assign = (to: CourseRequest, over: Partial<Parameters<typeof assignInstructor>[1]> = {}) =>
  assignInstructor(
    admin,
    {
      requestId: to.id,
      instructorId: mike.userId,
      scheduledDate: freeSlot(),
      durationMinutes: 120,
      revision: to.revision,
      ...over,
    },
    now,
  );
const refusal = async (attempt: Promise<unknown>): Promise<AppError> => {
  const error = await attempt.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof AppError)) throw error ?? new Error("it was accepted");
  return error;
};

describe("the story", () => {
  it("moves a request to a completed class, each step with its history, its audit entry and one event a feed", async () => {
    const pending = await request();
    expect(pending).toMatchObject({
      status: "pending",
      revision: 1,
      organizationName: "Iffat College",
      courseTitle: "First aid",
    });
    const scheduledDate = freeSlot();
    const confirmed = await assign(pending, { scheduledDate });
    expect(confirmed).toMatchObject({
      status: "confirmed",
      revision: 2,
      instructorName: "Mike Test",
      durationMinutes: 120,
    });
    const completed = await completeClass(mike, { requestId: pending.id, revision: 2 }, scheduledDate);
    expect(completed).toMatchObject({
      status: "completed",
      revision: 3,
      completedAt: scheduledDate.toISOString(),
    });
    // Who held a class that they never accepted has accepted it.
    expect(completed.acceptedAt).toBe(scheduledDate.toISOString());

    const { history } = await getRequestDetail(iffat, pending.id);
    expect(
      history.map(({ type, fromStatus, toStatus, actorName }) => [type, fromStatus, toStatus, actorName]),
    ).toEqual([
      ["course_completed", "confirmed", "completed", "Mike Test"],
      ["course_assigned", "pending", "confirmed", "Amira Test"],
      ["new_course_request", null, "pending", "Noura Test"],
    ]);
    const audit = await db().auditEntry.findMany({
      where: { subjectId: pending.id },
      orderBy: { id: "asc" },
    });
    expect(audit.map(({ action, actorId }) => [action, actorId])).toEqual([
      ["request.create", iffat.userId],
      ["request.assign", admin.userId],
      ["request.complete", mike.userId],
    ]);
    const events = await db().feedEvent.findMany({
      where: { payload: { path: ["requestId"], equals: pending.id } },
    });
    const told = (type: string) =>
      events
        .filter(({ payload }) => JSON.stringify(payload).includes(`"${type}"`))
        .map(({ feed }) => feed)
        .sort();
    const organization = organizationFeed(pending.organizationId);
    expect(told("new_course_request")).toEqual([organization, adminFeed]);
    expect(told("course_assigned")).toEqual([organization, adminFeed, userFeed(mike.userId)]);
    expect(told("course_completed")).toEqual([organization, adminFeed, userFeed(mike.userId)]);
  });

  it("reassigns a confirmed class, clears the acceptance and tells both instructors", async () => {
    const first = await assign(await request());
    await db().courseRequest.update({ where: { id: first.id }, data: { acceptedAt: now } });
    const second = await assign(first, { instructorId: sara.userId });
    expect(second).toMatchObject({
      status: "confirmed",
      revision: 3,
      instructorId: sara.userId,
      acceptedAt: null,
    });
    for (const instructor of [mike, sara]) {
      const [latest] = await db().feedEvent.findMany({
        where: { feed: userFeed(instructor.userId) },
        orderBy: { seq: "desc" },
        take: 1,
      });
      expect(latest?.payload).toMatchObject({ requestId: first.id, revision: 3 });
    }
  });
});

describe("who may", () => {
  it("sees its own requests and nobody else's", async () => {
    const own = await assign(await request());
    await expect(getRequest(iffat, own.id)).resolves.toMatchObject({ id: own.id });
    await expect(getRequest(mike, own.id)).resolves.toMatchObject({ id: own.id });
    for (const stranger of [
      harbour,
      sara,
      { ...iffat, role: "STAFF" as const },
      { ...iffat, role: "STUDENT" as const },
    ]) {
      expect((await refusal(getRequest(stranger, own.id))).code).toBe("not_found");
    }
    expect((await listRequests(harbour, "confirmed", { limit: 50 })).items).toEqual([]);
  });

  it("assigns, completes and requests only by role; what cannot be seen is not found, what can is forbidden", async () => {
    const own = await assign(await request());
    const assignment = {
      requestId: own.id,
      instructorId: mike.userId,
      scheduledDate: freeSlot(),
      durationMinutes: 60,
      revision: 2,
    };
    expect((await refusal(assignInstructor(iffat, assignment, now))).code).toBe("forbidden");
    expect((await refusal(assignInstructor(mike, assignment, now))).code).toBe("forbidden");
    expect((await refusal(assignInstructor(harbour, assignment, now))).code).toBe("not_found");
    expect((await refusal(completeClass(iffat, { requestId: own.id, revision: 2 }, now))).code).toBe(
      "forbidden",
    );
    expect((await refusal(completeClass(sara, { requestId: own.id, revision: 2 }, now))).code).toBe(
      "not_found",
    );
    expect((await refusal(requestCourse(mike, body(), now))).code).toBe("forbidden");
    expect((await refusal(listInstructors(iffat, { limit: 50 }))).code).toBe("forbidden");
    expect(await getRequest(admin, own.id)).toEqual(own);
  });
});

describe("what is refused writes nothing", () => {
  const footprint = async () =>
    Promise.all([
      db().courseRequest.count(),
      db().statusChange.count(),
      db().auditEntry.count(),
      db().feedEvent.count(),
    ]);

  it("a stale revision, with the current row", async () => {
    const confirmed = await assign(await request());
    const before = await footprint();
    const stale = await refusal(assign(confirmed, { revision: 1 }));
    expect(stale.code).toBe("stale_revision");
    expect(stale.extras.body).toEqual({ request: confirmed });
    expect(stale.message).toContain("Mike Test");
    expect((await refusal(completeClass(mike, { requestId: confirmed.id, revision: 1 }, now))).code).toBe(
      "stale_revision",
    );
    expect(await footprint()).toEqual(before);
  });

  it("a class that has not begun, an ended one, a date that has passed, an unknown course or instructor", async () => {
    const confirmed = await assign(await request());
    const pending = await request();
    const held = await completeClass(
      admin,
      { requestId: confirmed.id, revision: 2 },
      new Date(confirmed.scheduledDate ?? ""),
    );
    const coming = await assign(await request());
    const before = await footprint();
    const attempts: Array<[() => Promise<unknown>, string]> = [
      [() => completeClass(mike, { requestId: coming.id, revision: 2 }, now), "not_begun"],
      [() => completeClass(admin, { requestId: pending.id, revision: 1 }, now), "illegal_transition"],
      [() => assign(held), "illegal_transition"],
      [() => assign(pending, { scheduledDate: now }), "past_date"],
      [() => assign(pending, { instructorId: randomUUID() }), "unknown_instructor"],
      [() => assign(pending, { instructorId: iffat.userId }), "unknown_instructor"],
      [() => requestCourse(iffat, { ...body(), preferredDates: [tomorrow, now] }, now), "past_date"],
      [() => requestCourse(iffat, { ...body(), neededBy: "2026-11-20" }, now), "past_date"],
      [() => requestCourse(iffat, { ...body(), courseId: randomUUID() }, now), "unknown_course"],
    ];
    for (const [attempt, code] of attempts) expect((await refusal(attempt())).code, code).toBe(code);
    expect(await footprint()).toEqual(before);
  });

  it("takes a date needed by in the zone of who asks", async () => {
    // 23:30 in London on the 21st is already the 22nd in Riyadh.
    const late = new Date("2026-11-21T23:30:00Z");
    const preferredDates = [new Date("2026-12-01T09:00:00Z")];
    expect(
      (await refusal(requestCourse(iffat, { ...body(), preferredDates, neededBy: "2026-11-21" }, late))).code,
    ).toBe("past_date");
    const request = await requestCourse(
      iffat,
      { ...body(), preferredDates, neededBy: new Date("2026-11-22T22:00:00Z") },
      late,
    );
    expect(request.neededBy).toBe("2026-11-23");
  });
});

describe("double booking", () => {
  it("of one instructor and slot, tried 50 times at once, succeeds once; 49 are told of the clash in plain words", async () => {
    const requests = await Promise.all(Array.from({ length: 50 }, request));
    const scheduledDate = freeSlot();
    const results = await Promise.allSettled(requests.map((each) => assign(each, { scheduledDate })));
    const won = results.filter((result) => result.status === "fulfilled");
    const lost = results.filter((result) => result.status === "rejected").map((result) => result.reason);
    expect(won).toHaveLength(1);
    expect(lost).toHaveLength(49);
    for (const error of lost) {
      expect(error).toMatchObject({ code: "double_booked" });
      expect(error.message).toMatch(
        /^Mike Test already teaches First aid for Iffat College, \d+ \w+ \d{4}, 12:00 to 14:00 \(Asia\/Riyadh\)\./,
      );
      expect(error.extras.body.clash.requestId).toBe(won[0]?.value.id);
    }
    expect(await db().courseRequest.count({ where: { startsAt: scheduledDate } })).toBe(1);
  });

  it("is refused by the database itself, and a class may begin when another ends", async () => {
    const first = await assign(await request());
    const second = await request();
    const startsAt = new Date(first.scheduledDate ?? "");
    const direct = (minutes: number) =>
      db().courseRequest.update({
        where: { id: second.id },
        data: {
          status: "CONFIRMED",
          instructorId: mike.userId,
          startsAt: new Date(startsAt.getTime() + minutes * 60_000),
          endsAt: new Date(startsAt.getTime() + (minutes + 60) * 60_000),
        },
      });
    await expect(direct(119)).rejects.toThrow(/CourseRequest_no_double_booking|23P01/);
    await expect(direct(120)).resolves.toMatchObject({ status: "CONFIRMED" });
  });

  it("shows who is free and what stands in the way", async () => {
    const taken = await assign(await request());
    const scheduledDate = new Date(taken.scheduledDate ?? "");
    const { items } = await listInstructors(admin, { limit: 50, scheduledDate, durationMinutes: 30 });
    expect(items).toEqual([
      {
        id: mike.userId,
        name: "Mike Test",
        available: false,
        clash: expect.objectContaining({ requestId: taken.id }),
      },
      { id: sara.userId, name: "Sara Test", available: true },
    ]);
  });
});

describe("a double click is one action", () => {
  it("twenty sendings of one request with one clientId make one request", async () => {
    const clientId = randomUUID();
    const before = await db().courseRequest.count();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => requestCourse(iffat, { ...body(), clientId }, now)),
    );
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect(await db().courseRequest.count()).toBe(before + 1);
  });

  it("an id that was another action's is refused, and nothing is done", async () => {
    const [first, second] = [await request(), await request()];
    const clientId = randomUUID();
    await assign(first, { clientId });
    expect((await refusal(assign(second, { clientId }))).code).toBe("validation_failed");
    expect(
      (await refusal(completeClass(admin, { requestId: first.id, revision: 2, clientId }, now))).code,
    ).toBe("validation_failed");
    expect((await refusal(requestCourse(admin, { ...body(), clientId }, now))).code).toBe("forbidden");
    expect(await getRequest(admin, second.id)).toEqual(second);
  });

  it("a repeated assignment or completion is answered like the first, and a different one with the same revision is stale", async () => {
    const pending = await request();
    const clientId = randomUUID();
    const scheduledDate = freeSlot();
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => assign(pending, { scheduledDate, clientId })),
    );
    expect(answers.map(({ revision }) => revision)).toEqual([2, 2, 2, 2, 2]);
    expect((await refusal(assign(pending, { scheduledDate, clientId: randomUUID() }))).code).toBe(
      "stale_revision",
    );
    const done = randomUUID();
    const completions = await Promise.all(
      Array.from({ length: 5 }, () =>
        completeClass(mike, { requestId: pending.id, revision: 2, clientId: done }, scheduledDate),
      ),
    );
    expect(completions.map(({ revision }) => revision)).toEqual([3, 3, 3, 3, 3]);
  });
});
