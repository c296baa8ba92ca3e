import type { WireEvent } from "@/lib/live/events";

/** The first element of every SWR key that live events refresh, named as the API names the lists. */
export type LiveKey =
  | "pendingCourses"
  | "confirmedCourses"
  | "completedCourses"
  | "cancelledCourses"
  | "classes"
  | "instructors"
  | "request"
  | "uploads"
  | "upload"
  | "mediaHealth"
  | "homepage"
  | "homepageElements"
  | "homepageReleases";

const touched: Record<WireEvent["data"]["type"], readonly LiveKey[]> = {
  new_course_request: ["pendingCourses"],
  course_assigned: ["pendingCourses", "confirmedCourses", "classes", "instructors", "request"],
  course_accepted: ["pendingCourses", "confirmedCourses", "classes", "instructors", "request"],
  course_declined: ["pendingCourses", "confirmedCourses", "classes", "instructors", "request"],
  course_rescheduled: ["pendingCourses", "confirmedCourses", "classes", "instructors", "request"],
  course_completed: ["confirmedCourses", "completedCourses", "classes", "request"],
  course_cancelled: [
    "pendingCourses",
    "confirmedCourses",
    "cancelledCourses",
    "classes",
    "instructors",
    "request",
  ],
  upload_progress: ["uploads", "upload", "mediaHealth"],
  homepage_changed: ["homepage", "homepageElements", "homepageReleases"],
};

/** The keys that an event refreshes. */
export function keysTouchedBy(event: WireEvent): readonly LiveKey[] {
  return touched[event.data.type];
}
