"use client";

import { Plus } from "lucide-react";
import { type ReactNode, useState } from "react";
import { ListFrame } from "@/components/training/list-frame";
import { boardStatuses, type Place } from "@/components/training/place";
import { RequestDialog } from "@/components/training/request-dialog";
import { RequestPanel } from "@/components/training/request-panel";
import { RequestWhen } from "@/components/training/request-when";
import { StatusBadge, statusWords } from "@/components/training/status-badge";
import { useArrivals } from "@/components/training/use-arrivals";
import { useNews } from "@/components/training/use-news";
import { usePlace } from "@/components/training/use-place";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { TableSkeleton } from "@/components/ui/skeleton";
import { type Column, Table } from "@/components/ui/table";
import { Tabs } from "@/components/ui/tabs";
import { zoneCity } from "@/components/ui/time-words";
import { useRequests } from "@/lib/training/client";
import type { CourseRequest, RequestPage, RequestStatusName } from "@/lib/training/schema";
import { peopleWords } from "@/lib/training/words";

type RequestBoardProps = {
  viewerId: string;
  zone: string;
  /** The server's time when it rendered the page. */
  initialNow: string;
  initialPlace: Place;
  initial: Record<(typeof boardStatuses)[number], RequestPage>;
};

/** What an organization has asked for, and what has become of it. */
export function RequestBoard({ viewerId, zone, initialNow, initialPlace, initial }: RequestBoardProps) {
  const place = usePlace(boardStatuses);
  const [isAsking, setAsking] = useState(false);
  const pageOf = (status: RequestStatusName) => (status === place.status ? place.after : null);
  const initialOf = (status: (typeof boardStatuses)[number]) =>
    pageOf(status) === (status === initialPlace.status ? initialPlace.after : null)
      ? initial[status]
      : undefined;
  const lists = {
    pending: useRequests("pending", pageOf("pending"), initialOf("pending")),
    confirmed: useRequests("confirmed", pageOf("confirmed"), initialOf("confirmed")),
    completed: useRequests("completed", pageOf("completed"), initialOf("completed")),
    cancelled: useRequests("cancelled", pageOf("cancelled"), initialOf("cancelled")),
  };
  const list = lists[place.status];
  const arrivals = useArrivals(`${place.status} ${place.after}`, list.data?.items);
  const loaded = boardStatuses.flatMap((status) => lists[status].data?.items ?? []);

  useNews(viewerId, (event, sentence) => (event.data.type === "new_course_request" ? null : sentence));

  const askButton = (
    <Button
      variant="primary"
      icon={<Plus aria-hidden="true" className="size-4" />}
      onPress={() => setAsking(true)}
    >
      Request a course
    </Button>
  );

  return (
    <>
      <header className="flex flex-wrap items-center justify-between gap-3 pb-4">
        <div>
          <h1 className="text-xl font-semibold tracking-tight">Course requests</h1>
          <p className="text-sm text-ink-muted">Times in {zoneCity(zone)}</p>
        </div>
        {askButton}
      </header>
      <Tabs
        label="Requests by status"
        tabs={boardStatuses.map((id) => ({
          id,
          label: statusWords(id),
          ...(lists[id].data ? { count: lists[id].data.total } : {}),
        }))}
        selected={place.status}
        onSelect={place.selectStatus}
      >
        <ListFrame
          list={list}
          name="The requests"
          place={place}
          listRef={arrivals.listRef}
          waitingCount={arrivals.waitingCount}
          letIn={arrivals.letIn}
          skeleton={<TableSkeleton label="Fetching requests" columns={6} />}
          empty={<NothingHere status={place.status} action={askButton} />}
        >
          <Table
            label={`${statusWords(place.status)} requests`}
            columns={columnsFor(zone)}
            rows={arrivals.shownRows ?? []}
            rowId={({ id }) => id}
            rowAttributes={({ id }) => ({ "data-request-id": id })}
            rowRevision={({ revision }) => revision}
            isNew={arrivals.isNew}
            onOpen={({ id }) => place.open(id)}
            openId={place.requestId}
          />
        </ListFrame>
      </Tabs>
      {place.requestId !== null && (
        <RequestPanel
          requestId={place.requestId}
          row={loaded.find(({ id }) => id === place.requestId) ?? null}
          zone={zone}
          onClose={place.close}
        />
      )}
      {isAsking && (
        <RequestDialog
          zone={zone}
          initialNow={initialNow}
          onClose={() => setAsking(false)}
          onRequested={({ id }) => {
            arrivals.expect(id);
            setAsking(false);
            if (place.status !== "pending" || place.after !== null) place.selectStatus("pending");
          }}
        />
      )}
    </>
  );
}

function columnsFor(zone: string): ReadonlyArray<Column<CourseRequest>> {
  return [
    {
      id: "course",
      header: "Course",
      cell: ({ courseTitle }) => <span className="line-clamp-2">{courseTitle}</span>,
    },
    {
      id: "when",
      header: "When",
      width: "12.5rem",
      stacked: "line",
      cell: (request) => (
        <>
          <RequestWhen request={request} zone={zone} />
          {request.instructorName && <span className="wide:hidden"> · {request.instructorName}</span>}
        </>
      ),
    },
    {
      id: "people",
      header: "People",
      align: "end",
      width: "5.5rem",
      stacked: "hidden",
      cell: ({ headcount }) => headcount.toLocaleString("en-GB"),
    },
    {
      id: "place",
      header: "Place",
      stacked: "line",
      cell: ({ headcount, location }) => (
        <span className="line-clamp-2 wrap-anywhere wide:line-clamp-1">
          <span className="wide:hidden">{peopleWords(headcount)} · </span>
          {location}
        </span>
      ),
    },
    {
      id: "status",
      header: "Status",
      width: "8.5rem",
      stacked: "beside",
      cell: ({ status }) => <StatusBadge status={status} />,
    },
    {
      id: "instructor",
      header: "Who has it",
      width: "9.5rem",
      stacked: "hidden",
      cell: ({ instructorName, status }) =>
        instructorName ?? (
          <span className="text-ink-muted">{status === "pending" ? "Nobody yet" : "Nobody"}</span>
        ),
    },
  ];
}

const nothingWords: Record<RequestStatusName, { title: string; sentence: string }> = {
  pending: {
    title: "Nothing is waiting",
    sentence: "Courses that you request wait here until an instructor is found.",
  },
  confirmed: {
    title: "No class is confirmed",
    sentence: "Once a request has an instructor and a date, it moves here.",
  },
  completed: {
    title: "No class was held yet",
    sentence: "Classes move here when their instructor marks them complete.",
  },
  cancelled: {
    title: "Nothing was cancelled",
    sentence: "Requests that were called off are kept here, with the reason.",
  },
};

function NothingHere({ status, action }: { status: RequestStatusName; action: ReactNode }) {
  const { title, sentence } = nothingWords[status];
  return (
    <EmptyState title={title} action={status === "cancelled" ? undefined : action}>
      {sentence}
    </EmptyState>
  );
}
