import { guarded } from "@/lib/http/route";
import { readHealth } from "@/lib/live/health";
import packageJson from "@/package.json";

export const dynamic = "force-dynamic";

// GET /api/health: whether this process can serve, and how its parts do. No worker or ffmpeg is part of it yet.
export const GET = guarded(async () => {
  const health = await readHealth();
  return Response.json(
    { ...health, worker: null, ffmpeg: null, version: packageJson.version },
    { status: health.status === "down" ? 503 : 200, headers: { "Cache-Control": "no-store" } },
  );
});
