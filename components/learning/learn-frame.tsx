"use client";

import Link from "next/link";
import type { ReactNode } from "react";
import { AccountMenu } from "@/components/layout/account-menu";
import { CommandMenu } from "@/components/layout/command-menu";
import { LiveIndicator } from "@/components/layout/live-indicator";
import { navigation } from "@/components/layout/navigation";
import type { ShellViewer } from "@/components/layout/portal-frame";
import { Mark } from "@/components/ui/mark";

/** Around a course: a header and nothing else; the course's outline takes the rail's place. */
export function LearnFrame({ viewer, children }: { viewer: ShellViewer; children: ReactNode }) {
  const pages = navigation[viewer.role];
  const home = pages[0];
  return (
    <div className="flex min-h-dvh flex-col">
      <a
        href="#content"
        className="fixed top-2 left-2 z-60 -translate-y-20 rounded-sm bg-accent px-3 py-2 font-medium text-accent-ink focus:translate-y-0"
      >
        Skip to content
      </a>
      <header className="sticky top-0 z-30 flex h-13 shrink-0 items-center gap-1.5 border-b border-line bg-surface px-4 sm:gap-3 md:px-6">
        <Link
          href="/"
          aria-label="Lockstep, home"
          className="-ml-2 grid size-10 shrink-0 place-items-center rounded-sm"
        >
          <Mark size={24} />
        </Link>
        <div className="min-w-0 flex-1">
          {home && (
            <Link
              href={home.href}
              className="inline-flex h-8 touch:h-10 max-w-full items-center truncate rounded-sm px-2 text-sm text-ink-muted hover:bg-surface-hover hover:text-ink"
            >
              {home.label}
            </Link>
          )}
        </div>
        <LiveIndicator />
        <CommandMenu pages={pages} />
        <AccountMenu viewer={viewer} />
      </header>
      {children}
    </div>
  );
}
