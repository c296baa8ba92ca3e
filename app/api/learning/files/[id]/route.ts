import { z } from "zod";
import { route } from "@/lib/http/route";
import { getCourseFile } from "@/lib/learning/queries";
import { courseFileParams } from "@/lib/learning/schema";
import { answerWithFile } from "@/lib/media/files";

// GET /api/learning/files/:id?download=1: a picture, PDF or download of a course, for who may see its items.
export const GET = route(
  { params: courseFileParams, query: z.object({ download: z.literal("1").optional() }) },
  async ({ request, viewer, params, query }) => {
    const { fileId } = await getCourseFile(viewer, params.id);
    return answerWithFile(request, fileId, { download: query.download === "1" });
  },
);
