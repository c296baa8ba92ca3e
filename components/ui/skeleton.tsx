/** A still grey shape where something will stand. Give it the size of what comes. */
export function Skeleton({ className = "h-4 w-full" }: { className?: string }) {
  return <div aria-hidden="true" className={`rounded-sm bg-surface-hover ${className}`} />;
}

const WIDTHS = ["w-3/5", "w-2/5", "w-1/2", "w-1/3"] as const;

/** The shape of a Table that is still being fetched. */
export function TableSkeleton({
  rows = 5,
  columns = 4,
  label,
}: {
  rows?: number;
  columns?: number;
  label: string;
}) {
  return (
    <div role="status" aria-label={label}>
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: nothing but the place tells one grey row from another.
        <div key={row} className="flex h-10 items-center gap-6 border-b border-line">
          {Array.from({ length: columns }, (_, column) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: as above.
            <div key={column} className="flex-1">
              <Skeleton className={`h-3.5 ${WIDTHS[(row + column) % WIDTHS.length] ?? "w-1/2"}`} />
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}
