"use client";

import { MapPin, Users } from "lucide-react";
import { useState } from "react";
import { CompleteDialog } from "@/components/training/complete-dialog";
import { ListFrame } from "@/components/training/list-frame";
import { agendaStatuses, type Place } from "@/components/training/place";
import { StatusBadge } from "@/components/training/status-badge";
import { useArrivals } from "@/components/training/use-arrivals";
import { useNews } from "@/components/training/use-news";
import { usePlace } from "@/components/training/use-place";
import { useServerNow } from "@/components/training/use-server-now";
import { Button } from "@/components/ui/button";
import { ButtonLink } from "@/components/ui/button-link";
import { EmptyState } from "@/components/ui/empty-state";
import { LongText } from "@/components/ui/long-text";
import { RelativeTime } from "@/components/ui/relative-time";
import { TableSkeleton } from "@/components/ui/skeleton";
import { Tabs } from "@/components/ui/tabs";
import {
  clockInZone,
  exactTime,
  isSameClock,
  timeWords,
  untilWords,
  zoneCity,
} from "@/components/ui/time-words";
import { useChanged } from "@/components/ui/use-changed";
import { useClasses } from "@/lib/training/client";
import type { CourseRequest, RequestPage } from "@/lib/training/schema";
import { clockWords, dayWords, durationWords, peopleWords, type RequestEvent } from "@/lib/training/words";

type AgendaStatus = (typeof agendaStatuses)[number];

type AgendaProps = {
  viewerId: string;
  zone: string;
  /** The server's time when it rendered the page. */
  initialNow: string;
  initialPlace: Place;
  initial: Record<AgendaStatus, RequestPage>;
};

/** An instructor's classes day by day, the next one first, and those that were held. */
export function Agenda({ viewerId, zone, initialNow, initialPlace, initial }: AgendaProps) {
  const place = usePlace(agendaStatuses);
  const [completing, setCompleting] = useState<CourseRequest | null>(null);
  const pageOf = (status: AgendaStatus) => (status === place.status ? place.after : null);
  const initialOf = (status: AgendaStatus) =>
    pageOf(status) === (status === initialPlace.status ? initialPlace.after : null)
      ? initial[status]
      : undefined;
  const lists = {
    confirmed: useClasses("confirmed", pageOf("confirmed"), initialOf("confirmed")),
    completed: useClasses("completed", pageOf("completed"), initialOf("completed")),
  };
  const list = lists[place.status];
  const arrivals = useArrivals(`${place.status} ${place.after}`, list.data?.items);
  const rows = arrivals.shownRows ?? [];
  const loaded = agendaStatuses.flatMap((status) => lists[status].data?.items ?? []);
  const now = useServerNow(
    initialNow,
    (lists.confirmed.data?.items ?? []).flatMap(({ scheduledDate }) => scheduledDate ?? []),
  );
  const nextId = rows.find((row) => endsAt(row) > now.getTime())?.id;

  useNews(viewerId, (event) => toastWords(event, viewerId, zone));

  return (
    <>
      <header className="pb-4">
        <h1 className="text-xl font-semibold tracking-tight">Classes</h1>
        <p className="text-sm text-ink-muted">Times in {zoneCity(zone)}</p>
      </header>
      <Tabs
        label="Classes"
        tabs={[
          tab("confirmed", "Upcoming", lists.confirmed.data?.total),
          tab("completed", "Held", lists.completed.data?.total),
        ]}
        selected={place.status}
        onSelect={place.selectStatus}
      >
        <ListFrame
          list={list}
          name="The classes"
          place={place}
          listRef={arrivals.listRef}
          waitingCount={arrivals.waitingCount}
          letIn={arrivals.letIn}
          skeleton={<TableSkeleton label="Fetching classes" rows={4} columns={3} />}
          empty={
            place.status === "confirmed" ? (
              <EmptyState
                title="No class is planned"
                action={<ButtonLink href="/#catalogue">See the catalogue</ButtonLink>}
              >
                Classes that are given to you appear here by themselves, the next one first.
              </EmptyState>
            ) : (
              <EmptyState
                title="No class was held yet"
                action={<Button onPress={() => place.selectStatus("confirmed")}>Upcoming classes</Button>}
              >
                Classes that you mark complete are kept here, the latest first.
              </EmptyState>
            )
          }
        >
          <div className="flex flex-col gap-7">
            {byDay(rows, now, zone).map(({ day, classes }) => (
              <section key={day} aria-label={day}>
                <h2 className="border-b border-line pb-1.5 font-semibold">{day}</h2>
                <ul className="flex flex-col">
                  {classes.map((row) => (
                    <AgendaRow
                      key={row.id}
                      row={row}
                      zone={zone}
                      now={now}
                      isNext={row.id === nextId && place.status === "confirmed" && place.after === null}
                      isNew={arrivals.isNew(row)}
                      onComplete={() => setCompleting(row)}
                    />
                  ))}
                </ul>
              </section>
            ))}
          </div>
        </ListFrame>
      </Tabs>
      {completing && (
        <CompleteDialog
          request={loaded.find(({ id }) => id === completing.id) ?? completing}
          zone={zone}
          onClose={() => setCompleting(null)}
        />
      )}
    </>
  );
}

type AgendaRowProps = {
  row: CourseRequest;
  zone: string;
  now: Date;
  isNext: boolean;
  isNew: boolean;
  onComplete: () => void;
};

function AgendaRow({ row, zone, now, isNext, isNew, onComplete }: AgendaRowProps) {
  const { isChanged, markSeen } = useChanged(row.revision, isNew);
  const startsAt = row.scheduledDate ?? "";
  const hasBegun = Date.parse(startsAt) <= now.getTime();
  return (
    <li
      data-request-id={row.id}
      data-changed={isChanged || undefined}
      onPointerEnter={markSeen}
      onFocus={markSeen}
      className="grid gap-x-6 gap-y-1 border-b border-line py-3.5 last:border-b-0 sm:grid-cols-[8.5rem_minmax(0,1fr)_auto]"
    >
      <div className="tabular max-sm:flex max-sm:flex-wrap max-sm:items-baseline max-sm:gap-x-3 sm:pt-px">
        <ClassTime row={row} zone={zone} isNext={isNext} />
        <p className="text-sm text-ink-muted">
          {durationWords(row.durationMinutes ?? 0)}
          {isNext && <span className="font-medium text-accent"> · {hasBegun ? "now" : "next"}</span>}
        </p>
      </div>
      <div className="min-w-0">
        <h3 className={`font-semibold ${isNext ? "text-md" : ""}`}>{row.courseTitle}</h3>
        <p>{row.organizationName}</p>
        <p className="flex flex-wrap gap-x-4 gap-y-0.5 pt-1 text-ink-muted">
          <span className="inline-flex min-w-0 items-start gap-1.5">
            <MapPin aria-hidden="true" className="mt-[3px] size-3.5 shrink-0" />
            <span className="min-w-0 wrap-anywhere">{row.location}</span>
          </span>
          <span className="tabular inline-flex items-center gap-1.5">
            <Users aria-hidden="true" className="size-3.5 shrink-0" />
            {peopleWords(row.headcount)}
          </span>
        </p>
        {row.note && (
          <div className="mt-1.5 max-w-prose border-l-2 border-line pl-3 text-ink-muted">
            <LongText>{row.note}</LongText>
          </div>
        )}
      </div>
      <div className="flex items-start max-sm:pt-2 sm:justify-end">
        {row.status === "completed" ? (
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1 sm:flex-col sm:items-end">
            <StatusBadge status="completed" />
            {row.completedAt && (
              <span className="text-sm text-ink-muted">
                <RelativeTime at={row.completedAt} zone={zone} kind="happened" />
              </span>
            )}
          </div>
        ) : hasBegun ? (
          <Button variant={isNext ? "primary" : "secondary"} onPress={onComplete}>
            Mark complete<span className="spoken-only"> {row.courseTitle}</span>
          </Button>
        ) : (
          <p className="max-w-44 text-sm text-ink-muted sm:text-right">
            Can be marked complete from {timeWords(startsAt, now, zone, "appointment")}
          </p>
        )}
      </div>
    </li>
  );
}

/** The hours of a class on the instructor's clock and, where that is another, on the clock of who asked for it. */
function ClassTime({ row, zone, isNext }: { row: CourseRequest; zone: string; isNext: boolean }) {
  const { scheduledDate: at, requestedByTimeZone: theirs } = row;
  if (!at) return null;
  const until = new Date(endsAt(row)).toISOString();
  return (
    <>
      <p className={isNext ? "font-semibold" : "font-medium"} title={exactTime(at, zone, until)}>
        {clockWords(at, zone)}
        {untilWords(at, zone, until)}
      </p>
      {!isSameClock(at, theirs, zone) && (
        <p className="text-sm text-ink-muted" title={exactTime(at, theirs, until)}>
          {clockInZone(at, theirs, zone)}
          {untilWords(at, theirs, until)} {zoneCity(theirs)}
        </p>
      )}
    </>
  );
}

function tab(id: AgendaStatus, label: string, count: number | undefined) {
  return { id, label, ...(count === undefined ? {} : { count }) };
}

function endsAt({ scheduledDate, durationMinutes }: CourseRequest): number {
  return Date.parse(scheduledDate ?? "") + (durationMinutes ?? 0) * 60_000;
}

function byDay(rows: readonly CourseRequest[], now: Date, zone: string) {
  const days: { day: string; classes: CourseRequest[] }[] = [];
  for (const row of rows) {
    const day = row.scheduledDate ? dayWords(row.scheduledDate, now, zone) : "Without a date";
    const last = days.at(-1);
    if (last?.day === day) last.classes.push(row);
    else days.push({ day, classes: [row] });
  }
  return days;
}

/** What an instructor is told in a corner: a class came to them, went to somebody else, moved, or was closed. */
function toastWords({ data }: RequestEvent, viewerId: string, zone: string): string | null {
  if (data.type === "new_course_request") return null;
  const when = data.scheduledDate ? `, ${exactTime(data.scheduledDate, zone)}` : "";
  const isMine = data.instructorId === viewerId;
  return {
    course_assigned: isMine
      ? `${data.courseTitle} is yours${when}`
      : `${data.courseTitle} was given to ${data.instructorName ?? "another instructor"}`,
    course_rescheduled: `${data.courseTitle} was moved${when}`,
    course_completed: `${data.courseTitle} was marked complete`,
    course_cancelled: `${data.courseTitle} was cancelled`,
    course_accepted: null,
    course_declined: null,
  }[data.type];
}
