import { RelativeTime } from "@/components/ui/relative-time";
import type { CourseRequest } from "@/lib/training/schema";

/** When a class is, or when it is wanted. */
export function RequestWhen({ request, zone }: { request: CourseRequest; zone: string }) {
  const [wanted, ...others] = request.preferredDates;
  if (request.scheduledDate) return <RelativeTime at={request.scheduledDate} zone={zone} />;
  if (!wanted) return null;
  return (
    <span className="text-ink-muted">
      <RelativeTime at={wanted} zone={zone} />
      {others.length > 0 && ` or ${others.length} more`}
    </span>
  );
}
