"use client";

import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { SWRConfig, useSWRConfig } from "swr";
import { type Live, LiveContext } from "@/lib/live/client";
import { LiveConnection } from "@/lib/live/connection";
import type { WireEvent } from "@/lib/live/events";
import { keysTouchedBy } from "@/lib/live/invalidation";

/**
 * Keeps a portal live: opens the stream at the cursor that the page was rendered at, and tells SWR which keys each
 * event touches. Events are hints; the lists are always fetched.
 */
export function LiveProvider({ cursor, children }: { cursor: string; children: ReactNode }) {
  return (
    <SWRConfig value={{ revalidateOnFocus: false, dedupingInterval: 0, keepPreviousData: true }}>
      <Connected cursor={cursor}>{children}</Connected>
    </SWRConfig>
  );
}

function Connected({ cursor, children }: { cursor: string; children: ReactNode }) {
  const { mutate } = useSWRConfig();
  const [connection, setConnection] = useState<LiveConnection | null>(null);
  const observers = useRef(new Set<(event: WireEvent) => void>()).current;
  // A later render of the layout brings a newer cursor; the connection has its own by then.
  const firstCursor = useRef(cursor).current;

  useEffect(() => {
    const opened = new LiveConnection(firstCursor, {
      onEvent(event) {
        const touched = new Set<string>(keysTouchedBy(event));
        void mutate((key) => Array.isArray(key) && touched.has(String(key[0])));
        for (const observer of observers) observer(event);
      },
      onReset() {
        void mutate(() => true);
      },
    });
    opened.start();
    setConnection(opened);
    return () => opened.stop();
  }, [firstCursor, mutate, observers]);

  const live = useMemo((): Live => ({ connection, observers }), [connection, observers]);
  return <LiveContext value={live}>{children}</LiveContext>;
}
