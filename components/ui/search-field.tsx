"use client";

import { Search, X } from "lucide-react";
import { useEffect, useRef } from "react";
import { SearchField as AriaSearchField, Button, Input } from "react-aria-components";
import { controlClass, FieldLabel } from "@/components/ui/field";

type SearchFieldProps = {
  label: string;
  isLabelHidden?: boolean;
  placeholder?: string;
  /** Name in a form; with it the form is submitted shortly after the last key. */
  name?: string;
  defaultValue?: string;
  value?: string;
  onChange?: (value: string) => void;
};

const SUBMIT_AFTER_MS = 250;

/** A search box. Alone it reports what is typed; inside a form (with `name`) it submits that form while typing. */
export function SearchField({ label, isLabelHidden = true, placeholder, name, ...rest }: SearchFieldProps) {
  const input = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);

  function submitSoon() {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => input.current?.form?.requestSubmit(), SUBMIT_AFTER_MS);
  }

  return (
    <AriaSearchField
      {...rest}
      name={name}
      onChange={(value) => {
        rest.onChange?.(value);
        if (name) submitSoon();
      }}
      className="group flex min-w-0 flex-col gap-1.5"
    >
      <FieldLabel label={label} isLabelHidden={isLabelHidden} />
      <div className="relative">
        <Search
          aria-hidden="true"
          className="pointer-events-none absolute top-1/2 left-3 size-4 -translate-y-1/2 text-ink-muted"
        />
        <Input
          ref={input}
          placeholder={placeholder}
          className={`${controlClass} h-9 touch:h-10 pr-9 touch:pr-11 pl-9 [&::-webkit-search-cancel-button]:hidden`}
        />
        <Button
          aria-label="Clear search"
          className="absolute top-1/2 right-1 touch:right-0 grid size-7 touch:size-10 -translate-y-1/2 place-items-center rounded-sm text-ink-muted group-data-empty:hidden hover:bg-surface-hover hover:text-ink"
        >
          <X aria-hidden="true" className="size-4" />
        </Button>
      </div>
    </AriaSearchField>
  );
}
