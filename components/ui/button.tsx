"use client";

import type { ReactNode } from "react";
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from "react-aria-components";
import { type ButtonSize, type ButtonVariant, buttonClass } from "@/components/ui/button-class";
import { Mark } from "@/components/ui/mark";

type ButtonProps = Omit<AriaButtonProps, "className" | "style" | "children" | "render"> & {
  children: ReactNode;
  variant?: ButtonVariant;
  size?: ButtonSize;
  /** A lucide icon of 16 px before the text. */
  icon?: ReactNode;
  className?: string;
};

/** A button. While pending it keeps its width and its focus, shows the moving bars and cannot be pressed again. */
export function Button({
  children,
  variant = "secondary",
  size = "regular",
  icon,
  className = "",
  ...rest
}: ButtonProps) {
  return (
    <AriaButton {...rest} className={`${buttonClass(variant, size)} ${className}`}>
      {({ isPending }) => (
        <>
          <span className={`inline-flex items-center gap-[inherit] ${isPending ? "opacity-0" : ""}`}>
            {icon}
            {children}
          </span>
          {isPending && (
            <span className="absolute inset-0 grid place-items-center">
              <Mark size={18} isMoving isPlain />
            </span>
          )}
        </>
      )}
    </AriaButton>
  );
}
