"use client";

import type { ReactElement, ReactNode } from "react";
import { Tooltip as AriaTooltip, type Placement, TooltipTrigger } from "react-aria-components";

type TooltipProps = {
  /** Never the only place where something is said: touch screens do not show it. */
  text: ReactNode;
  /** A button or link of react-aria. */
  children: ReactElement;
  placement?: Placement;
  isDisabled?: boolean;
};

/** A short explanation on hover and on keyboard focus. */
export function Tooltip({ text, children, placement = "top", isDisabled = false }: TooltipProps) {
  return (
    <TooltipTrigger delay={500} closeDelay={80} isDisabled={isDisabled}>
      {children}
      <AriaTooltip
        placement={placement}
        offset={6}
        className="max-w-64 rounded-sm bg-ink px-2 py-1 text-xs text-surface shadow-overlay data-entering:animate-[fade-in_120ms_ease-out]"
      >
        {text}
      </AriaTooltip>
    </TooltipTrigger>
  );
}
