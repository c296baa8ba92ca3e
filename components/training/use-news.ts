"use client";

import { useEffect, useState } from "react";
import { announce } from "@/components/ui/live-region";
import { showToast } from "@/components/ui/toast";
import { useLiveEvents } from "@/lib/live/client";
import type { WireEvent } from "@/lib/live/events";
import type { CourseRequest } from "@/lib/training/schema";
import { newsWords } from "@/lib/training/words";

/** Events name an instructor by id; the rows that follow bring the name, or this time passes. */
const NAME_WITHIN_MS = 2_000;

/**
 * Speaks of what happened to requests, and shows as a toast what `toastOf` has a sentence for: what concerns the viewer
 * and was not done by them. `rows` are those on the page.
 */
export function useNews(
  viewerId: string,
  rows: readonly CourseRequest[],
  toastOf: (event: WireEvent, row: CourseRequest | null, sentence: string) => string | null,
) {
  const [heard, setHeard] = useState<readonly WireEvent[]>([]);
  useLiveEvents((event) => setHeard((before) => [...before, event]));

  useEffect(() => {
    if (heard.length === 0) return;
    const tell = (event: WireEvent, row: CourseRequest | null) => {
      const sentence = newsWords(event, row?.instructorName ?? null);
      announce(sentence);
      const toast = event.data.actorId === viewerId ? null : toastOf(event, row, sentence);
      if (toast) showToast({ title: toast, tone: "info" });
    };
    const rowOf = ({ data }: WireEvent) =>
      rows.find(({ id, revision }) => id === data.requestId && revision >= data.revision) ?? null;
    const ready = heard.filter((event) => event.data.type !== "course_assigned" || rowOf(event));
    if (ready.length > 0) {
      setHeard((before) => before.filter((event) => !ready.includes(event)));
      for (const event of ready) tell(event, rowOf(event));
      return;
    }
    const timer = setTimeout(() => {
      setHeard([]);
      for (const event of heard) tell(event, null);
    }, NAME_WITHIN_MS);
    return () => clearTimeout(timer);
  }, [heard, rows, viewerId, toastOf]);
}
