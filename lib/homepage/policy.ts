import type { Viewer } from "@/lib/access/viewer";

/** Who arranges and publishes the homepage: admins. */
export function canEditHomepage(viewer: Pick<Viewer, "role">): boolean {
  return viewer.role === "ADMIN";
}
