import type { Viewer } from "@/lib/access/viewer";

type Who = Pick<Viewer, "userId" | "role">;

/** Students and staff take courses. */
export function canEnrol(viewer: Who): boolean {
  return viewer.role === "STUDENT" || viewer.role === "STAFF";
}

/** Who teaches a course sees its items as learners do; so do admins. */
export function canPreview(viewer: Who, course: { instructorIds: readonly string[] }): boolean {
  return (
    viewer.role === "ADMIN" || (viewer.role === "INSTRUCTOR" && course.instructorIds.includes(viewer.userId))
  );
}

/** Marking, resetting and excusing by hand is for who teaches the course, and for admins. */
export function canChangeByHand(viewer: Who, course: { instructorIds: readonly string[] }): boolean {
  return canPreview(viewer, course);
}
