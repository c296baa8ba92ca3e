"use client";

import { type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { SWRConfig, useSWRConfig } from "swr";
import { RequestError } from "@/lib/http/fetch";
import { type Live, LiveContext } from "@/lib/live/client";
import { LiveConnection } from "@/lib/live/connection";
import type { WireEvent } from "@/lib/live/events";
import { keysTouchedBy } from "@/lib/live/invalidation";

type LiveProviderProps = {
  /** At the head of the viewer's feeds before the page's data were read. */
  cursor: string;
  /** Whose page it is; null for a visitor's. */
  viewerId: string | null;
  children: ReactNode;
};

/**
 * Keeps a page live: joins the browser's connection at the cursor that the page was rendered at, and tells SWR which
 * keys each event touches. Events are hints; the lists are always fetched.
 */
export function LiveProvider({ cursor, viewerId, children }: LiveProviderProps) {
  return (
    <SWRConfig
      value={{
        revalidateOnFocus: false,
        dedupingInterval: 0,
        keepPreviousData: true,
        onError(error) {
          if (error instanceof RequestError && error.status === 401) leavePage();
        },
      }}
    >
      <Connected cursor={cursor} viewerId={viewerId}>
        {children}
      </Connected>
    </SWRConfig>
  );
}

/** A whole page load: the server decides anew who looks, and nothing that the last person saw stays in memory. */
function leavePage(): void {
  window.location.reload();
}

function Connected({ cursor, viewerId, children }: LiveProviderProps) {
  const { mutate } = useSWRConfig();
  const [connection, setConnection] = useState<LiveConnection | null>(null);
  const observers = useRef(new Set<(event: WireEvent) => void>()).current;
  // A later render of the layout brings a newer cursor; the connection has its own by then.
  const firstCursor = useRef(cursor).current;

  useEffect(() => {
    const opened = new LiveConnection(firstCursor, viewerId, {
      onEvent(event) {
        const touched = new Set<string>(keysTouchedBy(event));
        void mutate((key) => Array.isArray(key) && touched.has(String(key[0])));
        for (const observer of observers) observer(event);
      },
      onReset() {
        void mutate(() => true);
      },
      onLeft: leavePage,
    });
    opened.start();
    setConnection(opened);
    return () => opened.stop();
  }, [firstCursor, viewerId, mutate, observers]);

  const live = useMemo((): Live => ({ connection, observers }), [connection, observers]);
  return <LiveContext value={live}>{children}</LiveContext>;
}
