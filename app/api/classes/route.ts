import { route } from "@/lib/http/route";
import { listClasses } from "@/lib/training/queries";
import { classesQuery } from "@/lib/training/schema";

// GET /api/classes: the viewer's confirmed and completed classes.
export const GET = route({ query: classesQuery }, async ({ viewer, query }) =>
  Response.json(await listClasses(viewer, query)),
);
