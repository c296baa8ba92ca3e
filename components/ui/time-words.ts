import { getDayOfWeek, parseAbsolute, toCalendarDate, type ZonedDateTime } from "@internationalized/date";

const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"] as const;
const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
] as const;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

// Names and order are written here, not taken from Intl: Node and browsers carry different ICU data ("Sep", "Sept"),
// and the server's words must be the browser's.
const weekday = (at: ZonedDateTime) => WEEKDAYS[getDayOfWeek(at, "en-GB", "sun")] ?? "";
const month = (at: ZonedDateTime) => MONTHS[at.month - 1] ?? "";
const clock = (at: ZonedDateTime) =>
  `${String(at.hour).padStart(2, "0")}:${String(at.minute).padStart(2, "0")}`;

/** What people call a zone: "Asia/Riyadh" is Riyadh. */
export function zoneCity(zone: string): string {
  if (/^(Etc\/)?(UTC|GMT|Zulu|Universal)$/.test(zone)) return "UTC";
  return (zone.split("/").at(-1) ?? zone).replaceAll("_", " ");
}

/** True if clocks in both zones show the same at that instant. */
export function isSameClock(at: string, zone: string, otherZone: string): boolean {
  return parseAbsolute(at, zone).offset === parseAbsolute(at, otherZone).offset;
}

/** The time of day and, where the other zone has another date, its day: "07:00", "Thu 23:00". */
export function clockInZone(at: string, zone: string, dayInZone: string): string {
  const there = parseAbsolute(at, zone);
  const here = parseAbsolute(at, dayInZone);
  return there.day === here.day ? clock(there) : `${weekday(there).slice(0, 3)} ${clock(there)}`;
}

/** The whole truth: "Friday 27 November 2026, 09:00 Riyadh", and with its end "…, 09:00 to 12:00 Riyadh". */
export function exactTime(at: string, zone: string, until?: string): string {
  const local = parseAbsolute(at, zone);
  return `${weekday(local)} ${local.day} ${month(local)} ${local.year}, ${clock(local)}${untilWords(at, zone, until)} ${zoneCity(zone)}`;
}

/** " to 12:00", " to Sat 01:00" where it ends on another day; nothing without an end. */
export function untilWords(at: string, zone: string, until: string | undefined): string {
  if (until === undefined) return "";
  const [start, end] = [parseAbsolute(at, zone), parseAbsolute(until, zone)];
  return ` to ${start.day === end.day ? "" : `${weekday(end).slice(0, 3)} `}${clock(end)}`;
}

/**
 * Words near now, a date further off. An appointment always keeps its time of day ("tomorrow 09:00"); something that
 * happened is counted in minutes first ("12 min ago").
 */
export function timeWords(at: string, now: Date, zone: string, kind: "appointment" | "happened"): string {
  const local = parseAbsolute(at, zone);
  const today = parseAbsolute(now.toISOString(), zone);
  const ageMs = now.getTime() - local.toDate().getTime();

  if (kind === "happened" && Math.abs(ageMs) < MINUTE_MS) return "just now";
  if (kind === "happened" && ageMs > 0 && ageMs < HOUR_MS) return `${Math.floor(ageMs / MINUTE_MS)} min ago`;

  const daysAhead = Math.round(
    (toCalendarDate(local).toDate("UTC").getTime() - toCalendarDate(today).toDate("UTC").getTime()) / DAY_MS,
  );
  if (daysAhead === 0) return `today ${clock(local)}`;
  if (daysAhead === 1) return `tomorrow ${clock(local)}`;
  if (daysAhead === -1) return `yesterday ${clock(local)}`;
  if (daysAhead > 1 && daysAhead < 7) return `${weekday(local)} ${clock(local)}`;
  const date = `${weekday(local).slice(0, 3)} ${local.day} ${month(local).slice(0, 3)}`;
  return local.year === today.year ? `${date} ${clock(local)}` : `${date} ${local.year} ${clock(local)}`;
}
