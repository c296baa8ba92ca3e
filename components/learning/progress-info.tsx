"use client";

import { progressWords, secondsClock } from "@/components/learning/figures";
import { ProgressBar } from "@/components/ui/progress-bar";
import { useIsHydrated } from "@/components/ui/use-now";
import type { CourseOutline } from "@/lib/learning/schema";
import { type LiveStatus, useLiveStatus } from "@/lib/live/client";

const stateWords: Record<LiveStatus["state"], string> = {
  connecting: "connecting",
  live: "live",
  behind: "not up to date",
  reconnecting: "reconnecting",
  polling: "polling",
  offline: "offline",
  paused: "paused",
};

/** How far the learner is in the course, as of when, and whether that moves by itself. */
export function ProgressInfo({ outline, zone }: { outline: CourseOutline; zone: string }) {
  const { state } = useLiveStatus();
  const isHydrated = useIsHydrated();
  if (!outline.enrolment) return null;
  return (
    <div className="flex flex-col gap-1.5">
      <p id="progress-info" data-testid="progress-info" className="tabular font-medium">
        {progressWords(outline.enrolment)}
      </p>
      <ProgressBar label={`Progress in ${outline.title}`} percentage={outline.enrolment.progressPercentage} />
      <p data-testid="progress-as-of" className="tabular text-xs text-ink-muted">
        as of{" "}
        <time dateTime={outline.asOf} key={isHydrated ? "browser" : "server"}>
          {secondsClock(outline.asOf, zone)}
        </time>{" "}
        · {stateWords[state]}
      </p>
    </div>
  );
}
