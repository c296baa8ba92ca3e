"use client";

import { Check } from "lucide-react";
import type { ReactElement, ReactNode } from "react";
import {
  Menu as AriaMenu,
  MenuItem as AriaMenuItem,
  MenuSection as AriaMenuSection,
  Header,
  Keyboard,
  MenuTrigger,
  type Placement,
  Popover,
  Separator,
  Text,
} from "react-aria-components";

type MenuProps = {
  label: string;
  /** The button (of react-aria) that opens it. */
  trigger: ReactElement;
  /** MenuItem, MenuSection and MenuSeparator. */
  children: ReactNode;
  placement?: Placement;
  /** Stands above the items and is not one of them. */
  header?: ReactNode;
};

/** A button that opens a list of actions. */
export function Menu({ label, trigger, children, placement = "bottom end", header }: MenuProps) {
  return (
    <MenuTrigger>
      {trigger}
      <Popover
        placement={placement}
        offset={6}
        className="min-w-56 rounded-md border border-line bg-surface-raised shadow-overlay data-entering:animate-[overlay-in_120ms_ease-out]"
      >
        {header}
        <AriaMenu aria-label={label} className="max-h-[70vh] overflow-auto p-1 outline-none">
          {children}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}

type MenuItemProps = {
  id: string;
  children: string;
  icon?: ReactNode;
  /** As people read it: "Ctrl K". */
  shortcut?: string;
  tone?: "plain" | "critical";
  onAction?: () => void;
  href?: string;
  isDisabled?: boolean;
};

/** One action of a Menu. In a section with a choice it carries the tick of what is chosen. */
export function MenuItem({ id, children, icon, shortcut, tone = "plain", ...rest }: MenuItemProps) {
  return (
    <AriaMenuItem
      {...rest}
      id={id}
      textValue={children}
      className={`flex min-h-9 touch:min-h-10 cursor-default items-center gap-2.5 rounded-sm px-2.5 text-base no-underline outline-none data-disabled:text-ink-muted data-focused:bg-surface-hover ${tone === "critical" ? "text-critical" : "text-ink"}`}
    >
      {({ isSelected, selectionMode }) => (
        <>
          {icon && <span className="grid size-4 shrink-0 place-items-center text-ink-muted">{icon}</span>}
          <Text slot="label" className="flex-1 truncate">
            {children}
          </Text>
          {shortcut && <Keyboard className="font-sans text-xs text-ink-muted">{shortcut}</Keyboard>}
          {selectionMode !== "none" && (
            <Check
              aria-hidden="true"
              className={`size-4 shrink-0 text-accent ${isSelected ? "" : "invisible"}`}
            />
          )}
        </>
      )}
    </AriaMenuItem>
  );
}

type MenuSectionProps<Id extends string> = {
  title: string;
  children: ReactNode;
  /** With these the section is a choice of one among its items. */
  chosen?: Id;
  choices?: ReadonlyArray<Id>;
  onChoose?: (id: Id) => void;
};

/** A titled group of items; with `chosen`, a choice of one. */
export function MenuSection<Id extends string>({
  title,
  children,
  chosen,
  choices = [],
  onChoose,
}: MenuSectionProps<Id>) {
  return (
    <AriaMenuSection
      selectionMode={chosen === undefined ? "none" : "single"}
      disallowEmptySelection
      selectedKeys={chosen === undefined ? [] : [chosen]}
      onSelectionChange={(keys) => {
        const next = keys === "all" ? undefined : choices.find((id) => keys.has(id));
        if (next !== undefined) onChoose?.(next);
      }}
    >
      <Header className="px-2.5 pt-2 pb-1 text-xs font-medium text-ink-muted">{title}</Header>
      {children}
    </AriaMenuSection>
  );
}

/** A hairline between groups of items. */
export function MenuSeparator() {
  return <Separator className="mx-2.5 my-1 h-px bg-line" />;
}
