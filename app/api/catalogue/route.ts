import { publicRoute } from "@/lib/http/route";
import { listCatalogue } from "@/lib/learning/queries";
import { catalogueQuery } from "@/lib/learning/schema";

// GET /api/catalogue?q=: the published courses.
export const GET = publicRoute({ query: catalogueQuery }, async ({ query: { q, ...page } }) =>
  Response.json(await listCatalogue({ query: q, ...page })),
);
