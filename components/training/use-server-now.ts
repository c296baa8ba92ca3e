"use client";

import { useEffect, useState } from "react";

const TICK_MS = 15_000;
/** Timers may fire a little early. */
const MARGIN_MS = 50;

// By the instant that the server named: a page that comes back from the router's cache names an old one again.
const offsetsMs = new Map<string, number>();

/** The server's time, going on from what it was when it rendered the page; told again at `instants` and every 15 s. */
export function useServerNow(initialNow: string, instants: readonly string[] = []): Date {
  const [nowMs, setNowMs] = useState(() => Date.parse(initialNow));
  const watched = instants.join(" ");

  useEffect(() => {
    let offsetMs = offsetsMs.get(initialNow);
    if (offsetMs === undefined) {
      offsetMs = Date.parse(initialNow) - Date.now();
      offsetsMs.set(initialNow, offsetMs);
    }
    const read = () => Date.now() + offsetMs;
    let timer: ReturnType<typeof setTimeout>;
    const tick = () => {
      const now = read();
      setNowMs(now);
      const ahead = watched
        .split(" ")
        .map((instant) => Date.parse(instant) - now)
        .filter((ms) => ms > 0);
      timer = setTimeout(tick, Math.min(TICK_MS, ...ahead) + MARGIN_MS);
    };
    tick();
    return () => clearTimeout(timer);
  }, [initialNow, watched]);

  return new Date(nowMs);
}
