import { orderElements } from "@/lib/homepage/commands";
import { orderBody } from "@/lib/homepage/schema";
import { route } from "@/lib/http/route";

// POST /api/homepage/order: puts the current elements in another order.
export const POST = route({ body: orderBody }, async ({ viewer, body, now }) =>
  Response.json(await orderElements(viewer, body, now)),
);
