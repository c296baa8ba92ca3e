import { rollBack } from "@/lib/homepage/commands";
import { rollbackBody } from "@/lib/homepage/schema";
import { route } from "@/lib/http/route";

// POST /api/homepage/rollback: gives visitors an earlier version of the homepage again.
export const POST = route({ body: rollbackBody }, async ({ viewer, body, now }) =>
  Response.json(await rollBack(viewer, body, now)),
);
