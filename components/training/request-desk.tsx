"use client";

import { type ReactNode, useEffect, useRef } from "react";
import { ListFrame } from "@/components/training/list-frame";
import { type Place, queueStatuses } from "@/components/training/place";
import { RequestHandling } from "@/components/training/request-handling";
import { newer, PanelSkeleton } from "@/components/training/request-panel";
import { RequestQueue } from "@/components/training/request-queue";
import { StatusBadge, statusWords } from "@/components/training/status-badge";
import { useArrivals } from "@/components/training/use-arrivals";
import { useMedia } from "@/components/training/use-media";
import { useNews } from "@/components/training/use-news";
import { usePlace } from "@/components/training/use-place";
import { useServerNow } from "@/components/training/use-server-now";
import { ButtonLink } from "@/components/ui/button-link";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { SidePanel } from "@/components/ui/side-panel";
import { TableSkeleton } from "@/components/ui/skeleton";
import { Tabs } from "@/components/ui/tabs";
import { zoneCity } from "@/components/ui/time-words";
import { useRequestDetail, useRequests } from "@/lib/training/client";
import type { CourseRequest, RequestPage } from "@/lib/training/schema";

type QueueStatus = (typeof queueStatuses)[number];

type RequestDeskProps = {
  viewerId: string;
  zone: string;
  /** The server's time when it rendered the page. */
  initialNow: string;
  initialPlace: Place;
  initial: Record<QueueStatus, RequestPage>;
};

/** Everybody's requests in a queue, and the chosen one beside it, to be given an instructor. */
export function RequestDesk({ viewerId, zone, initialNow, initialPlace, initial }: RequestDeskProps) {
  const place = usePlace(queueStatuses);
  const isWide = useMedia("(min-width: 64rem)", true);
  const focusesPane = useRef(false);
  const paneHeading = useRef<HTMLHeadingElement>(null);
  const pageOf = (status: QueueStatus) => (status === place.status ? place.after : null);
  const initialOf = (status: QueueStatus) =>
    pageOf(status) === (status === initialPlace.status ? initialPlace.after : null)
      ? initial[status]
      : undefined;
  const lists = {
    pending: useRequests("pending", pageOf("pending"), initialOf("pending")),
    confirmed: useRequests("confirmed", pageOf("confirmed"), initialOf("confirmed")),
    completed: useRequests("completed", pageOf("completed"), initialOf("completed")),
  };
  const list = lists[place.status];
  const arrivals = useArrivals(`${place.status} ${place.after}`, list.data?.items);
  const loaded = queueStatuses.flatMap((status) => lists[status].data?.items ?? []);
  const row = loaded.find(({ id }) => id === place.requestId) ?? null;

  // The queue itself shows what is new: nothing in it concerns one admin more than another.
  useNews(viewerId, () => null);

  function open(id: string, byKeyboard: boolean) {
    place.open(id);
    if (!byKeyboard || !isWide) return;
    if (id === place.requestId) paneHeading.current?.focus();
    else focusesPane.current = true;
  }

  // Who opened by keyboard goes on in what was opened, once it is there.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the chosen request is what brings the heading.
  useEffect(() => {
    if (focusesPane.current) paneHeading.current?.focus();
    focusesPane.current = false;
  }, [place.requestId]);

  return (
    <>
      <header className="pb-4">
        <h1 className="text-xl font-semibold tracking-tight">Course requests</h1>
        <p className="text-sm text-ink-muted">Times in {zoneCity(zone)}</p>
      </header>
      <div className="lg:grid lg:grid-cols-[minmax(20rem,26rem)_minmax(0,1fr)] lg:gap-8">
        <Tabs
          label="Requests by status"
          tabs={queueStatuses.map((id) => ({
            id,
            label: statusWords(id),
            ...(lists[id].data ? { count: lists[id].data.total } : {}),
          }))}
          selected={place.status}
          onSelect={place.selectStatus}
        >
          <ListFrame
            list={list}
            name="The queue"
            place={place}
            listRef={arrivals.listRef}
            waitingCount={arrivals.waitingCount}
            letIn={arrivals.letIn}
            skeleton={<TableSkeleton label="Fetching the queue" columns={2} />}
            empty={<NothingHere status={place.status} />}
          >
            <RequestQueue
              label={`${statusWords(place.status)} requests`}
              rows={arrivals.shownRows ?? []}
              zone={zone}
              isNew={arrivals.isNew}
              openId={place.requestId}
              onOpen={open}
            />
          </ListFrame>
        </Tabs>
        {isWide && (
          <section
            aria-label="The chosen request"
            className="sticky top-19 min-h-[70dvh] max-h-[calc(100dvh-6rem)] self-start overflow-y-auto border-l border-line pb-4 pl-8 max-lg:hidden"
          >
            {place.requestId === null ? (
              <EmptyState title="No request is chosen">
                Choose one from the queue to see what is wanted and which instructors are free. Arrow keys
                walk the queue, Enter opens.
              </EmptyState>
            ) : (
              <ChosenRequest
                key={place.requestId}
                requestId={place.requestId}
                row={row}
                zone={zone}
                initialNow={initialNow}
              >
                {({ title, subtitle, body }) => (
                  <>
                    <h2
                      ref={paneHeading}
                      tabIndex={-1}
                      className="rounded-sm text-lg font-semibold tracking-tight"
                    >
                      {title}
                    </h2>
                    <p className="pb-4 text-ink-muted">{subtitle}</p>
                    {body}
                  </>
                )}
              </ChosenRequest>
            )}
          </section>
        )}
      </div>
      {!isWide && place.requestId !== null && (
        <ChosenRequest
          key={place.requestId}
          requestId={place.requestId}
          row={row}
          zone={zone}
          initialNow={initialNow}
        >
          {({ title, subtitle, body }) => (
            <SidePanel
              isOpen
              onOpenChange={(isOpen) => !isOpen && place.close()}
              title={title}
              subtitle={`${subtitle} · times in ${zoneCity(zone)}`}
            >
              {body}
            </SidePanel>
          )}
        </ChosenRequest>
      )}
    </>
  );
}

type ChosenRequestProps = {
  requestId: string;
  row: CourseRequest | null;
  zone: string;
  initialNow: string;
  children: (parts: { title: string; subtitle: string; body: ReactNode }) => ReactNode;
};

function ChosenRequest({ requestId, row, zone, initialNow, children }: ChosenRequestProps) {
  const { data, error, isValidating, mutate } = useRequestDetail(requestId);
  const request = newer(data?.request, row);
  const now = useServerNow(initialNow, request?.scheduledDate ? [request.scheduledDate] : []);

  return children({
    title: request?.courseTitle ?? "Request",
    subtitle: request?.organizationName ?? "",
    body: (
      <>
        {request && <StatusBadge status={request.status} />}
        {!request && !error && <PanelSkeleton />}
        {!data && error && (
          <ErrorState
            title={request ? "The history could not be fetched" : "This request could not be fetched"}
            onRetry={() => void mutate()}
            isRetrying={isValidating}
          >
            {error instanceof Error ? error.message : "Please try again."}
          </ErrorState>
        )}
        {request && (
          <RequestHandling
            request={request}
            history={data?.history ?? []}
            zone={zone}
            now={now}
            onStale={() => void mutate()}
          />
        )}
      </>
    ),
  });
}

const nothingWords: Record<QueueStatus, { title: string; sentence: string }> = {
  pending: {
    title: "No request is waiting",
    sentence: "When an organization requests a course, it appears here by itself, newest first.",
  },
  confirmed: {
    title: "No class is confirmed",
    sentence: "Requests that were given an instructor and a date move here, soonest first.",
  },
  completed: {
    title: "No class was held yet",
    sentence: "Classes move here when their instructor, or you, mark them complete.",
  },
};

function NothingHere({ status }: { status: QueueStatus }) {
  const { title, sentence } = nothingWords[status];
  return (
    <EmptyState title={title} action={<ButtonLink href="/#catalogue">See the catalogue</ButtonLink>}>
      {sentence}
    </EmptyState>
  );
}
