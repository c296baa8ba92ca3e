import { z } from "zod";
import { pageLimit, text } from "@/lib/http/input";

export const catalogueQuery = z.object({
  q: text(100).optional(),
  cursor: z.uuid().optional(),
  limit: pageLimit,
});

export const cataloguePage = z.object({
  items: z.array(
    z.object({
      id: z.uuid(),
      slug: z.string(),
      title: z.string(),
      summary: z.string(),
      durationMinutes: z.number().int(),
    }),
  ),
  nextCursor: z.string().nullable(),
});
export type CataloguePage = z.infer<typeof cataloguePage>;
