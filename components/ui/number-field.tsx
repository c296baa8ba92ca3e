"use client";

import { Minus, Plus } from "lucide-react";
import {
  NumberField as AriaNumberField,
  type NumberFieldProps as AriaNumberFieldProps,
  Button,
  Group,
  Input,
} from "react-aria-components";
import {
  controlClass,
  FieldLabel,
  FieldNotes,
  type FieldProps,
  fieldClass,
  ringWithinClass,
} from "@/components/ui/field";

type NumberFieldProps = FieldProps &
  Omit<
    AriaNumberFieldProps,
    "className" | "style" | "children" | "isInvalid" | "render" | "value" | "onChange"
  > & {
    /** null while nothing is entered. */
    value: number | null;
    onChange: (value: number | null) => void;
    /** After the figure, as "minutes". */
    unit?: string;
  };

const stepClass =
  "grid w-9 touch:w-10 shrink-0 place-items-center self-stretch text-ink-muted hover:bg-surface-hover hover:text-ink data-disabled:opacity-40";

/** A field for a number, with steps. Empty is null, never NaN. */
export function NumberField({
  label,
  description,
  errorMessage,
  isLabelHidden,
  unit,
  value,
  onChange,
  ...rest
}: NumberFieldProps) {
  return (
    <AriaNumberField
      {...rest}
      value={value ?? Number.NaN}
      onChange={(next) => onChange(Number.isNaN(next) ? null : next)}
      isInvalid={Boolean(errorMessage)}
      className={fieldClass}
    >
      <FieldLabel label={label} isLabelHidden={isLabelHidden} isRequired={rest.isRequired} />
      <Group className={`${controlClass} ${ringWithinClass} flex items-stretch overflow-hidden`}>
        <Input className="tabular min-w-0 flex-1 bg-transparent px-3 outline-none" />
        {unit && <span className="self-center pr-2 text-sm text-ink-muted">{unit}</span>}
        <Button slot="decrement" className={`${stepClass} border-l border-line`}>
          <Minus aria-hidden="true" className="size-4" />
        </Button>
        <Button slot="increment" className={`${stepClass} border-l border-line`}>
          <Plus aria-hidden="true" className="size-4" />
        </Button>
      </Group>
      <FieldNotes description={description} errorMessage={errorMessage} />
    </AriaNumberField>
  );
}
