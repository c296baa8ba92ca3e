"use client";

import {
  clockInZone,
  exactTime,
  isSameClock,
  timeWords,
  untilWords,
  zoneCity,
} from "@/components/ui/time-words";
import { useIsHydrated, useNow } from "@/components/ui/use-now";

type RelativeTimeProps = {
  /** ISO 8601. */
  at: string;
  /** When it ends; ISO 8601. */
  until?: string;
  /** IANA zone in which the time is told. */
  zone: string;
  /** The reader's zone; where its clock differs, both times are shown, each with its place. */
  viewerZone?: string;
  /** "happened" counts the first hour in minutes; an appointment always keeps its time of day. */
  kind?: "appointment" | "happened";
};

/** A time in words near now; exact on hover and to screen readers. */
export function RelativeTime({ at, until, zone, viewerZone, kind = "appointment" }: RelativeTimeProps) {
  const now = useNow();
  const isHydrated = useIsHydrated();
  const isOtherClock = viewerZone !== undefined && !isSameClock(at, zone, viewerZone);
  const yours = isOtherClock ? clockInZone(at, viewerZone, zone) + untilWords(at, viewerZone, until) : null;
  const words =
    timeWords(at, now, zone, kind) + untilWords(at, zone, until) + (isOtherClock ? ` ${zoneCity(zone)}` : "");
  const exact = exactTime(at, zone, until) + (isOtherClock ? ` (${exactTime(at, viewerZone, until)})` : "");

  return (
    // The server's words may be a minute old when the browser takes over: the key writes them anew, once.
    <time
      key={isHydrated ? "browser" : "server"}
      dateTime={at}
      title={exact}
      className="tabular"
      suppressHydrationWarning
    >
      <span aria-hidden="true" suppressHydrationWarning>
        {words}
        {yours && (
          <span className="text-ink-muted">
            {"\u00a0· "}
            <span className="whitespace-nowrap">{yours} yours</span>
          </span>
        )}
      </span>
      <span className="spoken-only">{exact}</span>
    </time>
  );
}
