import { route } from "@/lib/http/route";
import { getContent } from "@/lib/learning/queries";
import { contentParams } from "@/lib/learning/schema";

// GET /api/learning/courses/:slug/contents/:slug: an item as its page shows it.
export const GET = route({ params: contentParams }, async ({ viewer, params, now }) =>
  Response.json(await getContent(viewer, params.course, params.content, now)),
);
