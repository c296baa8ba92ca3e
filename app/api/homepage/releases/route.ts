import { listReleases } from "@/lib/homepage/queries";
import { releasesQuery } from "@/lib/homepage/schema";
import { route } from "@/lib/http/route";

// GET /api/homepage/releases: what visitors were shown, newest first.
export const GET = route({ query: releasesQuery }, async ({ viewer, query }) =>
  Response.json(await listReleases(viewer, query)),
);
