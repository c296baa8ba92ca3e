import { parseAbsolute } from "@internationalized/date";
import type { OutlineItem, Resume } from "@/lib/learning/schema";

/** "7 of 12 · 58 %": required items that are complete, and the course's figure. */
export function progressWords(of: {
  completedContent: number;
  totalContent: number;
  progressPercentage: number;
}): string {
  return `${of.completedContent} of ${of.totalContent} · ${of.progressPercentage} %`;
}

/** "12 s", "4 min", "1 h 5 min". */
export function lengthWords(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A place in a video, as "1:04". */
export function clockWords(seconds: number): string {
  const whole = Math.floor(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const tail = `${String(rest).padStart(2, "0")}`;
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${tail}` : `${minutes}:${tail}`;
}

/** The time of day to the second, in a zone: "10:42:07". */
export function secondsClock(at: string, zone: string): string {
  const { hour, minute, second } = parseAbsolute(at, zone);
  return [hour, minute, second].map((part) => String(part).padStart(2, "0")).join(":");
}

export const kindWords: Record<OutlineItem["kind"], string> = {
  video: "Video",
  document: "Reading",
  quiz: "Quiz",
  assignment: "Assignment",
};

/** Where one goes on: "Bleeding and burns, at 1:04". */
export function resumeWords({ contentTitle, kind, position, readingPosition }: Resume): string {
  if (kind === "video" && position >= 1) return `${contentTitle}, at ${clockWords(position)}`;
  if (kind === "document" && readingPosition > 0.02)
    return `${contentTitle}, ${Math.round(readingPosition * 100)} % read`;
  return contentTitle;
}

export function itemHref(courseSlug: string, contentSlug: string): string {
  return `/learn/${courseSlug}/${contentSlug}`;
}
