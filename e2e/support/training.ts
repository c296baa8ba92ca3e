import { type APIRequestContext, expect, test } from "playwright/test";
import { apiAs } from "./people";

export type CourseRequest = { id: string; revision: number; courseTitle: string; status: string };

/** Slots lie a month ahead and apart from each other, so that no test books over another or over the demo's own classes. */
let slots = 0;
export function freeSlot(): string {
  slots += 1;
  const day = 30 + test.info().workerIndex * 400 + slots;
  return new Date(
    Math.floor(Date.now() / 86_400_000) * 86_400_000 + day * 86_400_000 + 9 * 3_600_000,
  ).toISOString();
}

export async function courseId(api: APIRequestContext, title: string): Promise<string> {
  const { items } = await (await api.get("/api/catalogue", { params: { q: title } })).json();
  const id = items[0]?.id;
  expect(id, title).toBeTruthy();
  return id;
}

export async function instructorId(admin: APIRequestContext, name: string): Promise<string> {
  const { items } = await (await admin.get("/api/instructors")).json();
  return items.find((instructor: { name: string }) => instructor.name === name).id;
}

export async function requestCourse(
  organization: APIRequestContext,
  title = "First aid",
): Promise<CourseRequest> {
  const answer = await organization.post("/api/requests", {
    data: {
      courseId: await courseId(organization, title),
      preferredDates: [freeSlot()],
      headcount: 8,
      location: "Room 9",
    },
  });
  expect(answer.status()).toBe(201);
  return (await answer.json()).request;
}

/** Iffat College's request, given to Mike Turner at a time that is free. */
export async function confirmedClass(): Promise<CourseRequest> {
  const [iffat, admin] = await Promise.all([apiAs("iffat"), apiAs("admin")]);
  const { id, revision } = await requestCourse(iffat);
  const answer = await admin.post(`/api/requests/${id}/assign`, {
    data: {
      instructorId: await instructorId(admin, "Mike Turner"),
      scheduledDate: freeSlot(),
      durationMinutes: 60,
      revision,
    },
  });
  expect(answer.status()).toBe(200);
  const { request } = await answer.json();
  await Promise.all([iffat.dispose(), admin.dispose()]);
  return request;
}
