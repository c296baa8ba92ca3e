"use client";

import { announce } from "@/components/ui/live-region";
import { showToast } from "@/components/ui/toast";
import { useLiveEvents } from "@/lib/live/client";
import { isRequestEvent, newsWords, type RequestEvent } from "@/lib/training/words";

/**
 * Speaks of what happened to requests, and shows as a toast what `toastOf` has a sentence for: what concerns the viewer
 * and was not done by them.
 */
export function useNews(viewerId: string, toastOf: (event: RequestEvent, sentence: string) => string | null) {
  useLiveEvents((event) => {
    if (!isRequestEvent(event)) return;
    const sentence = newsWords(event);
    announce(sentence);
    const toast = event.data.actorId === viewerId ? null : toastOf(event, sentence);
    if (toast) showToast({ title: toast, tone: "info" });
  });
}
