import { timingSafeEqual } from "node:crypto";
import type { Viewer } from "@/lib/access/viewer";

/** Admins, and whoever carries the token as `Authorization: Bearer …` where one is set. */
export function mayReadMetrics(
  viewer: Pick<Viewer, "role"> | null,
  authorization: string | null,
  token: string | undefined,
): boolean {
  if (viewer?.role === "ADMIN") return true;
  if (token === undefined || authorization === null) return false;
  const [given, wanted] = [Buffer.from(authorization), Buffer.from(`Bearer ${token}`)];
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
