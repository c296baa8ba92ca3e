"use client";

import { ArrowLeft, ArrowRight, ArrowUp } from "lucide-react";
import type { ReactNode, RefObject } from "react";
import type { usePlace } from "@/components/training/use-place";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { Notice } from "@/components/ui/notice";
import type { RequestPage } from "@/lib/training/schema";

type ListFrameProps = {
  /** As SWR has it. */
  list: {
    data?: RequestPage | undefined;
    error?: unknown;
    isValidating: boolean;
    mutate: () => Promise<unknown>;
  };
  /** What the list holds, in the sentence "… could not be fetched". */
  name: string;
  place: Pick<ReturnType<typeof usePlace>, "after" | "goToNext" | "goBack">;
  listRef: RefObject<HTMLDivElement | null>;
  waitingCount: number;
  letIn: () => void;
  skeleton: ReactNode;
  empty: ReactNode;
  children: ReactNode;
};

/** What every list of requests has around its rows: skeleton, empty and error state, arrivals that wait, paging. */
export function ListFrame({
  list: { data, error, isValidating, mutate },
  name,
  place,
  listRef,
  waitingCount,
  letIn,
  skeleton,
  empty,
  children,
}: ListFrameProps) {
  const retry = () => void mutate();
  if (!data && error) {
    return (
      <ErrorState title={`${name} could not be fetched`} onRetry={retry} isRetrying={isValidating}>
        {error instanceof Error ? error.message : "Nothing was lost. Please try again."}
      </ErrorState>
    );
  }
  if (!data) return skeleton;
  if (data.items.length === 0 && place.after !== null) {
    return (
      <EmptyState
        title="Nothing is left on this page"
        action={<Button onPress={place.goBack}>Previous page</Button>}
      >
        What was here has moved on since.
      </EmptyState>
    );
  }
  if (data.items.length === 0) return empty;

  function showArrivals() {
    letIn();
    // The rows are there with the next frame.
    requestAnimationFrame(() => {
      const first = listRef.current?.querySelector<HTMLElement>("[data-row-button]");
      first?.focus({ preventScroll: true });
      listRef.current?.scrollIntoView({ block: "nearest" });
      window.scrollTo({ top: 0 });
    });
  }

  const nextCursor = data.nextCursor;
  return (
    <div className="flex flex-col gap-3">
      {error !== undefined && (
        <Notice
          tone="caution"
          action={
            <Button size="compact" onPress={retry} isPending={isValidating}>
              Try again
            </Button>
          }
        >
          The list could not be refreshed; what you see may be a little old.
        </Notice>
      )}
      {waitingCount > 0 && (
        // Takes no room: the rows stay where they are.
        <div className="sticky top-19 z-10 -mb-3 flex h-0 justify-center">
          <Button
            size="compact"
            variant="primary"
            icon={<ArrowUp aria-hidden="true" className="size-3.5" />}
            onPress={showArrivals}
            className="tabular -translate-y-3.5 shadow-overlay"
          >
            {waitingCount} new
          </Button>
        </div>
      )}
      <div ref={listRef} className="min-w-0 scroll-mt-16">
        {children}
      </div>
      {(place.after !== null || nextCursor !== null) && (
        <nav aria-label="Pages" className="flex items-center justify-end gap-2">
          <Button
            size="compact"
            icon={<ArrowLeft aria-hidden="true" className="size-3.5" />}
            isDisabled={place.after === null}
            onPress={place.goBack}
          >
            Previous
          </Button>
          <Button
            size="compact"
            icon={<ArrowRight aria-hidden="true" className="size-3.5" />}
            isDisabled={nextCursor === null}
            onPress={() => nextCursor !== null && place.goToNext(nextCursor)}
          >
            Next
          </Button>
        </nav>
      )}
    </div>
  );
}
