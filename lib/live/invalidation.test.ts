import { describe, expect, it } from "vitest";
import type { WireEvent } from "@/lib/live/events";
import { keysTouchedBy } from "@/lib/live/invalidation";

const place = { feed: "role:admin", seq: 1, eventId: crypto.randomUUID(), timestamp: "2026-11-21T12:00:00Z" };
const request = { courseId: "c", courseTitle: "First aid", requestId: "r", revision: 2, actorId: "a" };

function changed(type: Extract<WireEvent, { event: "courseStatusChanged" }>["data"]["type"]): WireEvent {
  return {
    event: "courseStatusChanged",
    data: {
      ...place,
      ...request,
      type,
      status: "confirmed",
      instructorId: null,
      instructorName: null,
      scheduledDate: null,
    },
  };
}

/** DESIGN, section 3: what each type refreshes at the least. */
const contract = {
  course_completed: ["confirmedCourses", "completedCourses", "classes"],
  course_cancelled: ["pendingCourses", "confirmedCourses", "cancelledCourses", "classes", "instructors"],
  course_assigned: ["pendingCourses", "confirmedCourses", "classes", "instructors"],
  course_accepted: ["pendingCourses", "confirmedCourses", "classes", "instructors"],
  course_declined: ["pendingCourses", "confirmedCourses", "classes", "instructors"],
  course_rescheduled: ["pendingCourses", "confirmedCourses", "classes", "instructors"],
} as const;

describe("keysTouchedBy", () => {
  it("refreshes at the least what the contract names", () => {
    for (const [type, keys] of Object.entries(contract)) {
      expect(keysTouchedBy(changed(type as keyof typeof contract)), type).toEqual(
        expect.arrayContaining([...keys]),
      );
    }
  });

  it("refreshes the pending list, and nothing that a new request does not change", () => {
    const event: WireEvent = {
      event: "newCourseRequest",
      data: {
        ...place,
        ...request,
        type: "new_course_request",
        organizationId: "o",
        organizationName: "Iffat",
        status: "pending",
      },
    };
    expect(keysTouchedBy(event)).toEqual(["pendingCourses"]);
  });
});
