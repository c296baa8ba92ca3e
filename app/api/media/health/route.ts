import { route } from "@/lib/http/route";
import { readMediaHealth } from "@/lib/media/health";

// GET /api/media/health: workers, queue, disk and orphans, for admins.
export const GET = route({}, async ({ viewer }) => Response.json(await readMediaHealth(viewer)));
