import { route } from "@/lib/http/route";
import { listRequests } from "@/lib/training/queries";
import { pageQuery, statusParams } from "@/lib/training/schema";

// GET /api/courses/:status: the requests of one status that the viewer may see.
export const GET = route({ params: statusParams, query: pageQuery }, async ({ viewer, params, query }) =>
  Response.json(await listRequests(viewer, params.status, query)),
);
