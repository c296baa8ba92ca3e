"use client";

import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from "react";
import { Outbox, type OutboxStatus } from "@/lib/learning/browser/outbox";
import type { UpdateProgressAnswer } from "@/lib/learning/schema";

const OutboxContext = createContext<Outbox | null>(null);

const NOTHING: OutboxStatus = { waiting: 0, problem: null };
const never = () => () => undefined;

/** Sends what this person has learned in this browser, from whichever page of theirs is open. */
export function LearningProvider({ viewerId, children }: { viewerId: string; children: ReactNode }) {
  const [outbox, setOutbox] = useState<Outbox | null>(null);
  useEffect(() => {
    const opened = new Outbox(viewerId);
    opened.start();
    setOutbox(opened);
    return () => opened.stop();
  }, [viewerId]);
  return <OutboxContext value={outbox}>{children}</OutboxContext>;
}

/** Null until the page is in the browser, and where nobody learns. */
export function useOutbox(): Outbox | null {
  return useContext(OutboxContext);
}

/** What waits on this device to be sent. */
export function useOutboxStatus(): OutboxStatus {
  const outbox = useOutbox();
  return useSyncExternalStore(
    outbox?.subscribe ?? never,
    outbox?.getStatus ?? (() => NOTHING),
    () => NOTHING,
  );
}

/** Calls back with each answer of the server to what was recorded in this browser tab's queue. */
export function useRecorded(onRecorded: (answer: UpdateProgressAnswer) => void): void {
  const outbox = useOutbox();
  const latest = useRef(onRecorded);
  useEffect(() => {
    latest.current = onRecorded;
  });
  useEffect(() => outbox?.observe({ onRecorded: (answer) => latest.current(answer) }), [outbox]);
}
