import { RelativeTime } from "@/components/ui/relative-time";
import type { CourseRequest } from "@/lib/training/schema";

/** When a class is, or when it is wanted: on the clock of who asked and, where that is another, on the reader's (`zone`). */
export function RequestWhen({ request, zone }: { request: CourseRequest; zone: string }) {
  const [wanted, ...others] = new Set(request.preferredDates);
  const at = request.scheduledDate ?? wanted;
  if (!at) return null;
  return (
    <span className="inline-block first-letter:uppercase">
      <RelativeTime at={at} zone={request.requestedByTimeZone} viewerZone={zone} />
      {!request.scheduledDate && others.length > 0 && (
        <span className="whitespace-nowrap text-ink-muted">, or {others.length} more</span>
      )}
    </span>
  );
}
