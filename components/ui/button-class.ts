export type ButtonVariant = "primary" | "secondary" | "quiet" | "critical";
export type ButtonSize = "regular" | "compact" | "large";

const variants: Record<ButtonVariant, string> = {
  primary:
    "bg-accent text-accent-ink hover:bg-accent-hover data-pressed:bg-accent-hover data-disabled:bg-surface-hover data-disabled:text-ink-muted",
  secondary:
    "border border-line-medium bg-surface-raised text-ink hover:bg-surface-hover data-pressed:bg-surface-hover data-disabled:border-line data-disabled:text-ink-muted",
  quiet: "text-ink hover:bg-surface-hover data-pressed:bg-surface-hover data-disabled:text-ink-muted",
  critical:
    "bg-critical text-critical-ink hover:bg-critical-hover data-pressed:bg-critical-hover data-disabled:bg-surface-hover data-disabled:text-ink-muted",
};

const sizes: Record<ButtonSize, string> = {
  compact: "h-8 touch:h-10 gap-1.5 px-2.5 text-sm",
  regular: "h-9 touch:h-10 gap-2 px-3.5 text-base",
  large: "h-11 gap-2 px-5 text-md",
};

/** The look shared by buttons and by links that act as the page's main action. */
export function buttonClass(variant: ButtonVariant, size: ButtonSize): string {
  return `relative inline-flex shrink-0 items-center justify-center rounded-sm font-medium whitespace-nowrap no-underline transition-colors select-none data-disabled:cursor-not-allowed ${variants[variant]} ${sizes[size]}`;
}
