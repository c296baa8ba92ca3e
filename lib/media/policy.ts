import type { Viewer } from "@/lib/access/viewer";

/** Who sends videos, and sees, cancels and retries everybody's: admins. */
export function canManageUploads(viewer: Pick<Viewer, "role"> | null): boolean {
  return viewer?.role === "ADMIN";
}
