"use client";

import { useEffect, useState } from "react";
import { ItemRecorder } from "@/lib/learning/browser/item-recorder";
import { useOutbox } from "@/lib/learning/browser/provider";

/** Records what is done with the item that is open; null until the page is in the browser, and for who only looks. */
export function useItemRecorder(
  { courseId, contentId, isEnrolled }: { courseId: string; contentId: string; isEnrolled: boolean },
  how: "playing" | "reading",
): ItemRecorder | null {
  const outbox = useOutbox();
  const [recorder, setRecorder] = useState<ItemRecorder | null>(null);
  useEffect(() => {
    if (!outbox || !isEnrolled) return;
    const opened = new ItemRecorder(outbox, { courseId, contentId }, how);
    opened.start();
    setRecorder(opened);
    return () => {
      opened.stop();
      setRecorder(null);
    };
  }, [outbox, courseId, contentId, isEnrolled, how]);
  return recorder;
}
