import { changeElement } from "@/lib/homepage/commands";
import { getElementWithRelease } from "@/lib/homepage/queries";
import { elementParams, elementPatch } from "@/lib/homepage/schema";
import { route } from "@/lib/http/route";

// GET /api/homepage/elements/:id: one element.
export const GET = route({ params: elementParams }, async ({ viewer, params }) =>
  Response.json(await getElementWithRelease(viewer, params.id)),
);

// PATCH /api/homepage/elements/:id: changes what it says, for its editors until it is published.
export const PATCH = route(
  { params: elementParams, body: elementPatch },
  async ({ viewer, params, body, now }) => Response.json(await changeElement(viewer, params.id, body, now)),
);
