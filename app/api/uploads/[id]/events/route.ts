import { route } from "@/lib/http/route";
import { answerFeeds } from "@/lib/live/answer";
import { uploadFeed } from "@/lib/live/feeds";
import { canManageUploads } from "@/lib/media/policy";
import { getUpload } from "@/lib/media/queries";
import { uploadParams } from "@/lib/media/schema";

export const dynamic = "force-dynamic";

// GET /api/uploads/:id/events: one upload's feed, in the manner of /api/events.
export const GET = route({ params: uploadParams }, async ({ viewer, params, request }) => {
  await getUpload(viewer, params.id);
  return answerFeeds(request, { viewer, feeds: [uploadFeed(params.id)], mayFollow: canManageUploads });
});
