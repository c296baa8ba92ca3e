import { route } from "@/lib/http/route";
import { recordProgress } from "@/lib/learning/commands";
import { updateProgressBody } from "@/lib/learning/schema";

// POST /api/employee/update_progress: what a learner did, one event or a batch.
export const POST = route({ body: updateProgressBody }, async ({ viewer, body, now }) =>
  Response.json(await recordProgress(viewer, body, now)),
);
