import "server-only";
import { db } from "@/lib/db";
import { cutPage, pageWindow } from "@/lib/http/paging";
import type { CataloguePage } from "@/lib/learning/schema";

/** The published courses by title; `query` is looked for in title and summary. */
export async function listCatalogue({
  query = null,
  cursor = null,
  limit = 50,
}: {
  query?: string | null;
  cursor?: string | null;
  limit?: number;
}): Promise<CataloguePage> {
  const contains = query
    ? ({ contains: query.replace(/[\\%_]/g, "\\$&"), mode: "insensitive" } as const)
    : null;
  const rows = await db().course.findMany({
    where: { status: "PUBLISHED", ...(contains ? { OR: [{ title: contains }, { summary: contains }] } : {}) },
    orderBy: [{ title: "asc" }, { id: "asc" }],
    ...pageWindow(cursor, limit),
    select: {
      id: true,
      slug: true,
      title: true,
      summary: true,
      durationMinutes: true,
      currentVersionId: true,
    },
  });
  const { shown, nextCursor } = cutPage(rows, cursor, limit);
  return {
    items: shown.map(({ currentVersionId, ...course }) => ({
      ...course,
      isSelfPaced: currentVersionId !== null,
    })),
    nextCursor,
  };
}
