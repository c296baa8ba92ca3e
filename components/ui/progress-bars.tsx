type ProgressBarsProps = {
  /** Names it for screen readers: what is on its way. */
  label: string;
  /** 0-100: how far the whole is. */
  value: number;
  /** 0-100: how far the step is that goes before. Without it both bars move as one. */
  ahead?: number;
  /** In words, where the figure alone does not say it. */
  valueText?: string;
  tone?: "accent" | "quiet" | "critical";
};

const fills = { accent: "bg-accent", quiet: "bg-ink-muted", critical: "bg-critical" } as const;

/** The two bars as a measure: the upper one, a step ahead, and the lower one that follows it to the same end. */
export function ProgressBars({
  label,
  value,
  ahead = value,
  valueText = `${value} %`,
  tone = "accent",
}: ProgressBarsProps) {
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={value}
      aria-valuetext={valueText}
      className="flex flex-col gap-[3px]"
    >
      <Bar filled={Math.max(ahead, value)} className="ml-2.5" fill={fills[tone]} />
      <Bar filled={value} className="mr-2.5" fill={tone === "accent" ? "bg-ink" : fills[tone]} />
    </div>
  );
}

function Bar({ filled, fill, className }: { filled: number; fill: string; className: string }) {
  return (
    <div className={`h-1.5 overflow-hidden rounded-full bg-surface-hover ${className}`}>
      <div
        className={`h-full rounded-full transition-[width] duration-300 ease-out ${fill}`}
        style={{ width: `${Math.min(100, Math.max(0, filled))}%` }}
      />
    </div>
  );
}
