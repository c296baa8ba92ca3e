import { route } from "@/lib/http/route";
import { receivePicture } from "@/lib/media/pictures";

// POST /api/media/pictures: takes a picture for the homepage from a form.
export const POST = route({}, async ({ viewer, request }) =>
  Response.json({ picture: await receivePicture(viewer, request) }, { status: 201 }),
);
