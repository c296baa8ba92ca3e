"use client";

import { useRef, useState } from "react";
import { AssignmentForm } from "@/components/training/assignment-form";
import { CompleteDialog } from "@/components/training/complete-dialog";
import { RequestFacts } from "@/components/training/request-facts";
import { RequestTimeline } from "@/components/training/request-timeline";
import { Button } from "@/components/ui/button";
import { ChangedMark } from "@/components/ui/changed-mark";
import type { CourseRequest, StatusChange } from "@/lib/training/schema";

type RequestHandlingProps = {
  request: CourseRequest;
  history: readonly StatusChange[];
  zone: string;
  now: Date;
  /** Called when the server knew a later state than the one shown. */
  onStale: () => void;
};

/** What an admin sees of a request and can do with it. */
export function RequestHandling({ request, history, zone, now, onStale }: RequestHandlingProps) {
  const [isCompleting, setCompleting] = useState(false);
  // A form that is open stays open, with what was typed, when somebody else assigns meanwhile.
  const [isAssigning, setAssigning] = useState(request.status === "pending");
  const facts = useRef<HTMLDivElement>(null);
  const isOpen = request.status === "pending" || request.status === "confirmed";
  const hasBegun =
    request.status === "confirmed" &&
    request.scheduledDate !== null &&
    Date.parse(request.scheduledDate) <= now.getTime();

  return (
    <div className="flex flex-col gap-6 pt-4">
      <div ref={facts} tabIndex={-1} className="rounded-sm">
        <ChangedMark revision={request.revision}>
          <RequestFacts request={request} zone={zone} showsWanted={!isOpen} />
        </ChangedMark>
      </div>
      {hasBegun && (
        <div className="flex flex-wrap items-center gap-3">
          <Button onPress={() => setCompleting(true)}>Mark complete</Button>
          <p className="text-sm text-ink-muted">The class has begun and is not yet marked complete.</p>
        </div>
      )}
      {isOpen && (isAssigning || request.status === "pending") && (
        <AssignmentForm
          request={request}
          zone={zone}
          now={now}
          onStale={onStale}
          onAssigned={() => {
            // No button that assigns may come to lie under a second click; what was done stands in the facts.
            setAssigning(false);
            facts.current?.focus({ preventScroll: true });
          }}
        />
      )}
      {request.status === "confirmed" && !isAssigning && (
        <Button onPress={() => setAssigning(true)} className="self-start">
          Reassign or move
        </Button>
      )}
      {history.length > 0 && (
        <section aria-labelledby="request-history" className="border-t border-line pt-4">
          <h3 id="request-history" className="pb-3 font-semibold">
            History
          </h3>
          <RequestTimeline request={request} history={history} zone={zone} />
        </section>
      )}
      {isCompleting && (
        <CompleteDialog
          request={request}
          zone={zone}
          onClose={() => setCompleting(false)}
          onStale={onStale}
        />
      )}
    </div>
  );
}
