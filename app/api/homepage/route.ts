import { readHomepage } from "@/lib/homepage/queries";
import { publicRoute } from "@/lib/http/route";

export const dynamic = "force-dynamic";

// GET /api/homepage: what visitors see now.
export const GET = publicRoute({}, async ({ now }) => Response.json(await readHomepage(now)));
