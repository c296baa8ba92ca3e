import { route } from "@/lib/http/route";
import { assignInstructor } from "@/lib/training/commands";
import { assignBody, requestParams } from "@/lib/training/schema";

// POST /api/requests/:id/assign: an admin gives the request an instructor, a date and a duration.
export const POST = route(
  { params: requestParams, body: assignBody },
  async ({ viewer, params, body, now }) =>
    Response.json({ request: await assignInstructor(viewer, { requestId: params.id, ...body }, now) }),
);
