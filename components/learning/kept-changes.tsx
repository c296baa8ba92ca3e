"use client";

import { useEffect, useState } from "react";
import { Notice } from "@/components/ui/notice";
import { OutboxStore } from "@/lib/learning/browser/outbox-store";
import { changesWords } from "@/lib/learning/browser/recording-rules";

/** On the sign-in page: that what was learned on this device waits for whoever learned it. */
export function KeptChanges() {
  const [waiting, setWaiting] = useState(0);
  useEffect(() => {
    const store = new OutboxStore();
    let isOver = false;
    void store
      .count()
      .catch(() => 0)
      .then((count) => {
        if (!isOver) setWaiting(count);
        return store.close();
      });
    return () => {
      isOver = true;
    };
  }, []);
  if (waiting === 0) return null;
  return (
    <div className="pb-6">
      <Notice tone="info" title={`${changesWords(waiting)} on this device`}>
        What was learned here is kept, and sent when the person who learned it signs in again.
      </Notice>
    </div>
  );
}
