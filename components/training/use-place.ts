"use client";

import { useSearchParams } from "next/navigation";
import { useState } from "react";
import { readPlace } from "@/components/training/place";
import type { RequestStatusName } from "@/lib/training/schema";

/** Where the reader is in a list of requests. Kept in the address without asking the server for the page again. */
export function usePlace<Status extends RequestStatusName>(statuses: readonly [Status, ...Status[]]) {
  const params = useSearchParams();
  const place = readPlace((name) => params.get(name), statuses);
  const status = statuses.find((candidate) => candidate === place.status) ?? statuses[0];
  // The pages that were passed on the way to this one; a shared link has none.
  const [passed, setPassed] = useState<ReadonlyArray<string | null>>([]);

  return {
    ...place,
    status,
    selectStatus(next: Status) {
      setPassed([]);
      writeAddress({ status: next === statuses[0] ? null : next, after: null });
    },
    goToNext(nextCursor: string) {
      setPassed([...passed, place.after]);
      writeAddress({ after: nextCursor });
    },
    goBack() {
      setPassed(passed.slice(0, -1));
      writeAddress({ after: passed.at(-1) ?? null });
    },
    /** Opening from nothing is a step of its own, so that the phone's back gesture closes what it opened. */
    open(requestId: string) {
      writeAddress({ request: requestId }, place.requestId === null ? "push" : "replace");
    },
    close() {
      writeAddress({ request: null });
    },
  };
}

function writeAddress(changes: Record<string, string | null>, how: "push" | "replace" = "replace") {
  const params = new URLSearchParams(window.location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) params.delete(name);
    else params.set(name, value);
  }
  const query = params.toString();
  const address = `${window.location.pathname}${query ? `?${query}` : ""}`;
  if (how === "push") window.history.pushState(null, "", address);
  else window.history.replaceState(null, "", address);
}
