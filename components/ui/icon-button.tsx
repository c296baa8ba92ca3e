"use client";

import type { ReactNode } from "react";
import {
  Button as AriaButton,
  type ButtonProps as AriaButtonProps,
  type Placement,
} from "react-aria-components";
import { Tooltip } from "@/components/ui/tooltip";

type IconButtonProps = Omit<AriaButtonProps, "className" | "style" | "children" | "aria-label" | "render"> & {
  /** Its accessible name, and its tooltip. */
  label: string;
  /** A lucide icon of 16-20 px. */
  icon: ReactNode;
  size?: "regular" | "compact";
  tooltipPlacement?: Placement;
  className?: string;
};

/** A button that is only an icon; it always carries a name. */
export function IconButton({
  label,
  icon,
  size = "regular",
  tooltipPlacement,
  className = "",
  ...rest
}: IconButtonProps) {
  return (
    <Tooltip text={label} placement={tooltipPlacement}>
      <AriaButton
        {...rest}
        aria-label={label}
        className={`inline-grid shrink-0 place-items-center rounded-sm text-ink-muted transition-colors hover:bg-surface-hover hover:text-ink data-disabled:cursor-not-allowed data-disabled:opacity-50 data-pressed:bg-surface-hover ${size === "compact" ? "size-8" : "size-9"} touch:size-10 ${className}`}
      >
        {icon}
      </AriaButton>
    </Tooltip>
  );
}
