/**
 * How Prisma is asked for the page after a row, with one row more than is shown, to know whether another page follows.
 * The row itself is asked for too: it may have left the list by now, and skipping blindly would then skip a live row.
 */
export function pageWindow(
  cursor: string | null | undefined,
  limit: number,
): { take: number; cursor?: { id: string } } {
  return cursor ? { take: limit + 2, cursor: { id: cursor } } : { take: limit + 1 };
}

/** The rows to show of what `pageWindow` brought, and the cursor of the page after them. */
export function cutPage<Row extends { id: string }>(
  rows: readonly Row[],
  cursor: string | null | undefined,
  limit: number,
): { shown: Row[]; nextCursor: string | null } {
  const following = rows[0]?.id === cursor ? rows.slice(1) : rows;
  const shown = following.slice(0, limit);
  return { shown, nextCursor: following.length > limit ? (shown.at(-1)?.id ?? null) : null };
}
