import type { WireEvent } from "@/lib/live/events";
import type { Clash, CourseRequest, StatusChange } from "@/lib/training/schema";

/** "24 Nov 2026, 09:00" in the zone. */
export function dateTimeWords(instant: string, timeZone: string): string {
  return new Intl.DateTimeFormat("en-GB", {
    timeZone,
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
  }).format(new Date(instant));
}

/** "24 Nov 2026, 09:00 to 12:00 (Asia/Riyadh)", with both dates where it ends on another day. */
export function spanWords(startsAt: string, endsAt: string, timeZone: string): string {
  const from = dateTimeWords(startsAt, timeZone);
  const to = dateTimeWords(endsAt, timeZone);
  const [fromDay] = from.split(", ");
  const [toDay, toTime] = to.split(", ");
  return `${from} to ${fromDay === toDay ? toTime : to} (${timeZone})`;
}

export function clashSentence(instructorName: string, clash: Clash, timeZone: string): string {
  const when = spanWords(clash.startsAt, clash.endsAt, timeZone);
  return `${instructorName} already teaches ${clash.courseTitle} for ${clash.organizationName}, ${when}. Choose another time or instructor; nothing was saved.`;
}

/** What has become of a request that somebody else changed first. */
export function staleSentence(request: CourseRequest): string {
  const timeZone = request.requestedByTimeZone;
  const now = {
    pending: "is waiting for an instructor",
    confirmed: `is with ${request.instructorName ?? "an instructor"}${request.scheduledDate ? `, ${dateTimeWords(request.scheduledDate, timeZone)} (${timeZone})` : ""}`,
    completed: "is completed",
    cancelled: "is cancelled",
  }[request.status];
  return `This was changed by somebody else while you looked at it: it now ${now}. Nothing was saved; please look again.`;
}

const DAY_MS = 24 * 60 * 60_000;

/** The date of an instant in a zone by its parts, so that Node and browsers write it alike. */
function localDate(instant: Date, timeZone: string) {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    weekday: "long",
    day: "numeric",
    month: "long",
    year: "numeric",
  });
  const parts = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, value]));
  const { weekday = "", day = "", month = "", year = "" } = parts;
  return { weekday, day, month, year, midnight: Date.parse(`${day} ${month} ${year} 00:00 UTC`) };
}

/** The heading of a day in an agenda: "Today", "Tomorrow", "Thursday 26 November". */
export function dayWords(instant: string, now: Date, timeZone: string): string {
  const at = localDate(new Date(instant), timeZone);
  const today = localDate(now, timeZone);
  const daysAhead = Math.round((at.midnight - today.midnight) / DAY_MS);
  if (daysAhead === 0) return "Today";
  if (daysAhead === 1) return "Tomorrow";
  if (daysAhead === -1) return "Yesterday";
  return `${at.weekday} ${at.day} ${at.month}${at.year === today.year ? "" : ` ${at.year}`}`;
}

/** "Thursday 26 November 2026" of a calendar date as "2026-11-26". */
export function calendarDateWords(date: string): string {
  const { weekday, day, month, year } = localDate(new Date(`${date}T12:00:00Z`), "UTC");
  return `${weekday} ${day} ${month} ${year}`;
}

/** "09:00" in the zone. */
export function clockWords(instant: string | Date, timeZone: string): string {
  return new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit" }).format(
    new Date(instant),
  );
}

/** "4 h", "2 h 30 min", "45 min". */
export function durationWords(minutes: number): string {
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  return [hours > 0 && `${hours} h`, rest > 0 && `${rest} min`].filter(Boolean).join(" ");
}

export function peopleWords(headcount: number): string {
  return headcount === 1 ? "1 person" : `${headcount.toLocaleString("en-GB")} people`;
}

/** What somebody did to a request, after their name: "gave it to Mike Turner". `before` is the step before this one. */
export function changeWords(change: StatusChange, before: StatusChange | undefined): string {
  const instructor = change.instructorName ?? "an instructor";
  const keepsInstructor =
    before !== undefined && before.instructorName !== null && before.instructorName === change.instructorName;
  const words: Record<string, string> = {
    new_course_request: "requested it",
    course_assigned: keepsInstructor ? `moved it, still with ${instructor}` : `gave it to ${instructor}`,
    course_accepted: "accepted it",
    course_declined: "declined it",
    course_rescheduled: "moved it",
    course_completed: "marked it complete",
    course_cancelled: "cancelled it",
  };
  return words[change.type] ?? "changed it";
}

/** The events that are about requests and classes. */
export type RequestEvent = Extract<WireEvent, { event: "courseStatusChanged" | "newCourseRequest" }>;

export function isRequestEvent(event: WireEvent): event is RequestEvent {
  return event.event === "courseStatusChanged" || event.event === "newCourseRequest";
}

/** An event as a sentence for those who did not see it happen. */
export function newsWords({ data }: RequestEvent): string {
  const { courseTitle } = data;
  if (data.type === "new_course_request") return `${data.organizationName} requested ${courseTitle}`;
  const instructor = data.instructorName ?? "An instructor";
  return {
    course_assigned: `${instructor} was assigned to ${courseTitle}`,
    course_accepted: `${instructor} accepted ${courseTitle}`,
    course_declined: `${courseTitle} was declined and waits for an instructor`,
    course_rescheduled: `${courseTitle} was moved to another time`,
    course_completed: `${courseTitle} was marked complete`,
    course_cancelled: `${courseTitle} was cancelled`,
  }[data.type];
}
