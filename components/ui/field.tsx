"use client";

import { CircleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { FieldError as AriaFieldError, Label, Text } from "react-aria-components";

/** What every kind of field can say about itself. */
export type FieldProps = {
  label: string;
  /** Shown under the field; how to fill it in. */
  description?: ReactNode;
  /** Marks the field as wrong and says why, in a sentence. */
  errorMessage?: string | null;
  /** For screen readers and tables only. */
  isLabelHidden?: boolean;
};

export const controlClass =
  "min-h-9 touch:min-h-10 w-full rounded-sm border border-line-strong bg-surface-raised text-base touch:text-md text-ink transition-colors hover:border-ink-muted data-disabled:cursor-not-allowed data-disabled:border-line data-disabled:bg-surface-sunken data-disabled:text-ink-muted data-invalid:border-critical";

/** A control that contains its real input takes the focus ring for it. */
export const ringWithinClass =
  "data-focus-within:outline-2 data-focus-within:outline-offset-1 data-focus-within:outline-focus";

/** Day, month, hour: one part of a date that is typed. */
export const segmentClass =
  "rounded-[4px] px-0.5 outline-none data-focused:bg-accent data-focused:text-accent-ink data-placeholder:text-ink-muted data-placeholder:data-focused:text-accent-ink";

/** The label above a control. */
export function FieldLabel({ label, isLabelHidden, isRequired }: FieldProps & { isRequired?: boolean }) {
  return (
    <Label className={isLabelHidden ? "spoken-only" : "text-sm font-medium text-ink"}>
      {label}
      {isRequired === false && <span className="font-normal text-ink-muted"> (optional)</span>}
    </Label>
  );
}

/** The description and the error under a control. */
export function FieldNotes({ description, errorMessage }: Pick<FieldProps, "description" | "errorMessage">) {
  return (
    <>
      {description && (
        <Text slot="description" className="text-sm text-ink-muted">
          {description}
        </Text>
      )}
      <AriaFieldError className="flex items-start gap-1.5 text-sm text-critical">
        {({ validationErrors }) => (
          <>
            <CircleAlert aria-hidden="true" className="mt-0.5 size-4 shrink-0" />
            <span>{errorMessage ?? validationErrors.join(" ")}</span>
          </>
        )}
      </AriaFieldError>
    </>
  );
}

export const fieldClass = "flex min-w-0 flex-col gap-1.5";
