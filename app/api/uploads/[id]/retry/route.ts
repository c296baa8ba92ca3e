import { route } from "@/lib/http/route";
import { retryUpload } from "@/lib/media/commands";
import { uploadParams } from "@/lib/media/schema";

// POST /api/uploads/:id/retry: tries a failed upload again with the bytes that arrived.
export const POST = route({ params: uploadParams }, async ({ viewer, params, now }) =>
  Response.json(await retryUpload(viewer, params.id, now)),
);
