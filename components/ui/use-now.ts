"use client";

import { useSyncExternalStore } from "react";

const TICK_MS = 15_000;
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let nowMs = Date.now();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (!timer) {
    nowMs = Date.now();
    timer = setInterval(() => {
      nowMs = Date.now();
      for (const tell of listeners) tell();
    }, TICK_MS);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

const readMs = () => {
  // Without a running timer (on the server, or before the first subscription) the kept value may be old.
  if (!timer && Date.now() - nowMs > TICK_MS) nowMs = Date.now();
  return nowMs;
};

/** The time, told again every 15 seconds by one timer for the whole page. */
export function useNow(): Date {
  return new Date(useSyncExternalStore(subscribe, readMs, readMs));
}

const never = () => () => {};

/** False on the server and in the first render in the browser, true after. */
export function useIsHydrated(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
}
