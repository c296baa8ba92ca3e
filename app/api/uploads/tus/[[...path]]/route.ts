import { findViewer } from "@/lib/access/viewer";
import { now } from "@/lib/clock";
import { AppError } from "@/lib/http/errors";
import { guarded, route } from "@/lib/http/route";
import { cancelUpload } from "@/lib/media/commands";
import { tusParams } from "@/lib/media/schema";
import { answerTus } from "@/lib/media/tus";

export const dynamic = "force-dynamic";

// POST, HEAD, PATCH /api/uploads/tus/:id?: receives videos resumably, by the tus protocol.
const answer = guarded(async (request) => {
  const viewer = await findViewer();
  if (!viewer) throw new AppError("unauthenticated", "Please sign in to go on.");
  return answerTus(viewer, request);
});

export { answer as HEAD, answer as OPTIONS, answer as PATCH, answer as POST };

// DELETE /api/uploads/tus/:id: gives the upload up.
export const DELETE = route({ params: tusParams }, async ({ viewer, params }) => {
  await cancelUpload(viewer, params.path[0], now());
  return new Response(null, { status: 204, headers: { "Tus-Resumable": "1.0.0" } });
});
