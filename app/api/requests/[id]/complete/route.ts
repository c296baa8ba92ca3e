import { route } from "@/lib/http/route";
import { completeClass } from "@/lib/training/commands";
import { completeBody, requestParams } from "@/lib/training/schema";

// POST /api/requests/:id/complete: the instructor marks the class as held.
export const POST = route(
  { params: requestParams, body: completeBody },
  async ({ viewer, params, body, now }) =>
    Response.json({ request: await completeClass(viewer, { requestId: params.id, ...body }, now) }),
);
