import type { Viewer } from "@/lib/access/viewer";

/** The feed of everyone, visitors included: the homepage. */
export const publicFeed = "public";
/** The feed of all admins. */
export const adminFeed = "role:admin";

export function userFeed(userId: string): string {
  return `user:${userId}`;
}

export function organizationFeed(organizationId: string): string {
  return `organization:${organizationId}`;
}

/** The feed of one upload, which a stream of its own carries. */
export function uploadFeed(uploadId: string): string {
  return `upload:${uploadId}`;
}

/** The feeds that a viewer's stream carries, in name order. Staff do not get their organization's feed. */
export function feedsOf(viewer: Pick<Viewer, "userId" | "role" | "organizationId"> | null): string[] {
  const feeds = [publicFeed];
  if (viewer) feeds.push(userFeed(viewer.userId));
  if (viewer?.role === "ORGANIZATION" && viewer.organizationId)
    feeds.push(organizationFeed(viewer.organizationId));
  if (viewer?.role === "ADMIN") feeds.push(adminFeed);
  return feeds.sort();
}

/** Whether somebody who stands so still has just these feeds: what a viewer's own stream goes on by. */
export function hasFeeds(
  standing: Pick<Viewer, "userId" | "role" | "organizationId"> | null,
  feeds: readonly string[],
): boolean {
  const allowed = standing ? feedsOf(standing) : [];
  return allowed.length === feeds.length && allowed.every((feed, index) => feed === feeds[index]);
}
