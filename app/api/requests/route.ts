import { route } from "@/lib/http/route";
import { requestCourse } from "@/lib/training/commands";
import { requestBody } from "@/lib/training/schema";

// POST /api/requests: an organization requests a course.
export const POST = route({ body: requestBody }, async ({ viewer, body, now }) =>
  Response.json({ request: await requestCourse(viewer, body, now) }, { status: 201 }),
);
