import type { LucideIcon } from "lucide-react";

export type Tone = "neutral" | "accent" | "positive" | "caution" | "critical";

const tones: Record<Tone, string> = {
  neutral: "bg-surface-hover text-ink-muted",
  accent: "bg-accent-soft text-accent",
  positive: "bg-positive-soft text-positive",
  caution: "bg-caution-soft text-caution",
  critical: "bg-critical-soft text-critical",
};

type BadgeProps = { tone: Tone; icon: LucideIcon; children: string };

/** A status: an icon, a word and a colour, never a colour alone. */
export function Badge({ tone, icon: Icon, children }: BadgeProps) {
  return (
    <span
      className={`inline-flex h-6 shrink-0 items-center gap-1.5 rounded-full pr-2.5 pl-2 text-xs font-medium whitespace-nowrap ${tones[tone]}`}
    >
      <Icon aria-hidden="true" className="size-3.5" strokeWidth={2.25} />
      {children}
    </span>
  );
}
