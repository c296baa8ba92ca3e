"use client";

import { useEffect, useState } from "react";
import { InstructorChoices } from "@/components/training/instructor-choices";
import { useAction } from "@/components/training/use-action";
import { Button } from "@/components/ui/button";
import { DateTimeField } from "@/components/ui/date-time-field";
import { Notice } from "@/components/ui/notice";
import { NumberField } from "@/components/ui/number-field";
import { RelativeTime } from "@/components/ui/relative-time";
import { sendAssignment, useInstructors } from "@/lib/training/client";
import type { CourseRequest } from "@/lib/training/schema";

/** While a date is being typed, each key would ask anew who is free. */
const ASK_AFTER_MS = 200;
const SHORTEST_MINUTES = 15;
const LONGEST_MINUTES = 12 * 60;

type AssignmentFormProps = {
  request: CourseRequest;
  zone: string;
  now: Date;
  onStale: () => void;
  onAssigned: () => void;
};

/** A time, a duration, and who is free then: one press assigns. Mount it anew for another request. */
export function AssignmentForm({ request, zone, now, onStale, onAssigned }: AssignmentFormProps) {
  const isPast = (at: string) => Date.parse(at) <= now.getTime();
  const wantedDates = [...new Set(request.preferredDates)];
  const [scheduledDate, setScheduledDate] = useState<string | null>(
    () => [request.scheduledDate, ...wantedDates].find((at) => at !== null && !isPast(at)) ?? null,
  );
  const [durationMinutes, setDurationMinutes] = useState<number | null>(
    request.durationMinutes ?? request.courseDurationMinutes,
  );
  const [openedAt] = useState(() => now.toISOString());
  const [pendingId, setPendingId] = useState<string | null>(null);
  const { run, error, forgetError } = useAction<CourseRequest>();

  const isDurationRight =
    durationMinutes !== null && durationMinutes >= SHORTEST_MINUTES && durationMinutes <= LONGEST_MINUTES;
  const canAsk = scheduledDate !== null && isDurationRight && !isPast(scheduledDate);
  const asked = useSettled(canAsk ? `${scheduledDate} ${durationMinutes}` : "");
  const [askedDate = "", askedMinutes = ""] = asked.split(" ");
  const instructors = useInstructors(
    request.id,
    canAsk && asked !== "" ? askedDate : null,
    Number(askedMinutes),
  );
  const isAsking = instructors.isLoading || asked !== `${scheduledDate} ${durationMinutes}`;

  async function assign(instructorId: string) {
    if (pendingId !== null || scheduledDate === null || durationMinutes === null) return;
    const { id, revision } = request;
    const wanted = { instructorId, scheduledDate, durationMinutes, revision };
    setPendingId(instructorId);
    const assigned = await run(JSON.stringify([id, wanted]), (clientId) =>
      sendAssignment(id, { ...wanted, clientId }),
    );
    setPendingId(null);
    if (assigned) onAssigned();
    else {
      // What was shown was not so any more: a refusal brings no event of its own.
      void instructors.mutate();
      onStale();
    }
  }

  return (
    <section aria-labelledby="assign-heading" className="flex flex-col gap-4 border-t border-line pt-4">
      <h3 id="assign-heading" className="font-semibold">
        {request.status === "pending" ? "Assign an instructor" : "Reassign or move"}
      </h3>
      {wantedDates.length > 0 && (
        <fieldset className="min-w-0">
          <legend className="pb-1.5 text-sm font-medium">Preferred dates, best first</legend>
          <ul className="flex flex-wrap gap-2">
            {wantedDates.map((at) => (
              <li key={at}>
                <Button
                  size="compact"
                  aria-pressed={sameInstant(at, scheduledDate)}
                  isDisabled={isPast(at)}
                  onPress={() => {
                    setScheduledDate(at);
                    forgetError();
                  }}
                  className="aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:text-accent"
                >
                  <span className="inline-block first-letter:uppercase">
                    <RelativeTime at={at} zone={request.requestedByTimeZone} viewerZone={zone} />
                    {isPast(at) && " (passed)"}
                  </span>
                </Button>
              </li>
            ))}
          </ul>
        </fieldset>
      )}
      <div className="grid gap-4 sm:grid-cols-[minmax(15rem,1.4fr)_minmax(11rem,1fr)]">
        <DateTimeField
          label="Date and time"
          zone={request.requestedByTimeZone}
          viewerZone={zone}
          earliest={openedAt}
          value={scheduledDate}
          onChange={(at) => {
            setScheduledDate(at);
            forgetError();
          }}
          errorMessage={
            error?.fields.scheduledDate ??
            (scheduledDate !== null && isPast(scheduledDate) ? "This date has passed." : null)
          }
        />
        <NumberField
          label="Duration"
          unit="minutes"
          minValue={SHORTEST_MINUTES}
          maxValue={LONGEST_MINUTES}
          step={SHORTEST_MINUTES}
          value={durationMinutes}
          onChange={(minutes) => {
            setDurationMinutes(minutes);
            forgetError();
          }}
          errorMessage={
            error?.fields.durationMinutes ??
            (durationMinutes === null ? "Please say how long the class takes." : null)
          }
        />
      </div>
      {error && <Notice tone="critical">{error.message}</Notice>}
      <InstructorChoices
        request={request}
        zone={zone}
        canAsk={canAsk}
        isAsking={isAsking}
        list={instructors}
        isMoved={
          !sameInstant(request.scheduledDate, scheduledDate) || request.durationMinutes !== durationMinutes
        }
        pendingId={pendingId}
        onAssign={(instructorId) => void assign(instructorId)}
      />
    </section>
  );
}

function sameInstant(a: string | null, b: string | null): boolean {
  return a !== null && b !== null && Date.parse(a) === Date.parse(b);
}

/** The value, once it has not changed for a moment; its first one at once. */
function useSettled(value: string): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ASK_AFTER_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
