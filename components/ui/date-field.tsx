"use client";

import { parseDate } from "@internationalized/date";
import { DateField as AriaDateField, DateInput, DateSegment } from "react-aria-components";
import {
  controlClass,
  FieldLabel,
  FieldNotes,
  type FieldProps,
  fieldClass,
  ringWithinClass,
  segmentClass,
} from "@/components/ui/field";

type DateFieldProps = FieldProps & {
  /** As "2026-12-01", or null while it is not filled in. */
  value: string | null;
  onChange: (value: string | null) => void;
  isRequired?: boolean;
};

/** A calendar date without a time or a zone, in the order that the other dates have here. */
export function DateField({
  label,
  description,
  errorMessage,
  isLabelHidden,
  value,
  onChange,
  isRequired,
}: DateFieldProps) {
  return (
    <AriaDateField
      value={value === null ? null : parseDate(value)}
      onChange={(date) => onChange(date?.toString() ?? null)}
      granularity="day"
      shouldForceLeadingZeros
      isInvalid={Boolean(errorMessage)}
      isRequired={isRequired}
      className={fieldClass}
    >
      <FieldLabel label={label} isLabelHidden={isLabelHidden} isRequired={isRequired} />
      <DateInput
        className={`${controlClass} ${ringWithinClass} tabular flex items-center px-2.5 whitespace-nowrap`}
      >
        {(segment) => <DateSegment segment={segment} className={segmentClass} />}
      </DateInput>
      <FieldNotes description={description} errorMessage={errorMessage} />
    </AriaDateField>
  );
}
