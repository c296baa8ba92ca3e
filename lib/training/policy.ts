import type { Viewer } from "@/lib/access/viewer";

type Who = Pick<Viewer, "userId" | "role" | "organizationId">;

/** An organization asks for courses for its own people. */
export function canRequestCourse(viewer: Who): viewer is Who & { organizationId: string } {
  return viewer.role === "ORGANIZATION" && viewer.organizationId !== null;
}

export function canListRequests(viewer: Who): boolean {
  return viewer.role === "ADMIN" || viewer.role === "INSTRUCTOR" || canRequestCourse(viewer);
}

/** Who may give a class to an instructor, and see who is free. */
export function canAssign(viewer: Who): boolean {
  return viewer.role === "ADMIN";
}

/** The class's own instructor says that it was held, or an admin. */
export function canComplete(viewer: Who, request: { instructorId: string | null }): boolean {
  return viewer.role === "ADMIN" || (viewer.role === "INSTRUCTOR" && request.instructorId === viewer.userId);
}
