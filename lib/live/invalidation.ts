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
  | "homepageReleases"
  | "myCourses"
  | "courseOutline"
  | "realtimeProgress"
  | "contentProgress"
  | "learningSessions";

const progress: readonly LiveKey[] = ["myCourses", "courseOutline", "realtimeProgress", "contentProgress"];

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
  progress_update: progress,
  lesson_completed: progress,
  quiz_completed: progress,
  enrolled: [...progress, "learningSessions"],
  points_awarded: [],
  streak_changed: [],
  certificate_issued: ["myCourses"],
  resynced: progress,
};

/** The keys that an event refreshes. */
export function keysTouchedBy(event: WireEvent): readonly LiveKey[] {
  return touched[event.data.type];
}
