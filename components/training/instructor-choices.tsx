"use client";

import { CircleCheck, CircleSlash } from "lucide-react";
import { Button } from "@/components/ui/button";
import { ErrorState } from "@/components/ui/error-state";
import { RelativeTime } from "@/components/ui/relative-time";
import { Skeleton } from "@/components/ui/skeleton";
import type { CourseRequest, InstructorPage } from "@/lib/training/schema";

type InstructorChoicesProps = {
  request: CourseRequest;
  zone: string;
  /** False while the time is missing, wrong or past. */
  canAsk: boolean;
  /** The time has changed and who is free then is not yet known. */
  isAsking: boolean;
  list: {
    data?: InstructorPage | undefined;
    error?: unknown;
    isValidating: boolean;
    mutate: () => Promise<unknown>;
  };
  /** The time is another than the class has now. */
  isMoved: boolean;
  /** The instructor whose assignment is under way. */
  pendingId: string | null;
  onAssign: (instructorId: string) => void;
};

/** The instructors, each free or busy at the chosen time, with what stands in the way. */
export function InstructorChoices({
  request,
  zone,
  canAsk,
  isAsking,
  list: { data, error, isValidating, mutate },
  isMoved,
  pendingId,
  onAssign,
}: InstructorChoicesProps) {
  if (!canAsk) {
    return <p className="text-ink-muted">Choose a time ahead to see which instructors are free.</p>;
  }
  if (!data && error) {
    return (
      <ErrorState
        title="The instructors could not be fetched"
        onRetry={() => void mutate()}
        isRetrying={isValidating}
      >
        {error instanceof Error ? error.message : "Please try again."}
      </ErrorState>
    );
  }
  if (!data) return <ChoicesSkeleton />;

  return (
    <div>
      <h4 className="pb-1 text-sm font-medium">Instructors at that time</h4>
      <ul aria-label="Instructors" aria-busy={isAsking} className="flex flex-col">
        {data.items.map(({ id, name, available, clash }) => {
          const hasIt = request.instructorId === id && !isMoved;
          return (
            <li
              key={id}
              className={`flex min-h-12 items-center gap-3 border-b border-line py-1.5 transition-opacity ${isAsking ? "opacity-60" : ""}`}
            >
              <div className="min-w-0 flex-1">
                <p className="truncate font-medium">{name}</p>
                {available ? (
                  <p className="flex items-center gap-1.5 text-sm text-positive">
                    <CircleCheck aria-hidden="true" className="size-3.5 shrink-0" />
                    {request.instructorId === id ? "Has this class" : "Free"}
                  </p>
                ) : (
                  <p className="flex items-start gap-1.5 text-sm text-ink-muted">
                    <CircleSlash aria-hidden="true" className="mt-1 size-3.5 shrink-0 text-caution" />
                    <span>
                      <span className="text-caution">Busy:</span>{" "}
                      {clash ? (
                        <>
                          {clash.courseTitle} for {clash.organizationName},{" "}
                          <RelativeTime
                            at={clash.startsAt}
                            until={clash.endsAt}
                            zone={request.requestedByTimeZone}
                            viewerZone={zone}
                          />
                        </>
                      ) : (
                        "another class"
                      )}
                    </span>
                  </p>
                )}
              </div>
              {available && !hasIt && (
                <Button
                  size="compact"
                  aria-label={`${request.instructorId === id ? "Move the class of" : "Assign"} ${name}`}
                  isDisabled={isAsking || (pendingId !== null && pendingId !== id)}
                  isPending={pendingId === id}
                  onPress={() => onAssign(id)}
                >
                  {request.instructorId === id ? "Move" : "Assign"}
                </Button>
              )}
            </li>
          );
        })}
      </ul>
      {data.items.length === 0 && (
        <p className="text-ink-muted">There is no instructor yet. Add one to assign classes.</p>
      )}
      {data.nextCursor !== null && (
        <p className="pt-2 text-sm text-ink-muted">
          Showing the first {data.items.length} of {data.total} instructors, by name.
        </p>
      )}
    </div>
  );
}

function ChoicesSkeleton() {
  return (
    <div role="status" aria-label="Looking up who is free" className="pt-6">
      {["w-32", "w-24", "w-28", "w-32"].map((width, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: nothing but the place tells one grey row from another.
        <div key={index} className="flex h-[53px] flex-col justify-center gap-2 border-b border-line">
          <Skeleton className={`h-3.5 ${width}`} />
          <Skeleton className="h-3 w-16" />
        </div>
      ))}
    </div>
  );
}
