import { Ban, CalendarCheck, Check, Hourglass, type LucideIcon } from "lucide-react";
import { Badge, type Tone } from "@/components/ui/badge";
import type { RequestStatusName } from "@/lib/training/schema";

const looks = {
  pending: { tone: "caution", icon: Hourglass, word: "Pending" },
  confirmed: { tone: "accent", icon: CalendarCheck, word: "Confirmed" },
  completed: { tone: "positive", icon: Check, word: "Completed" },
  cancelled: { tone: "neutral", icon: Ban, word: "Cancelled" },
} as const satisfies Record<RequestStatusName, { tone: Tone; icon: LucideIcon; word: string }>;

export const statusWords = (status: RequestStatusName) => looks[status].word;

export function StatusBadge({ status }: { status: RequestStatusName }) {
  const { tone, icon, word } = looks[status];
  return (
    <Badge tone={tone} icon={icon}>
      {word}
    </Badge>
  );
}
