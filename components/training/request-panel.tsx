"use client";

import { RequestFacts } from "@/components/training/request-facts";
import { RequestTimeline } from "@/components/training/request-timeline";
import { StatusBadge } from "@/components/training/status-badge";
import { ChangedMark } from "@/components/ui/changed-mark";
import { ErrorState } from "@/components/ui/error-state";
import { SidePanel } from "@/components/ui/side-panel";
import { Skeleton } from "@/components/ui/skeleton";
import { zoneCity } from "@/components/ui/time-words";
import { useRequestDetail } from "@/lib/training/client";
import type { CourseRequest } from "@/lib/training/schema";

type RequestPanelProps = {
  requestId: string;
  /** What the list already knows of it. */
  row: CourseRequest | null;
  zone: string;
  onClose: () => void;
};

/** One request in full, with its history, beside the board. */
export function RequestPanel({ requestId, row, zone, onClose }: RequestPanelProps) {
  const { data, error, isValidating, mutate } = useRequestDetail(requestId);
  const request = newer(data?.request, row);
  return (
    <SidePanel
      isOpen
      onOpenChange={(isOpen) => !isOpen && onClose()}
      title={request?.courseTitle ?? "Request"}
      subtitle={request && `${request.organizationName} · times in ${zoneCity(zone)}`}
    >
      {request && (
        <ChangedMark key={request.id} revision={request.revision}>
          <div className="flex flex-col items-start gap-4">
            <StatusBadge status={request.status} />
            <RequestFacts request={request} zone={zone} />
          </div>
        </ChangedMark>
      )}
      {!request && !error && <PanelSkeleton />}
      {!data && error && (
        <ErrorState
          title={request ? "The history could not be fetched" : "This request could not be fetched"}
          onRetry={() => void mutate()}
          isRetrying={isValidating}
        >
          {error instanceof Error ? error.message : "Please try again."}
        </ErrorState>
      )}
      {data && (
        <section aria-labelledby="request-history" className="mt-6 border-t border-line pt-4">
          <h3 id="request-history" className="pb-3 font-semibold">
            History
          </h3>
          <RequestTimeline request={data.request} history={data.history} zone={zone} />
        </section>
      )}
    </SidePanel>
  );
}

/** The list and the detail are fetched apart: whichever knows the later state. */
export function newer(
  detail: CourseRequest | null | undefined,
  row: CourseRequest | null,
): CourseRequest | null {
  if (!detail || !row) return detail ?? row;
  return row.revision > detail.revision ? row : detail;
}

export function PanelSkeleton() {
  return (
    <div role="status" aria-label="Fetching the request" className="flex flex-col gap-3">
      <Skeleton className="h-6 w-24" />
      <Skeleton className="h-4 w-3/4" />
      <Skeleton className="h-4 w-1/2" />
      <Skeleton className="h-4 w-2/3" />
    </div>
  );
}
