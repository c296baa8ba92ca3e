"use client";

import { Check, Minus } from "lucide-react";
import type { ReactNode } from "react";
import { Checkbox as AriaCheckbox, type CheckboxProps as AriaCheckboxProps } from "react-aria-components";

type CheckboxProps = Omit<AriaCheckboxProps, "className" | "style" | "children" | "render"> & {
  children: ReactNode;
};

/** A yes or no, answered by itself. */
export function Checkbox({ children, ...rest }: CheckboxProps) {
  return (
    <AriaCheckbox {...rest} className="group flex min-h-8 items-center gap-2.5 data-disabled:text-ink-muted">
      {({ isSelected, isIndeterminate }) => (
        <>
          <span className="grid size-[18px] shrink-0 place-items-center rounded-[4px] border border-line-strong bg-surface-raised text-accent-ink transition-colors group-data-focus-visible:outline-2 group-data-focus-visible:outline-offset-2 group-data-focus-visible:outline-focus group-data-indeterminate:border-accent group-data-indeterminate:bg-accent group-data-selected:border-accent group-data-selected:bg-accent">
            {isIndeterminate ? (
              <Minus aria-hidden="true" className="size-3.5" strokeWidth={3} />
            ) : (
              isSelected && <Check aria-hidden="true" className="size-3.5" strokeWidth={3} />
            )}
          </span>
          <span>{children}</span>
        </>
      )}
    </AriaCheckbox>
  );
}
