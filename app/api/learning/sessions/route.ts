import { route } from "@/lib/http/route";
import { listLearningSessions } from "@/lib/learning/queries";
import { sessionsQuery } from "@/lib/learning/schema";

// GET /api/learning/sessions?courseId=: the viewer's learning sessions, one for each device and opening.
export const GET = route({ query: sessionsQuery }, async ({ viewer, query }) =>
  Response.json(await listLearningSessions(viewer, query)),
);
