import { Skeleton, TableSkeleton } from "@/components/ui/skeleton";

/** The shape of a portal's page: heading, tabs, rows. */
export function PortalLoading({ label }: { label: string }) {
  return (
    <>
      <Skeleton className="mb-5 h-8 w-48" />
      <Skeleton className="mb-6 h-6 w-80 max-w-full" />
      <TableSkeleton label={label} rows={6} />
    </>
  );
}
