import { guarded } from "@/lib/http/route";
import { readHealth } from "@/lib/live/health";
import { readWorkerHealth } from "@/lib/media/health";
import packageJson from "@/package.json";

export const dynamic = "force-dynamic";

// GET /api/health: whether this process can serve, and how its parts do.
export const GET = guarded(async () => {
  const [health, { worker, ffmpeg }] = await Promise.all([readHealth(), readWorkerHealth()]);
  return Response.json(
    { ...health, worker, ffmpeg, version: packageJson.version },
    { status: health.status === "down" ? 503 : 200, headers: { "Cache-Control": "no-store" } },
  );
});
