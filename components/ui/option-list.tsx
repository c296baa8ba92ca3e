"use client";

import { Check } from "lucide-react";
import type { ReactNode } from "react";
import { ListBox, ListBoxItem, Text } from "react-aria-components";

/** One choice out of a list. */
export type Option<Id extends string> = {
  id: Id;
  label: string;
  /** A second, quieter line: why it cannot be chosen, or what tells it from its neighbour. */
  detail?: string;
  isDisabled?: boolean;
};

/** The list that a combo box opens; its options come from there. */
export function OptionList<Id extends string>({ emptyMessage }: { emptyMessage: ReactNode }) {
  return (
    <ListBox
      renderEmptyState={() => <p className="px-3 py-2 text-sm text-ink-muted">{emptyMessage}</p>}
      className="max-h-72 overflow-auto p-1 outline-none"
    >
      {(option: Option<Id>) => (
        <ListBoxItem
          id={option.id}
          textValue={option.label}
          isDisabled={option.isDisabled}
          className="group flex min-h-9 touch:min-h-10 cursor-default items-center gap-2 rounded-sm px-2.5 py-1.5 outline-none data-disabled:text-ink-muted data-focused:bg-surface-hover"
        >
          <span className="min-w-0 flex-1">
            <Text slot="label" className="line-clamp-2">
              {option.label}
            </Text>
            {option.detail && (
              <Text slot="description" className="block text-xs text-ink-muted">
                {option.detail}
              </Text>
            )}
          </span>
          <Check
            aria-hidden="true"
            className="invisible size-4 shrink-0 text-accent group-data-selected:visible"
          />
        </ListBoxItem>
      )}
    </ListBox>
  );
}

export const optionPopoverClass =
  "w-(--trigger-width) min-w-52 rounded-md border border-line bg-surface-raised shadow-overlay data-entering:animate-[overlay-in_120ms_ease-out]";
