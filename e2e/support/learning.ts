import { randomUUID } from "node:crypto";
import { expect } from "playwright/test";
import { apiAs } from "./people";

/** The student's place in a course, with a session that is open. */
export type Learning = {
  userId: string;
  courseId: string;
  slug: string;
  documentSlug: string;
  fileUrl: string;
  quizId: string;
  sessionId: string;
  eventId: string;
};

let known: Promise<Omit<Learning, "eventId">> | undefined;

/** The same place for all tests of a worker, with an event id of each one's own. */
export async function studentLearning(): Promise<Learning> {
  known ??= openLearning();
  return { ...(await known), eventId: randomUUID() };
}

async function openLearning(): Promise<Omit<Learning, "eventId">> {
  const api = await apiAs("student");
  try {
    const slug = "first-aid-and-cpr";
    const documentSlug = "before-you-help";
    const outline = await (await api.get(`/api/learning/courses/${slug}`)).json();
    const courseId: string = outline.courseId;
    const started = await api.post("/api/employee/start_session", { data: { course_id: courseId } });
    expect(started.status()).toBe(200);
    const progress = await (await api.get(`/api/employee/realtime_progress/me/${courseId}`)).json();
    const content = await (await api.get(`/api/learning/courses/${slug}/contents/${documentSlug}`)).json();
    const items: Array<{ id: string; kind: string }> = outline.modules.flatMap(
      (module: { contents: unknown[] }) => module.contents,
    );
    return {
      userId: progress.user_id,
      courseId,
      slug,
      documentSlug,
      fileUrl: String(Object.values(content.body.files)[0]),
      quizId: items.find(({ kind }) => kind === "quiz")?.id ?? "",
      sessionId: (await started.json()).session_id,
    };
  } finally {
    await api.dispose();
  }
}
