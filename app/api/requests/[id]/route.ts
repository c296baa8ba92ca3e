import { route } from "@/lib/http/route";
import { getRequestDetail } from "@/lib/training/queries";
import { requestParams } from "@/lib/training/schema";

// GET /api/requests/:id: one request with its history.
export const GET = route({ params: requestParams }, async ({ viewer, params }) =>
  Response.json(await getRequestDetail(viewer, params.id)),
);
