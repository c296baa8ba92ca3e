"use client";

import type { ReactNode } from "react";
import { RequestWhen } from "@/components/training/request-when";
import { useChanged } from "@/components/ui/use-changed";
import { walkRows } from "@/components/ui/walk-rows";
import type { CourseRequest } from "@/lib/training/schema";
import { peopleWords } from "@/lib/training/words";

type RequestQueueProps = {
  label: string;
  rows: readonly CourseRequest[];
  zone: string;
  isNew: (row: CourseRequest) => boolean;
  openId: string | null;
  /** `byKeyboard` where the reader will want to go on in what was opened. */
  onOpen: (id: string, byKeyboard: boolean) => void;
};

/** Requests one under another, three lines each; arrows or j and k walk from one to the next, Enter opens. */
export function RequestQueue({ label, rows, ...rest }: RequestQueueProps) {
  return (
    <ul aria-label={label} onKeyDown={walkRows} className="-mx-4 flex flex-col md:-mx-3">
      {rows.map((row) => (
        <QueueRow key={row.id} row={row} {...rest} />
      ))}
    </ul>
  );
}

function QueueRow({
  row,
  zone,
  isNew,
  openId,
  onOpen,
}: Omit<RequestQueueProps, "label" | "rows"> & { row: CourseRequest }): ReactNode {
  const { isChanged, markSeen } = useChanged(row.revision, isNew(row));
  const isOpen = row.id === openId;
  return (
    <li
      data-request-id={row.id}
      data-changed={isChanged || undefined}
      onPointerEnter={markSeen}
      onFocus={markSeen}
      className={`border-b border-line ${isOpen ? "bg-accent-soft" : ""}`}
    >
      <button
        type="button"
        data-row-button=""
        aria-current={isOpen || undefined}
        onClick={(event) => onOpen(row.id, event.detail === 0)}
        className={`flex w-full flex-col gap-0.5 px-4 py-2.5 md:px-3 text-left -outline-offset-2 transition-colors ${isOpen ? "" : "hover:bg-surface-hover"}`}
      >
        <span className="flex w-full items-baseline justify-between gap-3">
          <span className="min-w-0 truncate font-medium">{row.courseTitle}</span>
          <span className="tabular shrink-0 text-sm text-ink-muted">{peopleWords(row.headcount)}</span>
        </span>
        <span className="flex w-full items-baseline justify-between gap-3 text-sm text-ink-muted">
          <span className="min-w-0 truncate">{row.organizationName}</span>
          {row.instructorName && <span className="min-w-0 truncate">{row.instructorName}</span>}
        </span>
        <span className="text-sm">
          <RequestWhen request={row} zone={zone} />
        </span>
      </button>
    </li>
  );
}
