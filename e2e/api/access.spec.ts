import { readdirSync, readFileSync } from "node:fs";
import { type APIRequestContext, expect, test } from "playwright/test";
import { type Learning, studentLearning } from "../support/learning";
import { apiAs, type Person } from "../support/people";
import { confirmedClass, freeSlot, instructorId } from "../support/training";

type Who = Person | "visitor";
const everyone: readonly Who[] = ["visitor", "student", "staff", "harbour", "iffat", "sara", "mike", "admin"];

type Subject = { requestId: string; revision: number; mike: string; slot: string; learning: Learning };
type Rule = {
  send: (api: APIRequestContext, subject: Subject) => Promise<{ status(): number }>;
  /** The status that each person gets; of Iffat College's class, which Mike Turner teaches. */
  expected: Record<Who, number>;
};

const all = (status: number): Record<Who, number> => ({
  visitor: status,
  student: status,
  staff: status,
  harbour: status,
  iffat: status,
  sara: status,
  mike: status,
  admin: status,
});
const listed = { ...all(200), visitor: 401, student: 403, staff: 403 };
const unseen = { ...all(404), visitor: 401 };

const nobody = "0199ffff-0000-7000-8000-000000000000";
const noRelease = 999_999;
const action = (name: string) => ({
  send: (api: APIRequestContext) =>
    api.post(`/api/homepage/elements/${nobody}/${name}`, { data: { revision: 1, release: noRelease } }),
  // Of what is not there, an admin is told so; nobody else gets that far.
  expected: { ...all(403), visitor: 401, admin: 404 },
});
const tus = { "Tus-Resumable": "1.0.0" };

/** Videos and the homepage are for admins; what visitors see of them is for everyone. */
const media: Record<string, Rule> = {
  "GET /api/homepage": { send: (api) => api.get("/api/homepage"), expected: all(200) },
  "GET /api/homepage/elements": {
    send: (api) => api.get("/api/homepage/elements"),
    expected: { ...all(403), visitor: 401, admin: 200 },
  },
  "POST /api/homepage/elements": {
    send: (api) =>
      api.post("/api/homepage/elements", { data: { type: "text", title: "A", pictureId: nobody } }),
    expected: { ...all(403), visitor: 401, admin: 422 },
  },
  "GET /api/homepage/elements/[id]": {
    send: (api) => api.get(`/api/homepage/elements/${nobody}`),
    expected: unseen,
  },
  "PATCH /api/homepage/elements/[id]": {
    send: (api) => api.patch(`/api/homepage/elements/${nobody}`, { data: { revision: 1, title: "A" } }),
    expected: { ...all(403), visitor: 401, admin: 404 },
  },
  "POST /api/homepage/elements/[id]/publish": action("publish"),
  "POST /api/homepage/elements/[id]/unpublish": action("unpublish"),
  "POST /api/homepage/elements/[id]/archive": action("archive"),
  "POST /api/homepage/elements/[id]/restore": action("restore"),
  "POST /api/homepage/order": {
    send: (api) => api.post("/api/homepage/order", { data: { elementIds: [nobody], release: noRelease } }),
    expected: { ...all(403), visitor: 401, admin: 409 },
  },
  "GET /api/homepage/releases": {
    send: (api) => api.get("/api/homepage/releases"),
    expected: { ...all(403), visitor: 401, admin: 200 },
  },
  "POST /api/homepage/rollback": {
    send: (api) => api.post("/api/homepage/rollback", { data: { release: noRelease } }),
    expected: { ...all(403), visitor: 401, admin: 409 },
  },
  "GET /api/media/[...key]": {
    send: (api) => api.get(`/api/media/media/${nobody}/a.mp4`),
    expected: all(404),
  },
  "POST /api/media/demo": {
    send: (api) => api.post("/api/media/demo", { data: { seconds: 2 } }),
    expected: { ...unseen, admin: 202 },
  },
  "GET /api/media/health": {
    send: (api) => api.get("/api/media/health"),
    expected: { ...all(403), visitor: 401, admin: 200 },
  },
  "POST /api/media/pictures": {
    send: (api) =>
      api.post("/api/media/pictures", {
        multipart: {
          media_file: { name: "a.png", mimeType: "image/png", buffer: Buffer.from("no picture") },
        },
      }),
    expected: { ...all(403), visitor: 401, admin: 422 },
  },
  "GET /api/uploads": {
    send: (api) => api.get("/api/uploads"),
    expected: { ...all(403), visitor: 401, admin: 200 },
  },
  "GET /api/uploads/[id]": { send: (api) => api.get(`/api/uploads/${nobody}`), expected: unseen },
  "GET /api/uploads/[id]/events": {
    send: (api) => api.get(`/api/uploads/${nobody}/events`, { headers: { accept: "application/json" } }),
    expected: unseen,
  },
  "POST /api/uploads/[id]/cancel": {
    send: (api) => api.post(`/api/uploads/${nobody}/cancel`, { data: {} }),
    expected: unseen,
  },
  "POST /api/uploads/[id]/retry": {
    send: (api) => api.post(`/api/uploads/${nobody}/retry`, { data: {} }),
    expected: unseen,
  },
  "POST /api/uploads/tus/[[...path]]": {
    // An empty file is refused by what is said of it: who may send gets as far as being told so.
    send: (api) =>
      api.post("/api/uploads/tus", {
        headers: { ...tus, "Upload-Length": "0", "Upload-Metadata": "kind aGVyby12aWRlbw==" },
      }),
    expected: { ...all(403), visitor: 401, admin: 422 },
  },
  "PATCH /api/uploads/tus/[[...path]]": {
    send: (api) =>
      api.patch(`/api/uploads/tus/${nobody}`, {
        headers: { ...tus, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream" },
        data: Buffer.from("a"),
      }),
    expected: { ...all(403), visitor: 401, admin: 404 },
  },
  "DELETE /api/uploads/tus/[[...path]]": {
    send: (api) => api.delete(`/api/uploads/tus/${nobody}`, { headers: tus }),
    expected: unseen,
  },
};

/** Every route, who may do what. A route that is not here fails the test. */
const rules: Record<string, Rule> = {
  "GET /api/auth/[...nextauth]": { send: (api) => api.get("/api/auth/csrf"), expected: all(200) },
  "POST /api/auth/[...nextauth]": {
    send: (api) =>
      api.post("/api/auth/callback/credentials", {
        form: { email: "nobody@lockstep.test", password: "wrong" },
        maxRedirects: 0,
      }),
    expected: all(302),
  },
  "GET /api/catalogue": { send: (api) => api.get("/api/catalogue"), expected: all(200) },
  "GET /api/health": { send: (api) => api.get("/api/health"), expected: all(200) },
  "GET /api/events": {
    send: (api) => api.get("/api/events", { headers: { accept: "application/json" } }),
    expected: all(200),
  },
  "GET /api/metrics": { send: (api) => api.get("/api/metrics"), expected: { ...all(404), admin: 200 } },
  "GET /api/classes": { send: (api) => api.get("/api/classes"), expected: listed },
  "GET /api/courses/[status]": { send: (api) => api.get("/api/courses/pending"), expected: listed },
  "GET /api/instructors": {
    send: (api) => api.get("/api/instructors"),
    expected: { ...all(403), visitor: 401, admin: 200 },
  },
  "POST /api/requests": {
    // With a course that nobody has, who may ask gets as far as being told so.
    send: (api, { slot, requestId }) =>
      api.post("/api/requests", {
        data: { courseId: requestId, preferredDates: [slot], headcount: 1, location: "Here" },
      }),
    expected: { ...all(403), visitor: 401, iffat: 422, harbour: 422 },
  },
  "GET /api/requests/[id]": {
    send: (api, { requestId }) => api.get(`/api/requests/${requestId}`),
    expected: { ...unseen, iffat: 200, mike: 200, admin: 200 },
  },
  "POST /api/requests/[id]/assign": {
    send: (api, { requestId, mike, slot, revision }) =>
      api.post(`/api/requests/${requestId}/assign`, {
        data: { instructorId: mike, scheduledDate: slot, durationMinutes: 60, revision },
      }),
    expected: { ...unseen, iffat: 403, mike: 403, admin: 200 },
  },
  "POST /api/requests/[id]/complete": {
    // The class has not begun: who may complete it is told so.
    send: (api, { requestId, revision }) =>
      api.post(`/api/requests/${requestId}/complete`, { data: { revision } }),
    expected: { ...unseen, iffat: 403, mike: 422, admin: 422 },
  },
  ...media,
  // Learning: of the student's own place in a course that Mike and Sara teach, and that the staff member takes too.
  "GET /api/learning/enrolments": {
    send: (api) => api.get("/api/learning/enrolments"),
    expected: { ...all(403), visitor: 401, student: 200, staff: 200 },
  },
  "POST /api/learning/enrolments": {
    // With a course that nobody has, who may enrol gets as far as being told so.
    send: (api, { requestId }) => api.post("/api/learning/enrolments", { data: { courseId: requestId } }),
    expected: { ...all(403), visitor: 401, student: 422, staff: 422 },
  },
  "GET /api/learning/courses/[course]": {
    send: (api, { learning }) => api.get(`/api/learning/courses/${learning.slug}`),
    expected: { ...all(200), visitor: 401 },
  },
  "GET /api/learning/courses/[course]/contents/[content]": {
    send: (api, { learning }) =>
      api.get(`/api/learning/courses/${learning.slug}/contents/${learning.documentSlug}`),
    expected: { ...all(200), visitor: 401, harbour: 403, iffat: 403 },
  },
  "GET /api/learning/files/[id]": {
    send: (api, { learning }) => api.get(learning.fileUrl),
    expected: { ...all(200), visitor: 401, harbour: 404, iffat: 404 },
  },
  "GET /api/learning/sessions": {
    send: (api) => api.get("/api/learning/sessions"),
    expected: { ...all(200), visitor: 401 },
  },
  "POST /api/learning/progress/[userId]/[contentId]/[action]": {
    send: (api, { learning }) =>
      api.post(`/api/learning/progress/${learning.userId}/${learning.quizId}/reset`, {
        data: { reason: "To see who may" },
      }),
    expected: { ...unseen, sara: 200, mike: 200, admin: 200 },
  },
  "POST /api/employee/start_session": {
    send: (api, { learning }) =>
      api.post("/api/employee/start_session", { data: { course_id: learning.courseId } }),
    expected: { ...all(403), visitor: 401, student: 200, staff: 200 },
  },
  "POST /api/employee/end_session": {
    send: (api, { learning }) =>
      api.post("/api/employee/end_session", { data: { session_id: learning.sessionId } }),
    expected: { ...unseen, student: 200 },
  },
  "POST /api/employee/update_progress": {
    send: (api, { learning }) =>
      api.post("/api/employee/update_progress", {
        data: {
          content_id: learning.quizId,
          session_id: learning.sessionId,
          event_id: learning.eventId,
          interaction_type: "heartbeat",
          occurred_at: new Date().toISOString(),
        },
      }),
    expected: { ...unseen, student: 200 },
  },
  "GET /api/employee/realtime_progress/[user]/[course]": {
    send: (api, { learning }) =>
      api.get(`/api/employee/realtime_progress/${learning.userId}/${learning.courseId}`),
    expected: { ...unseen, student: 200, sara: 200, mike: 200, admin: 200 },
  },
  "GET /api/employee/content_progress/[user]/[content]": {
    send: (api, { learning }) =>
      api.get(`/api/employee/content_progress/${learning.userId}/${learning.quizId}`),
    expected: { ...unseen, student: 200, sara: 200, mike: 200, admin: 200 },
  },
  "POST /api/dashboard/progress/update": {
    send: (api, { learning }) =>
      api.post("/api/dashboard/progress/update", {
        data: { courseId: learning.courseId, lessonId: learning.quizId, timeSpent: 0, completed: true },
      }),
    // A learner's claim is answered 200 with accepted: false where there is nothing to show for it.
    expected: { ...all(403), visitor: 401, student: 200, staff: 200 },
  },
  // Answers only where the server runs for tests, as this one does.
  "POST /api/test/clock": {
    send: (api) => api.post("/api/test/clock", { data: { now: null } }),
    expected: all(200),
  },
  "GET /portal": { send: (api) => api.get("/portal", { maxRedirects: 0 }), expected: all(307) },
};

/** "GET /api/requests/[id]" for every handler that a route file exports. */
function findRoutes(): string[] {
  return readdirSync("app", { recursive: true, encoding: "utf8" })
    .filter((file) => /(^|\/)route\.ts$/.test(file))
    .flatMap((file) => {
      const source = readFileSync(`app/${file}`, "utf8");
      const path = `/${file.replace(/\/?route\.ts$/, "").replace(/\([^)]*\)\/?/g, "")}`;
      const exported = [
        ...source.matchAll(
          /export (?:const|async function) (GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)\b|\bas (GET|POST|PUT|PATCH|DELETE)\b/g,
        ),
      ];
      return exported.map(([, declared, renamed]) => `${declared ?? renamed} ${path}`);
    })
    .sort();
}

test("every route is in the table", () => {
  expect(findRoutes()).toEqual(Object.keys(rules).sort());
});

for (const [route, { send, expected }] of Object.entries(rules)) {
  test(`${route} is for whom it should be`, async () => {
    const { id, revision } = await confirmedClass();
    const admin = await apiAs("admin");
    const subject = {
      requestId: id,
      revision,
      mike: await instructorId(admin, "Mike Turner"),
      slot: freeSlot(),
      learning: await studentLearning(),
    };
    await admin.dispose();
    const got: Partial<Record<Who, number>> = {};
    for (const who of everyone) {
      const api = await apiAs(who === "visitor" ? null : who);
      got[who] = (await send(api, subject)).status();
      await api.dispose();
    }
    expect(got).toEqual(expected);
  });
}

test("a portal is for its role: others find nothing there, visitors are sent to sign in", async () => {
  const portals = {
    student: "student",
    staff: "staff",
    mike: "instructor",
    iffat: "organization",
    admin: "admin",
  } as const;
  for (const who of ["visitor", ...Object.keys(portals)] as Array<"visitor" | keyof typeof portals>) {
    const api = await apiAs(who === "visitor" ? null : who);
    for (const portal of Object.values(portals)) {
      const status = (await api.get(`/${portal}`, { maxRedirects: 0 })).status();
      expect(status, `${who} at /${portal}`).toBe(
        who === "visitor" ? 307 : portals[who] === portal ? 200 : 404,
      );
    }
    await api.dispose();
  }
});
