"use client";

import type { ReactNode } from "react";
import { Tab as AriaTab, Tabs as AriaTabs, TabList, TabPanel } from "react-aria-components";

type Tab<Id extends string> = { id: Id; label: string; count?: number };

type TabsProps<Id extends string> = {
  label: string;
  tabs: ReadonlyArray<Tab<Id>>;
  selected: Id;
  onSelect: (id: Id) => void;
  /** The panel of the selected tab. */
  children: ReactNode;
  /** At the right end of the row of tabs. */
  aside?: ReactNode;
};

/** Views of one thing, each with how much is in it. Controlled, so that the URL can hold the choice. */
export function Tabs<Id extends string>({ label, tabs, selected, onSelect, children, aside }: TabsProps<Id>) {
  return (
    <AriaTabs
      selectedKey={selected}
      onSelectionChange={(key) => {
        const tab = tabs.find((candidate) => candidate.id === key);
        if (tab) onSelect(tab.id);
      }}
      className="flex min-w-0 flex-col"
    >
      <div className="flex items-center gap-x-4 border-b border-line max-sm:flex-col-reverse max-sm:items-stretch">
        <TabList
          aria-label={label}
          items={tabs}
          dependencies={[tabs]}
          className="-mb-px flex min-w-0 flex-1 gap-5 max-sm:gap-2.5 overflow-x-auto overflow-y-hidden [scrollbar-width:none]"
        >
          {(tab) => (
            <AriaTab
              id={tab.id}
              className="flex h-10 shrink-0 cursor-default items-center gap-1.5 max-sm:gap-1 border-b-2 border-transparent text-base max-sm:text-sm text-ink-muted -outline-offset-2 transition-colors hover:text-ink data-selected:border-accent data-selected:font-medium data-selected:text-ink"
            >
              {tab.label}
              {tab.count !== undefined && (
                <span className="tabular rounded-full bg-surface-hover px-1.5 text-xs leading-5 font-medium text-ink-muted">
                  {tab.count}
                </span>
              )}
            </AriaTab>
          )}
        </TabList>
        {aside && <div className="flex items-center gap-2 pb-2 max-sm:[&>*]:flex-1">{aside}</div>}
      </div>
      <TabPanel id={selected} className="min-w-0 pt-4">
        {children}
      </TabPanel>
    </AriaTabs>
  );
}
