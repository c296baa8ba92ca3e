import { route } from "@/lib/http/route";
import { enrol } from "@/lib/learning/commands";
import { listMyCourses } from "@/lib/learning/queries";
import { enrolBody, pageQuery } from "@/lib/learning/schema";

// GET /api/learning/enrolments: the viewer's own courses.
export const GET = route({ query: pageQuery }, async ({ viewer, query }) =>
  Response.json(await listMyCourses(viewer, query)),
);

// POST /api/learning/enrolments: a learner chooses a course.
export const POST = route({ body: enrolBody }, async ({ viewer, body, now }) => {
  const { isNew, ...enrolment } = await enrol(viewer, body.courseId, now);
  return Response.json(enrolment, { status: isNew ? 201 : 200 });
});
