import { route } from "@/lib/http/route";
import { startSession } from "@/lib/learning/commands";
import { startSessionBody } from "@/lib/learning/schema";

// POST /api/employee/start_session: a learner opens a course on a device.
export const POST = route({ body: startSessionBody }, async ({ viewer, body, now }) => {
  const { sessionId, startedAt } = await startSession(
    viewer,
    { courseId: body.course_id, moduleId: body.module_id, device: body.device, clientId: body.client_id },
    now,
  );
  return Response.json({ session_id: sessionId, started_at: startedAt.toISOString() });
});
