import { route } from "@/lib/http/route";
import { getRealtimeProgress } from "@/lib/learning/queries";
import { realtimeProgressParams } from "@/lib/learning/schema";

// GET /api/employee/realtime_progress/:user/:course: how far a learner ("me" is oneself) is in a course.
export const GET = route({ params: realtimeProgressParams }, async ({ viewer, params, now }) =>
  Response.json(await getRealtimeProgress(viewer, params.user, params.course, now)),
);
