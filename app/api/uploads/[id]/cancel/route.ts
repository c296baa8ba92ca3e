import { route } from "@/lib/http/route";
import { cancelUpload } from "@/lib/media/commands";
import { uploadParams } from "@/lib/media/schema";

// POST /api/uploads/:id/cancel: gives an upload up, wherever it is.
export const POST = route({ params: uploadParams }, async ({ viewer, params, now }) =>
  Response.json(await cancelUpload(viewer, params.id, now)),
);
