import { z } from "zod";
import { setClock } from "@/lib/clock";
import { env } from "@/lib/env";
import { AppError } from "@/lib/http/errors";
import { instant } from "@/lib/http/input";
import { publicRoute } from "@/lib/http/route";

// POST /api/test/clock: sets the server's clock, only where LOCKSTEP_TEST=1; null returns to real time.
export const POST = publicRoute({ body: z.object({ now: instant.nullable() }) }, async ({ body }) => {
  if (!env().LOCKSTEP_TEST)
    throw new AppError("not_found", "There is nothing here, or it is not yours to see.");
  setClock(body.now);
  return Response.json({ now: body.now?.toISOString() ?? null });
});
