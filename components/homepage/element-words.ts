import {
  Archive,
  CalendarClock,
  CalendarOff,
  Eye,
  FileText,
  Film,
  Image as ImageIcon,
  type LucideIcon,
  PencilLine,
  Type,
} from "lucide-react";
import type { Tone } from "@/components/ui/badge";
import type { ElementTypeName, HomepageElement, HomepageRelease } from "@/lib/homepage/schema";

export const typeWords: Record<ElementTypeName, string> = {
  "hero-video": "Hero video",
  banner: "Banner",
  text: "Text",
};

export const typeIcons: Record<ElementTypeName, LucideIcon> = {
  "hero-video": Film,
  banner: ImageIcon,
  text: Type,
};

/** Where an element stands at an instant: a word, an icon and a tone. */
export function elementLook(
  { status, hasUnpublishedChanges, startsAt, endsAt }: HomepageElement,
  now: Date,
): { word: string; icon: LucideIcon; tone: Tone } {
  if (status === "archived") return { word: "Archived", icon: Archive, tone: "neutral" };
  if (status === "draft") return { word: "Draft", icon: FileText, tone: "neutral" };
  if (hasUnpublishedChanges) return { word: "Unpublished changes", icon: PencilLine, tone: "caution" };
  if (endsAt !== null && Date.parse(endsAt) <= now.getTime())
    return { word: "Ended", icon: CalendarOff, tone: "neutral" };
  if (startsAt !== null && Date.parse(startsAt) > now.getTime())
    return { word: "Scheduled", icon: CalendarClock, tone: "accent" };
  return { word: "Published", icon: Eye, tone: "positive" };
}

/** What a release did. */
export function releaseWords({ action, elementTitle, restoredFrom }: HomepageRelease): string {
  const what = elementTitle === null ? "an element" : `“${elementTitle}”`;
  switch (action) {
    case "publish":
      return `Published ${what}`;
    case "unpublish":
      return `Took down ${what}`;
    case "order":
      return "Changed the order";
    case "rollback":
      return restoredFrom === null
        ? "Rolled back to an empty page"
        : `Rolled back to release ${restoredFrom}`;
  }
}

/** What a release shows. */
export function contentWords(titles: readonly string[]): string {
  if (titles.length === 0) return "Nothing but the catalogue";
  const [shown, rest] = [titles.slice(0, 3), titles.length - 3];
  return rest > 0 ? `${shown.join(", ")} and ${rest} more` : shown.join(", ");
}
