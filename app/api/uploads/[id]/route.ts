import { route } from "@/lib/http/route";
import { getUploadWithCursor } from "@/lib/media/queries";
import { uploadParams } from "@/lib/media/schema";

// GET /api/uploads/:id: one upload, and where its feed is at.
export const GET = route({ params: uploadParams }, async ({ viewer, params }) =>
  Response.json(await getUploadWithCursor(viewer, params.id)),
);
