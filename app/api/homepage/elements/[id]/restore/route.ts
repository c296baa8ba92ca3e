import { restoreElement } from "@/lib/homepage/commands";
import { elementParams, publishBody } from "@/lib/homepage/schema";
import { route } from "@/lib/http/route";

// POST /api/homepage/elements/:id/restore: takes it out of the archive, as a draft.
export const POST = route(
  { params: elementParams, body: publishBody },
  async ({ viewer, params, body, now }) => Response.json(await restoreElement(viewer, params.id, body, now)),
);
