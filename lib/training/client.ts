"use client";

import useSWR from "swr";
import { z } from "zod";
import { getJson, postJson } from "@/lib/http/fetch";
import { cataloguePage } from "@/lib/learning/schema";
import type { LiveKey } from "@/lib/live/invalidation";
import {
  courseRequest,
  instructorPage,
  type RequestPage,
  type RequestStatusName,
  requestDetail,
  requestPage,
} from "@/lib/training/schema";

const listKeys = {
  pending: "pendingCourses",
  confirmed: "confirmedCourses",
  completed: "completedCourses",
  cancelled: "cancelledCourses",
} as const satisfies Record<RequestStatusName, LiveKey>;

const requestAnswer = z.object({ request: courseRequest });

/** Rows of another page, or another request, are never shown in the place of what is still being fetched. */
const ofThisKeyOnly = { keepPreviousData: false };

function pageSearch(cursor: string | null): string {
  return cursor ? `?cursor=${encodeURIComponent(cursor)}` : "";
}

/** One page of the viewer's requests of a status, kept current by live events. */
export function useRequests(status: RequestStatusName, cursor: string | null, initial?: RequestPage) {
  return useSWR(
    [listKeys[status], cursor],
    () => getJson(`/api/courses/${status}${pageSearch(cursor)}`, requestPage),
    { ...ofThisKeyOnly, ...(initial ? { fallbackData: initial } : {}) },
  );
}

/** One page of the viewer's classes, upcoming or held. */
export function useClasses(status: "confirmed" | "completed", cursor: string | null, initial?: RequestPage) {
  return useSWR(
    ["classes" satisfies LiveKey, status, cursor],
    () =>
      getJson(
        `/api/classes?status=${status}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`,
        requestPage,
      ),
    { ...ofThisKeyOnly, ...(initial ? { fallbackData: initial } : {}) },
  );
}

/** One request with its history; none while `id` is null. */
export function useRequestDetail(id: string | null) {
  return useSWR(
    id ? ["request" satisfies LiveKey, id] : null,
    () => getJson(`/api/requests/${id}`, requestDetail),
    ofThisKeyOnly,
  );
}

/**
 * The instructors and whether each is free for that request for `durationMinutes` from `scheduledDate` (ISO) on; none
 * while it is null.
 */
export function useInstructors(requestId: string, scheduledDate: string | null, durationMinutes: number) {
  return useSWR(
    scheduledDate ? ["instructors" satisfies LiveKey, requestId, scheduledDate, durationMinutes] : null,
    () => {
      const search = new URLSearchParams({
        scheduledDate: scheduledDate ?? "",
        durationMinutes: String(durationMinutes),
        exceptRequestId: requestId,
        limit: "100",
      });
      return getJson(`/api/instructors?${search}`, instructorPage);
    },
  );
}

/** The published courses. */
export function useCatalogue() {
  return useSWR(["catalogue"], () => getJson("/api/catalogue?limit=100", cataloguePage));
}

export async function sendRequest(body: {
  courseId: string;
  preferredDates: string[];
  headcount: number;
  location: string;
  neededBy: string | null;
  note: string | null;
  clientId: string;
}) {
  return (await postJson("/api/requests", body, requestAnswer)).request;
}

export async function sendAssignment(
  requestId: string,
  body: {
    instructorId: string;
    scheduledDate: string;
    durationMinutes: number;
    revision: number;
    clientId: string;
  },
) {
  return (await postJson(`/api/requests/${requestId}/assign`, body, requestAnswer)).request;
}

export async function sendCompletion(requestId: string, body: { revision: number; clientId: string }) {
  return (await postJson(`/api/requests/${requestId}/complete`, body, requestAnswer)).request;
}
