import { route } from "@/lib/http/route";
import { getContentProgress } from "@/lib/learning/queries";
import { contentProgressParams } from "@/lib/learning/schema";

// GET /api/employee/content_progress/:user/:content: how far a learner ("me" is oneself) is in one item.
export const GET = route({ params: contentProgressParams }, async ({ viewer, params, now }) =>
  Response.json(await getContentProgress(viewer, params.user, params.content, now)),
);
