import { route } from "@/lib/http/route";
import { listInstructors } from "@/lib/training/queries";
import { instructorsQuery } from "@/lib/training/schema";

// GET /api/instructors?scheduledDate=&durationMinutes=: the instructors, and whether each is free then.
export const GET = route({ query: instructorsQuery }, async ({ viewer, query }) =>
  Response.json(await listInstructors(viewer, query)),
);
