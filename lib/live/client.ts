"use client";

import { createContext, useCallback, useContext, useEffect, useRef, useSyncExternalStore } from "react";
import { useSWRConfig } from "swr";
import type { LiveConnection, LiveStatus } from "@/lib/live/connection";
import type { WireEvent } from "@/lib/live/events";

export type { LiveStatus };

/** What the provider shares: its connection once it is open, and those who want to hear of each event. */
export type Live = { connection: LiveConnection | null; observers: Set<(event: WireEvent) => void> };

export const LiveContext = createContext<Live>({ connection: null, observers: new Set() });

const CONNECTING: LiveStatus = { state: "connecting", lastHeardAt: null };
const nothing = () => () => undefined;

export function useLiveStatus(): LiveStatus {
  const { connection } = useContext(LiveContext);
  return useSyncExternalStore(
    connection?.subscribe ?? nothing,
    connection?.getStatus ?? (() => CONNECTING),
    () => CONNECTING,
  );
}

/** Calls back for each event, after the keys that it touches were told to refresh. */
export function useLiveEvents(onEvent: (event: WireEvent) => void): void {
  const { observers } = useContext(LiveContext);
  const latest = useRef(onEvent);
  useEffect(() => {
    latest.current = onEvent;
  });
  useEffect(() => {
    const observer = (event: WireEvent) => latest.current(event);
    observers.add(observer);
    return () => void observers.delete(observer);
  }, [observers]);
}

/** How to pause and resume what moves by itself, on every tab of this person in this browser. */
export function useLivePause(): { pause: () => void; resume: () => void } {
  const { connection } = useContext(LiveContext);
  return { pause: () => connection?.pause(), resume: () => connection?.resume() };
}

/** Tells every other tab of this person that they have signed out. */
export function useTellSignedOut(): () => void {
  const { connection } = useContext(LiveContext);
  return useCallback(() => connection?.signedOut(), [connection]);
}

/** Fetches everything on the page anew. */
export function useRefreshNow(): () => void {
  const { mutate } = useSWRConfig();
  return () => void mutate(() => true);
}
