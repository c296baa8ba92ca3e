import { route } from "@/lib/http/route";
import { listUploads } from "@/lib/media/queries";
import { uploadsQuery } from "@/lib/media/schema";

// GET /api/uploads: uploads, newest first.
export const GET = route({ query: uploadsQuery }, async ({ viewer, query }) =>
  Response.json(await listUploads(viewer, query)),
);
