"use client";

import { statusWords } from "@/components/training/status-badge";
import { RelativeTime } from "@/components/ui/relative-time";
import type { StatusChange } from "@/lib/training/schema";
import { changeWords } from "@/lib/training/words";

/** What happened to a request, latest first: what, who, when and why. */
export function RequestTimeline({ history, zone }: { history: readonly StatusChange[]; zone: string }) {
  return (
    <ol className="flex flex-col">
      {history.map((change, index) => (
        <li key={change.id} className="relative flex gap-3 pb-4 last:pb-0">
          {index < history.length - 1 && (
            <span aria-hidden="true" className="absolute top-3 bottom-[-4px] left-[3.5px] w-px bg-line" />
          )}
          <span
            aria-hidden="true"
            className={`mt-1.5 size-2 shrink-0 rounded-full ${index === 0 ? "bg-accent" : "bg-line-strong"}`}
          />
          <div className="min-w-0 flex-1">
            <p className="font-medium">{changeWords(change.type)}</p>
            <p className="text-sm text-ink-muted">
              {change.actorName} · <RelativeTime at={change.at} zone={zone} kind="happened" />
            </p>
            {change.fromStatus !== null && change.fromStatus !== change.toStatus && (
              <p className="text-sm text-ink-muted">
                {statusWords(change.fromStatus)} to {statusWords(change.toStatus).toLowerCase()}
              </p>
            )}
            {change.reason && <p className="mt-1 whitespace-pre-wrap">“{change.reason}”</p>}
          </div>
        </li>
      ))}
    </ol>
  );
}
