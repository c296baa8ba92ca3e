type MarkProps = {
  /** Height and width in pixels. */
  size?: number;
  /** The bars step back and forth: something is awaited. */
  isMoving?: boolean;
  /** One colour (the text's) instead of the mark's two. */
  isPlain?: boolean;
  className?: string;
};

/** The mark: two parallel bars of equal length, one a step behind the other. Decoration; name it where it stands alone. */
export function Mark({ size = 24, isMoving = false, isPlain = false, className }: MarkProps) {
  return (
    <svg
      aria-hidden="true"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="currentColor"
      className={className}
    >
      <rect
        x="7"
        y="5"
        width="16"
        height="5.5"
        rx="2.75"
        className={`${isPlain ? "" : "text-accent"} ${isMoving ? "animate-[step-ahead_1.2s_ease-in-out_infinite]" : ""}`}
      />
      <rect
        x="1"
        y="13.5"
        width="16"
        height="5.5"
        rx="2.75"
        className={isMoving ? "animate-[step-behind_1.2s_ease-in-out_infinite]" : ""}
      />
    </svg>
  );
}
