"use client";

import useSWR from "swr";
import type { z } from "zod";
import { getJson, postJson } from "@/lib/http/fetch";
import {
  type CourseOutline,
  courseOutline,
  endSessionAnswer,
  enrolAnswer,
  type MyCoursesPage,
  myCoursesPage,
  type progressEvent,
  startSessionAnswer,
  type UpdateProgressAnswer,
  updateProgressAnswer,
} from "@/lib/learning/schema";
import type { LiveKey } from "@/lib/live/invalidation";

/** What is shown of one key is never shown in the place of another that is still being fetched. */
const ofThisKeyOnly = { keepPreviousData: false };

/** One page of the viewer's own courses, kept current by live events. */
export function useMyCourses(cursor: string | null, initial?: MyCoursesPage) {
  return useSWR(
    ["myCourses" satisfies LiveKey, cursor],
    () =>
      getJson(
        `/api/learning/enrolments${cursor ? `?cursor=${encodeURIComponent(cursor)}` : ""}`,
        myCoursesPage,
      ),
    { ...ofThisKeyOnly, ...(initial ? { fallbackData: initial } : {}) },
  );
}

/** A course with its modules, items and the viewer's progress, kept current by live events. */
export function useCourseOutline(courseSlug: string, initial?: CourseOutline) {
  return useSWR(
    ["courseOutline" satisfies LiveKey, courseSlug],
    () => getJson(`/api/learning/courses/${courseSlug}`, courseOutline),
    { ...ofThisKeyOnly, ...(initial ? { fallbackData: initial } : {}) },
  );
}

export async function sendEnrolment(courseId: string) {
  return postJson("/api/learning/enrolments", { courseId }, enrolAnswer);
}

/** @param clientId the same for a retry of the same start */
export async function sendSessionStart(courseId: string, device: string | null, clientId: string) {
  return postJson(
    "/api/employee/start_session",
    { course_id: courseId, device, client_id: clientId },
    startSessionAnswer,
  );
}

export async function sendSessionEnd(sessionId: string) {
  return postJson("/api/employee/end_session", { session_id: sessionId }, endSessionAnswer);
}

/** An event as it is sent: `occurred_at` in ISO 8601. */
export type SentProgressEvent = z.input<typeof progressEvent>;

/** Records what a learner did. A repeat of the same events changes nothing. At most 500 events and 256 KiB. */
export async function sendProgress(events: readonly SentProgressEvent[]): Promise<UpdateProgressAnswer> {
  return postJson("/api/employee/update_progress", { events }, updateProgressAnswer);
}

/** The same while the page goes away, when no answer can be read. @returns whether the browser took it (64 KiB) */
export function beaconProgress(events: readonly SentProgressEvent[]): boolean {
  return navigator.sendBeacon(
    "/api/employee/update_progress",
    new Blob([JSON.stringify({ events })], { type: "application/json" }),
  );
}
