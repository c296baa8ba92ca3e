import { route } from "@/lib/http/route";
import { getCourseOutline } from "@/lib/learning/queries";
import { courseParams } from "@/lib/learning/schema";

// GET /api/learning/courses/:slug: a course with its items, and how far the viewer is.
export const GET = route({ params: courseParams }, async ({ viewer, params, now }) =>
  Response.json(await getCourseOutline(viewer, params.course, now)),
);
