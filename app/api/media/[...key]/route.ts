import { findViewer } from "@/lib/access/viewer";
import { AppError } from "@/lib/http/errors";
import { guarded } from "@/lib/http/route";
import { mediaParams } from "@/lib/media/schema";
import { answerWithStored, unsafeFindStored } from "@/lib/media/serve";

// GET /api/media/:key: a video, poster, picture or captions; those of courses for signed-in people.
const answer = guarded(async (request, { params }) => {
  const parsed = mediaParams.safeParse(await params);
  if (!parsed.success) throw new AppError("not_found", "There is nothing here, or it is not yours to see.");
  const [area] = parsed.data.key;
  if (area === "course" && !(await findViewer()))
    throw new AppError("unauthenticated", "Please sign in to go on.");
  const file = await unsafeFindStored({ key: parsed.data.key.join("/") });
  return answerWithStored(request, file, { cache: area === "media" ? "public" : "private" });
});

export { answer as GET, answer as HEAD };
