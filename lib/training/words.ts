import type { WireEvent } from "@/lib/live/events";
import type { Clash, CourseRequest } from "@/lib/training/schema";

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
export function staleSentence(request: CourseRequest, timeZone: string): string {
  const now = {
    pending: "is waiting for an instructor",
    confirmed: `is with ${request.instructorName ?? "an instructor"}${request.scheduledDate ? `, ${dateTimeWords(request.scheduledDate, timeZone)}` : ""}`,
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

/** What stands in an instructor's way, beside the name: "First aid and CPR for Iffat College, 24 Nov 2026, 09:00 to 13:00". */
export function busyWords(clash: Clash, timeZone: string): string {
  const when = spanWords(clash.startsAt, clash.endsAt, timeZone).replace(/ \([^)]*\)$/, "");
  return `${clash.courseTitle} for ${clash.organizationName}, ${when}`;
}

/** The steps of a request's history, by the type of the event that each was. */
const stepWords: Record<string, string> = {
  new_course_request: "Requested",
  course_assigned: "Instructor assigned",
  course_accepted: "Accepted by the instructor",
  course_declined: "Declined by the instructor",
  course_rescheduled: "Rescheduled",
  course_completed: "Marked complete",
  course_cancelled: "Cancelled",
};

export function changeWords(type: string): string {
  return stepWords[type] ?? "Changed";
}

/** An event as a sentence for those who did not see it happen. `instructorName` is null where it is not known. */
export function newsWords(event: WireEvent, instructorName: string | null): string {
  const { courseTitle } = event.data;
  if (event.data.type === "new_course_request") {
    return `${event.data.organizationName} requested ${courseTitle}`;
  }
  const instructor = instructorName ?? "An instructor";
  return {
    course_assigned: `${instructor} was assigned to ${courseTitle}`,
    course_accepted: `${instructor} accepted ${courseTitle}`,
    course_declined: `${courseTitle} was declined and waits for an instructor`,
    course_rescheduled: `${courseTitle} was moved to another time`,
    course_completed: `${courseTitle} was marked complete`,
    course_cancelled: `${courseTitle} was cancelled`,
  }[event.data.type];
}
