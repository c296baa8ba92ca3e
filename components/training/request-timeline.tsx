"use client";

import { RelativeTime } from "@/components/ui/relative-time";
import type { CourseRequest, StatusChange } from "@/lib/training/schema";
import { changeWords } from "@/lib/training/words";

type RequestTimelineProps = {
  request: CourseRequest;
  /** Latest first. */
  history: readonly StatusChange[];
  zone: string;
};

/** What happened to a request, latest first: who did what, for when, when and why. */
export function RequestTimeline({ request, history, zone }: RequestTimelineProps) {
  return (
    <ol className="flex flex-col">
      {history.map((change, index) => (
        <li key={change.id} className="relative flex gap-3 pb-4 last:pb-0">
          {index < history.length - 1 && (
            <span aria-hidden="true" className="absolute top-4.5 bottom-[-2px] left-[3.5px] w-px bg-line" />
          )}
          <span
            aria-hidden="true"
            className={`mt-1.5 size-2 shrink-0 rounded-full ${index === 0 ? "bg-accent" : "bg-line-strong"}`}
          />
          <div className="min-w-0 flex-1">
            <p>
              <span className="font-medium">{change.actorName}</span>{" "}
              {changeWords(change, history[index + 1])}
              {setsTime(change) && change.scheduledDate && (
                <>
                  ,{" "}
                  <RelativeTime
                    at={change.scheduledDate}
                    zone={request.requestedByTimeZone}
                    viewerZone={zone}
                  />
                </>
              )}
            </p>
            <p className="text-sm text-ink-muted first-letter:uppercase">
              <RelativeTime at={change.at} zone={zone} kind="happened" />
            </p>
            {change.reason && <p className="mt-1 wrap-anywhere whitespace-pre-wrap">“{change.reason}”</p>}
          </div>
        </li>
      ))}
    </ol>
  );
}

/** Steps that gave the class its time; the others leave it as it was. */
function setsTime({ type }: StatusChange): boolean {
  return type === "course_assigned" || type === "course_rescheduled";
}
