"use client";

import { ChevronDown } from "lucide-react";
import { ComboBox as AriaComboBox, Button, Group, Input, Popover } from "react-aria-components";
import {
  controlClass,
  FieldLabel,
  FieldNotes,
  type FieldProps,
  fieldClass,
  ringWithinClass,
} from "@/components/ui/field";
import { type Option, OptionList, optionPopoverClass } from "@/components/ui/option-list";

type ComboBoxProps<Id extends string> = FieldProps & {
  options: ReadonlyArray<Option<Id>>;
  value: Id | null;
  onChange: (value: Id | null) => void;
  placeholder?: string;
  /** Said in the list when nothing matches. */
  emptyMessage?: string;
  name?: string;
  autoFocus?: boolean;
  isRequired?: boolean;
  isDisabled?: boolean;
};

/** One choice out of many, found by typing a part of it. */
export function ComboBox<Id extends string>({
  label,
  description,
  errorMessage,
  isLabelHidden,
  options,
  value,
  onChange,
  placeholder,
  emptyMessage = "Nothing matches.",
  ...rest
}: ComboBoxProps<Id>) {
  return (
    <AriaComboBox
      {...rest}
      defaultItems={options}
      value={value}
      onChange={(key) => onChange(options.find((option) => option.id === key)?.id ?? null)}
      isInvalid={Boolean(errorMessage)}
      allowsEmptyCollection
      // Not "focus": a field that is focused because it was left empty must not cover the other errors.
      menuTrigger="input"
      className={fieldClass}
    >
      <FieldLabel label={label} isLabelHidden={isLabelHidden} isRequired={rest.isRequired} />
      <Group className={`${controlClass} ${ringWithinClass} flex items-stretch overflow-hidden`}>
        <Input placeholder={placeholder} className="min-w-0 flex-1 bg-transparent px-3 outline-none" />
        <Button className="grid w-9 touch:w-10 shrink-0 place-items-center text-ink-muted hover:text-ink">
          <ChevronDown aria-hidden="true" className="size-4" />
        </Button>
      </Group>
      <FieldNotes description={description} errorMessage={errorMessage} />
      <Popover offset={4} className={optionPopoverClass}>
        <OptionList<Id> emptyMessage={emptyMessage} />
      </Popover>
    </AriaComboBox>
  );
}
