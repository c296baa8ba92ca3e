import { route } from "@/lib/http/route";
import { endSession } from "@/lib/learning/commands";
import { endSessionBody } from "@/lib/learning/schema";

// POST /api/employee/end_session: a learner leaves.
export const POST = route({ body: endSessionBody }, async ({ viewer, body, now }) => {
  const session = await endSession(viewer, body.session_id, now);
  return Response.json({
    session_id: session.sessionId,
    duration_seconds: session.durationSeconds,
    active_seconds: session.activeSeconds,
    idle_time_minutes: Math.round(session.idleSeconds / 6) / 10,
  });
});
