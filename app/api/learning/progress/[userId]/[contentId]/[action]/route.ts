import { route } from "@/lib/http/route";
import { changeByHand } from "@/lib/learning/commands";
import { byHandBody, byHandParams } from "@/lib/learning/schema";

// POST /api/learning/progress/:user/:content/mark|reset|excuse: an instructor of the course, or an admin, says why.
export const POST = route({ params: byHandParams, body: byHandBody }, async ({ viewer, params, body, now }) =>
  Response.json(await changeByHand(viewer, { ...params, ...body }, now)),
);
