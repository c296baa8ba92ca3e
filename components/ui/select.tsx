"use client";

import { ChevronDown } from "lucide-react";
import { Select as AriaSelect, Button, Popover, SelectValue } from "react-aria-components";
import { controlClass, FieldLabel, FieldNotes, type FieldProps, fieldClass } from "@/components/ui/field";
import { type Option, OptionList, optionPopoverClass } from "@/components/ui/option-list";

type SelectProps<Id extends string> = FieldProps & {
  options: ReadonlyArray<Option<Id>>;
  value: Id | null;
  onChange: (value: Id) => void;
  placeholder?: string;
  name?: string;
  isRequired?: boolean;
  isDisabled?: boolean;
};

/** One choice out of a few. For many, or for ones that must be searched, use ComboBox. */
export function Select<Id extends string>({
  label,
  description,
  errorMessage,
  isLabelHidden,
  options,
  value,
  onChange,
  placeholder = "Choose…",
  ...rest
}: SelectProps<Id>) {
  return (
    <AriaSelect
      {...rest}
      value={value}
      placeholder={placeholder}
      onChange={(key) => {
        const chosen = options.find((option) => option.id === key);
        if (chosen) onChange(chosen.id);
      }}
      isInvalid={Boolean(errorMessage)}
      className={`group ${fieldClass}`}
    >
      <FieldLabel label={label} isLabelHidden={isLabelHidden} isRequired={rest.isRequired} />
      <Button
        className={`${controlClass} flex h-9 items-center gap-2 px-3 text-left group-data-invalid:border-critical`}
      >
        <SelectValue className="min-w-0 flex-1 truncate data-placeholder:text-ink-muted">
          {/* The option's detail belongs to the list, not to the choice. */}
          {({ isPlaceholder, selectedText, defaultChildren }) =>
            isPlaceholder ? defaultChildren : selectedText
          }
        </SelectValue>
        <ChevronDown aria-hidden="true" className="size-4 shrink-0 text-ink-muted" />
      </Button>
      <FieldNotes description={description} errorMessage={errorMessage} />
      <Popover offset={4} className={optionPopoverClass}>
        <OptionList options={options} />
      </Popover>
    </AriaSelect>
  );
}
