import { takeDown } from "@/lib/homepage/commands";
import { elementParams, publishBody } from "@/lib/homepage/schema";
import { route } from "@/lib/http/route";

// POST /api/homepage/elements/:id/archive: takes it down, and puts it away.
export const POST = route(
  { params: elementParams, body: publishBody },
  async ({ viewer, params, body, now }) =>
    Response.json(await takeDown(viewer, params.id, body, "archive", now)),
);
