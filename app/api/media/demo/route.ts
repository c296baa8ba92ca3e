import { route } from "@/lib/http/route";
import { startDemo } from "@/lib/media/commands";
import { demoBody } from "@/lib/media/schema";

// POST /api/media/demo: generates a clip and runs it through the pipeline, to its end or to where it is to fail.
export const POST = route({ body: demoBody }, async ({ viewer, body, request, now }) =>
  Response.json({ uploadId: await startDemo(viewer, body, request.signal, now) }, { status: 202 }),
);
