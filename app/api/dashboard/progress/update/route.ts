import { route } from "@/lib/http/route";
import { claimProgress } from "@/lib/learning/commands";
import { claimBody } from "@/lib/learning/schema";

// POST /api/dashboard/progress/update: somebody says that they have done a lesson.
export const POST = route({ body: claimBody }, async ({ viewer, body, now }) =>
  Response.json(await claimProgress(viewer, body, now)),
);
