import { type APIRequestContext, type APIResponse, expect, test } from "playwright/test";
import { apiAs } from "../support/people";
import { courseId, freeSlot, instructorId, requestCourse } from "../support/training";

const NOBODY = "01a1fdbd-0000-7000-8000-000000000000";
const MEGABYTE = "x".repeat(1_000_000);

let iffat: APIRequestContext;
let admin: APIRequestContext;
let mike: APIRequestContext;

test.beforeAll(async () => {
  [iffat, admin, mike] = await Promise.all([apiAs("iffat"), apiAs("admin"), apiAs("mike")]);
});
test.afterAll(async () => {
  await Promise.all([iffat.dispose(), admin.dispose(), mike.dispose()]);
});

/** By location or note, whichever of them is not the wrong one: no other test writes this. */
const MARK = "Refused by bad-input.spec";

/** How many requests were written with the mark after all. */
async function countMarked(): Promise<number> {
  let count = 0;
  let cursor: string | null = null;
  do {
    const page: { items: Array<{ location: string; note: string | null }>; nextCursor: string | null } =
      await (
        await iffat.get("/api/courses/pending", { params: { limit: 100, ...(cursor ? { cursor } : {}) } })
      ).json();
    count += page.items.filter(({ location, note }) => location === MARK || note === MARK).length;
    cursor = page.nextCursor;
  } while (cursor);
  return count;
}

async function expectRefused(answer: APIResponse, statuses: readonly number[], what: string): Promise<void> {
  expect(statuses, `${what}: ${answer.status()}`).toContain(answer.status());
  const { error } = await answer.json();
  expect(error.code, what).toMatch(/^[a-z]+(_[a-z]+)*$/);
  expect(error.message, what).toMatch(/^[A-Z].{9,}\.$/s);
  expect(JSON.stringify(error), what).not.toMatch(/prisma|postgres|stack|undefined|node_modules/i);
}

/** Values of the wrong kind for any member of a body. */
const wrong: unknown[] = [
  null,
  true,
  -1,
  0.5,
  1e21,
  "",
  "\u0000",
  "a\u0000b",
  "not-a-uuid",
  MEGABYTE,
  [],
  {},
  [[]],
  "2026-13-45T99:99:99Z",
  "9999-12-31T00:00:00Z",
];

test("POST /api/requests refuses every wrong member, and writes nothing", async () => {
  const good = {
    courseId: await courseId(iffat, "First aid"),
    preferredDates: [freeSlot()],
    headcount: 3,
    location: MARK,
    note: MARK,
  };
  for (const member of [
    "courseId",
    "preferredDates",
    "headcount",
    "location",
    "neededBy",
    "note",
    "clientId",
  ]) {
    for (const value of wrong) {
      const harmless =
        (value === null && ["neededBy", "note"].includes(member)) ||
        (["location", "note"].includes(member) &&
          typeof value === "string" &&
          /^[\w:.-]{1,100}$/.test(value));
      if (harmless) continue;
      const what = `${member}: ${JSON.stringify(value)?.slice(0, 40)}`;
      await expectRefused(
        await iffat.post("/api/requests", { data: { ...good, [member]: value } }),
        [413, 422],
        what,
      );
    }
  }
  for (const dates of [
    ["2020-01-01T00:00:00Z"],
    [good.preferredDates[0], "2001-01-01T00:00:00Z"],
    Array(11).fill(freeSlot()),
    ["2027-01-01"],
    [1],
  ]) {
    await expectRefused(
      await iffat.post("/api/requests", { data: { ...good, preferredDates: dates } }),
      [422],
      JSON.stringify(dates),
    );
  }
  await expectRefused(
    await iffat.post("/api/requests", { data: { ...good, neededBy: "2020-01-01" } }),
    [422],
    "needed by a past date",
  );
  await expectRefused(
    await iffat.post("/api/requests", { data: { ...good, courseId: NOBODY } }),
    [422],
    "unknown course",
  );
  await expectRefused(
    await iffat.post("/api/requests", { data: { ...good, headcount: 10_001 } }),
    [422],
    "too many people",
  );
  expect(await countMarked()).toBe(0);
});

test("POST …/assign and …/complete refuse every wrong member, and change nothing", async () => {
  const request = await requestCourse(iffat);
  const good = {
    instructorId: await instructorId(admin, "Mike Turner"),
    scheduledDate: freeSlot(),
    durationMinutes: 60,
    revision: 1,
  };
  const read = async () => (await iffat.get(`/api/requests/${request.id}`)).json();
  const before = await read();
  for (const member of ["instructorId", "scheduledDate", "durationMinutes", "revision", "clientId"]) {
    for (const value of wrong) {
      const what = `${member}: ${JSON.stringify(value)?.slice(0, 40)}`;
      await expectRefused(
        await admin.post(`/api/requests/${request.id}/assign`, { data: { ...good, [member]: value } }),
        [413, 422],
        what,
      );
    }
  }
  for (const value of wrong) {
    await expectRefused(
      await admin.post(`/api/requests/${request.id}/complete`, { data: { revision: value } }),
      [413, 422],
      `revision ${JSON.stringify(value)?.slice(0, 40)}`,
    );
  }
  const answers: Array<[Record<string, unknown>, string]> = [
    [{ scheduledDate: "2020-01-01T09:00:00Z" }, "past_date"],
    [{ instructorId: NOBODY }, "unknown_instructor"],
    [{ durationMinutes: 14 }, "validation_failed"],
    [{ durationMinutes: 721 }, "validation_failed"],
    [{ scheduledDate: "2026-12-01T09:00:00" }, "validation_failed"],
    [{ revision: 2 }, "stale_revision"],
  ];
  for (const [over, code] of answers) {
    const answer = await admin.post(`/api/requests/${request.id}/assign`, { data: { ...good, ...over } });
    await expectRefused(answer, [409, 422], code);
    expect((await answer.json()).error.code).toBe(code);
  }
  expect(await read()).toEqual(before);
});

test("malformed JSON, a body that is no object, and a body of a megabyte are refused at every endpoint that takes one", async () => {
  const paths = [
    "/api/requests",
    `/api/requests/${NOBODY}/assign`,
    `/api/requests/${NOBODY}/complete`,
    "/api/test/clock",
  ];
  for (const path of paths) {
    for (const body of ["", "{", '{"a":', "undefined", "\u0000", "[1,", "{'a':1}"]) {
      const answer = await admin.post(path, {
        data: Buffer.from(body),
        headers: { "content-type": "application/json" },
      });
      await expectRefused(answer, [400], `${path} ${JSON.stringify(body)}`);
    }
    for (const body of ["null", "[]", "1", '"text"', "{}"]) {
      const answer = await admin.post(path, {
        data: Buffer.from(body),
        headers: { "content-type": "application/json" },
      });
      await expectRefused(answer, [422], `${path} ${body}`);
    }
    await expectRefused(
      await admin.post(path, { data: { location: MARK, note: MEGABYTE } }),
      [413],
      `${path} a megabyte`,
    );
  }
  for (const body of ["{", "[]", '{"email":{}}']) {
    const answer = await admin.post("/api/auth/callback/credentials", {
      data: Buffer.from(body),
      headers: { "content-type": "application/json" },
    });
    await expectRefused(answer, [400, 422], `sign-in ${body}`);
  }
  await expectRefused(
    await admin.post("/api/auth/callback/credentials", { form: { email: MEGABYTE } }),
    [413],
    "sign-in with a megabyte",
  );
  expect(await countMarked()).toBe(0);
});

test("unknown and malformed ids in the path are not found", async () => {
  for (const id of [NOBODY, "1", "null", "%00", "..%2F..", "a".repeat(2_000)]) {
    const answers = [
      await admin.get(`/api/requests/${id}`),
      await admin.post(`/api/requests/${id}/assign`, {
        data: { instructorId: NOBODY, scheduledDate: freeSlot(), durationMinutes: 60, revision: 1 },
      }),
      await admin.post(`/api/requests/${id}/complete`, { data: { revision: 1 } }),
    ];
    for (const answer of answers) await expectRefused(answer, [404], id.slice(0, 20));
  }
  await expectRefused(await admin.get("/api/courses/lost"), [404], "an unknown status");
});

test("wrong queries are refused", async () => {
  const queries = [
    "/api/courses/pending?limit=0",
    "/api/courses/pending?limit=101",
    "/api/courses/pending?limit=x",
    "/api/courses/pending?cursor=1",
    "/api/courses/pending?cursor=%00",
    "/api/classes?status=lost",
    "/api/catalogue?cursor=%27",
    `/api/catalogue?q=${"x".repeat(101)}`,
    "/api/catalogue?q=a%00b",
    "/api/instructors?scheduledDate=2027-01-01T09:00:00Z",
    "/api/instructors?durationMinutes=60",
    "/api/instructors?scheduledDate=soon&durationMinutes=60",
    "/api/instructors?scheduledDate=2027-01-01T09:00:00Z&durationMinutes=1e9",
    "/api/instructors?scheduledDate=2027-01-01T09:00:00%2B99:99&durationMinutes=60",
  ];
  for (const query of queries) await expectRefused(await admin.get(query), [422], query);
});

test("a write from another site is refused", async () => {
  const foreign: Array<Record<string, string>> = [
    { origin: "https://elsewhere.test" },
    { origin: "null" },
    { "sec-fetch-site": "cross-site" },
  ];
  for (const headers of foreign) {
    await expectRefused(
      await iffat.post("/api/requests", { data: {}, headers }),
      [403],
      JSON.stringify(headers),
    );
  }
});

test("what next-auth cannot read is no sign-in, and an unknown person is told the same as a wrong password", async () => {
  const visitor = await apiAs(null);
  const { csrfToken } = await (await visitor.get("/api/auth/csrf")).json();
  const attempt = async (email: string, password: string) => {
    const answer = await visitor.post("/api/auth/callback/credentials", {
      form: { csrfToken, email, password, json: "true" },
    });
    return [answer.status(), await answer.text()];
  };
  const unknown = await attempt("nobody@lockstep.test", "wrong");
  expect(unknown[0]).toBe(401);
  for (const [email, password] of [
    ["student@lockstep.test", "wrong"],
    ["student@lockstep.test\u0000", "lockstep-demo"],
    ["", ""],
    ["x".repeat(400), "wrong"],
  ] as const) {
    expect(await attempt(email, password)).toEqual(unknown);
  }
  await visitor.dispose();
});
