import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Viewer } from "@/lib/access/viewer";
import { db } from "@/lib/db";
import { AppError } from "@/lib/http/errors";
import {
  changeByHand,
  claimProgress,
  endSession,
  enrol,
  recordProgress,
  startSession,
} from "@/lib/learning/commands";
import { announceNews, endSilentSessions } from "@/lib/learning/jobs";
import { getContentProgress, getCourseOutline, getRealtimeProgress } from "@/lib/learning/queries";
import { makeCourse, makePerson, type TestCourse } from "@/lib/learning/testing/course";
import { organizationFeed, userFeed } from "@/lib/live/feeds";
import { relay } from "@/lib/live/relay";
import { type TestDatabase, useTestDatabase } from "@/lib/testing/database";

let database: TestDatabase;
let admin: Viewer;
let course: TestCourse;
let learner: Viewer;
let session: string;

const start = new Date("2026-12-01T09:00:00Z");
const later = (seconds: number) => new Date(start.getTime() + seconds * 1000);

beforeAll(async () => {
  database = await useTestDatabase();
  admin = await makePerson("ADMIN");
  course = await makeCourse(admin, start);
});

afterAll(async () => {
  await relay().stop();
  await database.drop();
});

beforeEach(async () => {
  learner = await makePerson("STUDENT");
  await enrol(learner, course.courseId, start);
  session = (await startSession(learner, { courseId: course.courseId, device: "Laptop" }, start)).sessionId;
});

type Fields = Partial<{
  content_id: string;
  interaction_type: string;
  session_id: string;
  event_id: string;
  occurred_at: string;
  data: unknown;
}>;

function event(fields: Fields = {}) {
  return {
    content_id: course.video,
    interaction_type: "progress",
    session_id: session,
    event_id: randomUUID(),
    occurred_at: start.toISOString(),
    data: {},
    ...fields,
  };
}

const watch = (...ranges: Array<[number, number]>) =>
  event({ data: { ranges, position: ranges.at(-1)?.[1] } });

async function refusal(work: Promise<unknown>): Promise<AppError> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof AppError)) throw new Error(`not refused: ${error}`);
  return error;
}

async function videoPercentage(): Promise<number> {
  return (await getContentProgress(learner, "me", course.video, later(3_600))).completion_percentage;
}

async function eventsOf(feed: string) {
  return db().feedEvent.findMany({
    where: { feed },
    orderBy: { seq: "asc" },
    select: { event: true, payload: true },
  });
}

describe("watching", () => {
  it("jumping to the end and letting it run out does not complete; all parts in any order do", async () => {
    await recordProgress(
      learner,
      [
        event({ interaction_type: "seek", data: { position: 90 } }),
        watch([90, 100.4]),
        event({ interaction_type: "complete" }),
      ],
      later(20),
    );
    expect(await videoPercentage()).toBe(10);
    const answer = await recordProgress(learner, [watch([50, 90])], later(60));
    expect(answer.content[0]).toMatchObject({
      completion_percentage: 50,
      complete: false,
      watched: [[50, 100]],
    });
    const phone = (await startSession(learner, { courseId: course.courseId, device: "Phone" }, later(60)))
      .sessionId;
    const done = await recordProgress(
      learner,
      [event({ session_id: phone, data: { ranges: [[0, 45]] } })],
      later(90),
    );
    expect(done).toMatchObject({
      accepted: 1,
      refused: [],
      content: [{ completion_percentage: 100, complete: true }],
      course: { completion_percentage: 33, completed_content: 1, total_content: 3 },
    });
  });

  it("an hour offline comes in whole, in any order, also after the session was ended as silent", async () => {
    expect(await endSilentSessions(later(3_600))).toBeGreaterThan(0);
    const queued = [watch([60, 100]), watch([0, 30]), watch([30, 60])];
    const answer = await recordProgress(learner, queued, later(3_700));
    expect(answer).toMatchObject({ accepted: 3, content: [{ complete: true }] });
  });

  it("completion is never taken back by what comes later", async () => {
    await recordProgress(learner, [watch([0, 95])], later(60));
    await recordProgress(
      learner,
      [watch([0, 5]), event({ interaction_type: "seek", data: { position: 1 } })],
      later(70),
    );
    expect(await getRealtimeProgress(learner, "me", course.courseId, later(80))).toMatchObject({
      completed_content: 1,
      completion_percentage: 33,
      modules: [{ complete: false, contents: [{ complete: true, last_position: 1 }, {}, {}, {}] }],
    });
  });
});

describe("reports that are not what they should be", () => {
  it("the same event twice, one after the other, side by side or within one batch, changes nothing", async () => {
    const once = watch([0, 10]);
    const answers = await Promise.all([
      recordProgress(learner, [once, once], later(30)),
      recordProgress(learner, [once], later(30)),
      recordProgress(learner, [once], later(30)),
    ]);
    expect(answers.reduce((sum, { accepted }) => sum + accepted, 0)).toBe(1);
    expect(answers.reduce((sum, { duplicates }) => sum + duplicates, 0)).toBe(3);
    expect(await db().contentInteraction.count({ where: { userId: learner.userId } })).toBe(1);
    expect(await videoPercentage()).toBe(10);
  });

  it("the whole video claimed in a second gains at most the budget and is counted as suspicious", async () => {
    const answer = await recordProgress(learner, [watch([0, 100])], later(1));
    expect(answer.content[0]?.watched).toEqual([[0, 7]]);
    expect(
      await db().learningSession.findUnique({
        where: { id: session },
        select: { watchedSeconds: true, suspiciousSeconds: true },
      }),
    ).toEqual({ watchedSeconds: 7, suspiciousSeconds: 93 });
  });

  it("what is no number, negative, reversed or out of range is refused one by one while the rest stands", async () => {
    const wrong = [
      [event({ data: { ranges: [[null, 5]] } }), "invalid_event"],
      [event({ data: { ranges: [["0", 5]] } }), "invalid_event"],
      [watch([-1, 5]), "invalid_event"],
      [event({ data: { ranges: [[-1, 5]] } }), "invalid_range"],
      [event({ data: { ranges: [[9, 5]] } }), "invalid_range"],
      [event({ data: { ranges: [[0, 102]] } }), "out_of_range"],
      [event({ data: { position: 500 } }), "out_of_range"],
      [event({ content_id: course.document, data: { ranges: [[0, 5]] } }), "wrong_kind"],
      [event({ content_id: randomUUID() }), "unknown_content"],
      [event({ session_id: randomUUID() }), "unknown_session"],
      [event({ interaction_type: "hack" }), "invalid_event"],
      [event({ event_id: "" }), "invalid_event"],
      ["nonsense", "invalid_event"],
    ] as const;
    const sent = wrong.map(([each]) => each);
    const answer = await recordProgress(learner, [...sent, watch([0, 20])], later(60));
    expect(answer.accepted).toBe(1);
    expect(await videoPercentage()).toBe(20);
    const codes = new Map(answer.refused.map(({ event_id, code }) => [event_id, code]));
    for (const [each, code] of wrong) {
      if (typeof each === "string" || each.event_id === "") continue;
      if (each === wrong[2][0]) continue;
      expect(codes.get(each.event_id), JSON.stringify(each)).toBe(code);
    }
    expect(answer.refused).toHaveLength(wrong.length);
  });

  it("another learner's session is not found, and a course without an enrolment or withdrawn is refused", async () => {
    const other = await makePerson("STUDENT");
    expect((await refusal(recordProgress(other, [watch([0, 5])], later(9)))).code).toBe("not_found");
    expect((await refusal(endSession(other, session, later(9)))).code).toBe("not_found");
    expect((await refusal(startSession(other, { courseId: course.courseId }, later(9)))).code).toBe(
      "not_enrolled",
    );
    const withdrawn = await makeCourse(admin, start);
    await enrol(learner, withdrawn.courseId, start);
    const { sessionId } = await startSession(learner, { courseId: withdrawn.courseId }, start);
    await db().course.update({ where: { id: withdrawn.courseId }, data: { status: "DRAFT" } });
    const answer = await recordProgress(
      learner,
      [event({ content_id: withdrawn.video, session_id: sessionId, data: { ranges: [[0, 5]] } })],
      later(9),
    );
    expect(answer).toMatchObject({ accepted: 0, refused: [{ code: "course_withdrawn" }] });
    expect((await refusal(startSession(learner, { courseId: withdrawn.courseId }, later(9)))).code).toBe(
      "not_found",
    );
  });
});

describe("engaged time", () => {
  const epoch = start.getTime() / 1000;
  const beat = (from: number, to: number, fields: Fields = {}) =>
    event({ interaction_type: "heartbeat", data: { active: [[epoch + from, epoch + to]] }, ...fields });

  it("ten minutes hidden add at most 20 s, and two tabs playing count once", async () => {
    await recordProgress(learner, [beat(0, 600)], later(600));
    expect((await getContentProgress(learner, "me", course.video, later(600))).time_spent_seconds).toBe(20);
    const tab = (await startSession(learner, { courseId: course.courseId }, start)).sessionId;
    await recordProgress(learner, [beat(585, 600), beat(590, 605, { session_id: tab })], later(610));
    const day = await db().activityDay.findMany({
      where: { userId: learner.userId },
      select: { activeSeconds: true },
    });
    expect(day).toEqual([{ activeSeconds: 25 }]);
    const { time_spent_minutes, total_sessions } = await getRealtimeProgress(
      learner,
      "me",
      course.courseId,
      later(620),
    );
    expect({ time_spent_minutes, total_sessions }).toEqual({ time_spent_minutes: 0, total_sessions: 2 });
  });

  it("a session says what of it was idle, once, however often it is ended", async () => {
    await recordProgress(learner, [beat(0, 15), beat(15, 30)], later(30));
    const ended = await endSession(learner, session, later(90));
    expect(ended).toMatchObject({ durationSeconds: 90, activeSeconds: 30, idleSeconds: 60 });
    expect(await endSession(learner, session, later(900))).toEqual(ended);
  });

  it("a session that is not heard of for half an hour ends at its last heartbeat", async () => {
    await recordProgress(learner, [beat(0, 15)], later(15));
    await endSilentSessions(later(15 + 1_799));
    const read = () =>
      db().learningSession.findUniqueOrThrow({
        where: { id: session },
        select: { endedAt: true, idleSeconds: true },
      });
    expect(await read()).toEqual({ endedAt: null, idleSeconds: 0 });
    await endSilentSessions(later(15 + 1_800));
    expect(await read()).toEqual({ endedAt: later(15), idleSeconds: 0 });
  });

  it("reading to the end completes a document only with the time that reading takes", async () => {
    const scroll = event({
      content_id: course.document,
      interaction_type: "scroll",
      data: { reading_position: 1 },
    });
    expect((await recordProgress(learner, [scroll], later(1))).content[0]).toMatchObject({ complete: false });
    const beats = [
      beat(0, 15, { content_id: course.document }),
      beat(15, 30, { content_id: course.document }),
    ];
    expect((await recordProgress(learner, beats, later(30))).content[0]).toMatchObject({ complete: true });
  });
});

describe("roll-up and announcement", () => {
  it("the learner's feed hears of each step in the transaction; the organization and instructors of all in one", async () => {
    await announceNews(start);
    const organization = await db().organization.create({ data: { name: randomUUID() } });
    const staff = await makePerson("STAFF", { organizationId: organization.id });
    const instructor = await makePerson("INSTRUCTOR");
    await db().courseInstructor.create({
      data: { courseId: course.courseId, userId: instructor.userId, since: start },
    });
    await enrol(staff, course.courseId, start);
    const { sessionId } = await startSession(staff, { courseId: course.courseId }, start);
    for (const to of [20, 40, 95])
      await recordProgress(staff, [event({ session_id: sessionId, data: { ranges: [[0, to]] } })], later(60));
    const own = await eventsOf(userFeed(staff.userId));
    expect(own.map(({ event: name }) => name)).toEqual([
      "dashboardChanged",
      "progressUpdate",
      "progressUpdate",
      "progressUpdate",
      "dashboardChanged",
    ]);
    expect(own.at(3)?.payload).toMatchObject({
      userId: staff.userId,
      progressPercentage: 33,
      completedContent: 1,
      contentPercentage: 100,
    });
    expect(await eventsOf(organizationFeed(organization.id))).toEqual([]);
    expect(await announceNews(later(61))).toBeGreaterThan(0);
    for (const feed of [organizationFeed(organization.id), userFeed(instructor.userId)]) {
      const heard = await eventsOf(feed);
      expect(heard).toHaveLength(1);
      expect(heard[0]?.payload).toMatchObject({
        learners: expect.arrayContaining([
          expect.objectContaining({ userId: staff.userId, progressPercentage: 33 }),
        ]),
      });
    }
  });

  it("32 batches side by side, over two devices, lose nothing", async () => {
    const phone = (await startSession(learner, { courseId: course.courseId }, start)).sessionId;
    await Promise.all(
      Array.from({ length: 32 }, (_, index) =>
        recordProgress(
          learner,
          [
            event({
              session_id: index % 2 ? phone : session,
              data: { ranges: [[index * 3, index * 3 + 3]] },
            }),
          ],
          later(3_600),
        ),
      ),
    );
    expect((await getCourseOutline(learner, course.slug, later(3_600))).enrolment?.completedContent).toBe(1);
  });
});

describe("by claim and by hand", () => {
  it("a claim of a video that was not watched is not accepted; one that was is", async () => {
    const claim = { courseId: course.courseId, lessonId: course.video, timeSpent: 5, completed: true };
    expect(await claimProgress(learner, claim, later(60))).toMatchObject({
      accepted: false,
      reason: "not_watched",
      course: { progressPercentage: 0, completedContent: 0, totalContent: 3 },
    });
    await recordProgress(learner, [watch([0, 95])], later(70));
    expect(await claimProgress(learner, claim, later(80))).toMatchObject({
      accepted: true,
      course: { completedContent: 1 },
    });
  });

  it("an instructor of the course marks, resets and excuses with a reason; others find nothing", async () => {
    const instructor = await makePerson("INSTRUCTOR");
    const wanted = { userId: learner.userId, contentId: course.video, reason: "Shown in class" };
    expect((await refusal(changeByHand(instructor, { ...wanted, action: "mark" }, later(9)))).code).toBe(
      "not_found",
    );
    expect((await refusal(changeByHand(learner, { ...wanted, action: "mark" }, later(9)))).code).toBe(
      "not_found",
    );
    await db().courseInstructor.create({
      data: { courseId: course.courseId, userId: instructor.userId, since: start },
    });
    expect(await changeByHand(instructor, { ...wanted, action: "mark" }, later(9))).toMatchObject({
      complete: true,
      completedContent: 1,
      progressPercentage: 33,
    });
    expect(await changeByHand(admin, { ...wanted, action: "reset" }, later(10))).toMatchObject({
      complete: false,
      completedContent: 0,
    });
    expect(await changeByHand(instructor, { ...wanted, action: "excuse" }, later(11))).toMatchObject({
      complete: true,
      completedContent: 1,
    });
    const entries = await db().auditEntry.findMany({
      where: { subjectId: course.video, action: { startsWith: "progress." } },
      orderBy: { at: "asc" },
      select: { action: true, detail: true },
    });
    expect(entries.map(({ action }) => action)).toEqual([
      "progress.mark",
      "progress.reset",
      "progress.excuse",
    ]);
    expect(entries[0]?.detail).toMatchObject({ reason: "Shown in class", userId: learner.userId });
  });

  it("enrolling or starting twice is one enrolment and, with one client id, one session", async () => {
    const again = await Promise.all(
      Array.from({ length: 5 }, () => enrol(learner, course.courseId, later(1))),
    );
    expect(again.every(({ isNew }) => !isNew)).toBe(true);
    const clientId = randomUUID();
    const starts = await Promise.all(
      Array.from({ length: 5 }, () =>
        startSession(learner, { courseId: course.courseId, clientId }, later(1)),
      ),
    );
    expect(new Set(starts.map(({ sessionId }) => sessionId)).size).toBe(1);
  });
});
