"use client";

import { useSyncExternalStore } from "react";

type Announcement = { id: number; message: string };

const nothing: Announcement = { id: 0, message: "" };
let current = nothing;
const listeners = new Set<() => void>();

/** Tells screen readers, politely, what changed on the screen by itself. */
export function announce(message: string): void {
  current = { id: current.id + 1, message };
  for (const tell of listeners) tell();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Where announcements are spoken from; once, in the root layout. */
export function LiveRegion() {
  const { id, message } = useSyncExternalStore(
    subscribe,
    () => current,
    () => nothing,
  );
  return (
    <div role="status" aria-live="polite" className="spoken-only">
      {/* A new element each time, so that the same sentence twice is spoken twice. */}
      <span key={id}>{message}</span>
    </div>
  );
}
