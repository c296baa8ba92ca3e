"use client";

import type { ReactNode } from "react";
import { LongText } from "@/components/ui/long-text";
import { RelativeTime } from "@/components/ui/relative-time";
import type { CourseRequest } from "@/lib/training/schema";
import { calendarDateWords, durationWords, peopleWords } from "@/lib/training/words";

type RequestFactsProps = {
  request: CourseRequest;
  zone: string;
  /** False where the dates that were wanted stand elsewhere as choices. */
  showsWanted?: boolean;
};

/** All that is known of a request, but its status and history. */
export function RequestFacts({ request, zone, showsWanted = true }: RequestFactsProps) {
  const { scheduledDate, durationMinutes } = request;
  return (
    <dl className="grid grid-cols-[6.5rem_1fr] gap-x-3 gap-y-2">
      {scheduledDate && durationMinutes !== null && (
        <Fact name="When" isTime>
          <RelativeTime
            at={scheduledDate}
            until={new Date(Date.parse(scheduledDate) + durationMinutes * 60_000).toISOString()}
            zone={request.requestedByTimeZone}
            viewerZone={zone}
          />
        </Fact>
      )}
      {scheduledDate && durationMinutes !== null && (
        <Fact name="Duration">
          <span className="tabular">{durationWords(durationMinutes)}</span>
        </Fact>
      )}
      {request.instructorName && <Fact name="Instructor">{request.instructorName}</Fact>}
      {showsWanted && (
        <Fact name="Wanted">
          <ol className="flex flex-col gap-0.5">
            {[...new Set(request.preferredDates)].map((date) => (
              <li key={date} className="first-letter:uppercase">
                <RelativeTime at={date} zone={request.requestedByTimeZone} viewerZone={zone} />
              </li>
            ))}
          </ol>
        </Fact>
      )}
      <Fact name="People">{peopleWords(request.headcount)}</Fact>
      <Fact name="Place">{request.location}</Fact>
      {request.neededBy && <Fact name="Needed by">{calendarDateWords(request.neededBy)}</Fact>}
      {request.note && (
        <Fact name="Note">
          <LongText>{request.note}</LongText>
        </Fact>
      )}
      <Fact name="Requested">
        {request.requestedByName}, <RelativeTime at={request.createdAt} zone={zone} kind="happened" />
      </Fact>
    </dl>
  );
}

function Fact({ name, isTime = false, children }: { name: string; isTime?: boolean; children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-muted">{name}</dt>
      <dd className={`min-w-0 wrap-anywhere ${isTime ? "first-letter:uppercase" : ""}`}>{children}</dd>
    </>
  );
}
