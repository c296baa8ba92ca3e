import { createElement } from "@/lib/homepage/commands";
import { listElements } from "@/lib/homepage/queries";
import { elementBody, elementsQuery } from "@/lib/homepage/schema";
import { route } from "@/lib/http/route";
import { receiveForm } from "@/lib/media/form";

// GET /api/homepage/elements: the elements as their editors have them.
export const GET = route({ query: elementsQuery }, async ({ viewer, query }) =>
  Response.json(await listElements(viewer, query)),
);

const create = route({ body: elementBody }, async ({ viewer, body, now }) =>
  Response.json(await createElement(viewer, body, now), { status: 201 }),
);

const receive = route({}, async ({ viewer, request }) => {
  const { uploadId, elementId, title } = await receiveForm(viewer, request);
  const element = { id: elementId, type: "hero-video", title, status: "draft" };
  return Response.json(
    { message: "The video has arrived and is being prepared.", element, uploadId },
    { status: 202 },
  );
});

// POST /api/homepage/elements: a banner or text as JSON, or a hero video as a form with its file.
export const POST: typeof create = (request, context) =>
  request.headers.get("content-type")?.startsWith("multipart/form-data")
    ? receive(request, context)
    : create(request, context);
