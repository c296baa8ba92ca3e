import { mayReadMetrics } from "@/lib/access/metrics-policy";
import { env } from "@/lib/env";
import { AppError } from "@/lib/http/errors";
import { publicRoute } from "@/lib/http/route";
import { metrics } from "@/lib/live/metrics";

export const dynamic = "force-dynamic";

// GET /api/metrics: for Prometheus with METRICS_TOKEN as its bearer token, and for admins.
export const GET = publicRoute({}, async ({ viewer, request }) => {
  if (!mayReadMetrics(viewer, request.headers.get("authorization"), env().METRICS_TOKEN)) {
    throw new AppError("not_found", "There is nothing here, or it is not yours to see.");
  }
  return new Response(await metrics().metrics(), { headers: { "Content-Type": metrics().contentType } });
});
