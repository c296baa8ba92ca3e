type ProgressBarProps = {
  /** What it is the progress of. */
  label: string;
  /** From 0 to 100, in whole numbers. */
  percentage: number;
  size?: "thin" | "regular";
  className?: string;
};

/** How much of something is done. It slides to a new value; say the figure in words beside it. */
export function ProgressBar({ label, percentage, size = "regular", className = "" }: ProgressBarProps) {
  const shown = Math.max(0, Math.min(100, percentage));
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={shown}
      className={`overflow-hidden rounded-full bg-line ${size === "thin" ? "h-1" : "h-1.5"} ${className}`}
    >
      <div
        className="h-full rounded-full bg-accent transition-[width] duration-300"
        style={{ width: `${shown}%` }}
      />
    </div>
  );
}
