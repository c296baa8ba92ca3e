import { publishElement } from "@/lib/homepage/commands";
import { elementParams, publishBody } from "@/lib/homepage/schema";
import { route } from "@/lib/http/route";

// POST /api/homepage/elements/:id/publish: shows it as it is now to visitors.
export const POST = route(
  { params: elementParams, body: publishBody },
  async ({ viewer, params, body, now }) => Response.json(await publishElement(viewer, params.id, body, now)),
);
