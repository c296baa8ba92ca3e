"use client";

import type { ReactElement, ReactNode } from "react";
import { Popover as AriaPopover, Dialog, DialogTrigger, type Placement } from "react-aria-components";

type PopoverProps = {
  label: string;
  /** The button (of react-aria) that opens it. */
  trigger: ReactElement;
  children: ReactNode | ((close: () => void) => ReactNode);
  placement?: Placement;
  size?: "narrow" | "wide";
};

/** A small panel beside the button that opened it. */
export function Popover({
  label,
  trigger,
  children,
  placement = "bottom end",
  size = "narrow",
}: PopoverProps) {
  return (
    <DialogTrigger>
      {trigger}
      <AriaPopover
        placement={placement}
        offset={6}
        className={`${size === "narrow" ? "w-72" : "w-[26rem]"} max-w-[calc(100vw-2rem)] rounded-md border border-line bg-surface-raised shadow-overlay data-entering:animate-[overlay-in_120ms_ease-out]`}
      >
        <Dialog aria-label={label} className="p-4 outline-none">
          {({ close }) => (typeof children === "function" ? children(close) : children)}
        </Dialog>
      </AriaPopover>
    </DialogTrigger>
  );
}
