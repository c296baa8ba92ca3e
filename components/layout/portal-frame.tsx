"use client";

import { PanelLeftClose, PanelLeftOpen } from "lucide-react";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { type ReactNode, useState } from "react";
import { AccountMenu } from "@/components/layout/account-menu";
import { CommandMenu } from "@/components/layout/command-menu";
import { LiveIndicator } from "@/components/layout/live-indicator";
import { type NavigationItem, navigation } from "@/components/layout/navigation";
import { writePreferenceCookie } from "@/components/layout/preference-cookie";
import { railCookie } from "@/components/layout/rail";
import { roleNames } from "@/components/layout/role-names";
import { IconButton } from "@/components/ui/icon-button";
import { Mark } from "@/components/ui/mark";
import type { Role } from "@/lib/access/roles";

/** What the shell says about who is signed in. */
export type ShellViewer = {
  name: string;
  email: string;
  role: Role;
  organizationName: string | null;
  timeZone: string;
};

type PortalFrameProps = {
  viewer: ShellViewer;
  startsFolded: boolean;
  /** In the header, on every page of the portal: what goes on beyond the page. */
  tray?: ReactNode;
  children: ReactNode;
};

/** The browser's part of the portal shell. */
export function PortalFrame({ viewer, startsFolded, tray, children }: PortalFrameProps) {
  const [isFolded, setFolded] = useState(startsFolded);
  const pages = navigation[viewer.role];

  function toggleRail() {
    writePreferenceCookie(railCookie, isFolded ? "open" : "folded");
    setFolded(!isFolded);
  }

  return (
    <div className="flex min-h-dvh">
      <a
        href="#content"
        className="fixed top-2 left-2 z-60 -translate-y-20 rounded-sm bg-accent px-3 py-2 font-medium text-accent-ink focus:translate-y-0"
      >
        Skip to content
      </a>

      <nav
        aria-label="Portal"
        className={`sticky top-0 flex h-dvh shrink-0 flex-col border-r border-line bg-surface-sunken transition-[width] max-md:hidden ${isFolded ? "w-14" : "w-[232px]"}`}
      >
        <Link
          href="/"
          aria-label="Lockstep, home"
          className="flex h-13 items-center gap-2.5 px-4 text-md font-semibold tracking-tight"
        >
          <Mark size={24} className="shrink-0" />
          {!isFolded && <span>Lockstep</span>}
        </Link>
        <div className="flex flex-1 flex-col gap-0.5 px-2 pt-2">
          {pages.map((page) => (
            <RailLink key={page.href} page={page} pages={pages} isFolded={isFolded} />
          ))}
        </div>
        <div className={`p-2 ${isFolded ? "" : "flex justify-end"}`}>
          <IconButton
            label={isFolded ? "Unfold the rail" : "Fold the rail"}
            tooltipPlacement="right"
            icon={
              isFolded ? (
                <PanelLeftOpen aria-hidden="true" className="size-4" />
              ) : (
                <PanelLeftClose aria-hidden="true" className="size-4" />
              )
            }
            onPress={toggleRail}
            className={isFolded ? "w-10" : ""}
          />
        </div>
      </nav>

      <div className="flex min-w-0 flex-1 flex-col">
        <header className="sticky top-0 z-30 flex h-13 shrink-0 items-center gap-1.5 border-b border-line bg-surface px-4 sm:gap-3 md:px-6">
          <Link
            href="/"
            aria-label="Lockstep, home"
            className="-ml-2 grid size-10 shrink-0 place-items-center rounded-sm md:hidden"
          >
            <Mark size={24} />
          </Link>
          <p className="min-w-0 flex-1 truncate text-sm text-ink-muted">
            {viewer.organizationName ?? roleNames[viewer.role]}
          </p>
          {tray}
          <LiveIndicator />
          <CommandMenu pages={pages} />
          <AccountMenu viewer={viewer} />
        </header>
        <main
          id="content"
          tabIndex={-1}
          className="w-full max-w-[1248px] flex-1 px-4 pt-6 pb-28 outline-none md:px-6 md:pb-12"
        >
          {children}
        </main>
      </div>

      <nav
        aria-label="Portal"
        className="fixed inset-x-0 bottom-0 z-30 flex border-t border-line bg-surface-raised pb-[env(safe-area-inset-bottom)] md:hidden"
      >
        {pages.map((page) => (
          <BarLink key={page.href} page={page} pages={pages} />
        ))}
      </nav>
    </div>
  );
}

/** Whether this is the page that one is on: the one with the longest address that leads there. */
function useIsCurrent(href: string, pages: ReadonlyArray<NavigationItem>): boolean {
  const pathname = usePathname();
  const leads = (to: string) => pathname === to || pathname.startsWith(`${to}/`);
  return leads(href) && !pages.some((page) => page.href.length > href.length && leads(page.href));
}

function RailLink({
  page: { href, label, icon: Icon },
  pages,
  isFolded,
}: {
  page: NavigationItem;
  pages: ReadonlyArray<NavigationItem>;
  isFolded: boolean;
}) {
  const isCurrent = useIsCurrent(href, pages);
  return (
    <Link
      href={href}
      aria-label={label}
      title={isFolded ? label : undefined}
      aria-current={isCurrent ? "page" : undefined}
      className={`flex h-9 items-center gap-3 rounded-sm px-3 transition-colors hover:bg-surface-hover ${isCurrent ? "bg-surface-hover font-medium text-ink" : "text-ink-muted hover:text-ink"}`}
    >
      <Icon aria-hidden="true" className={`size-4 shrink-0 ${isCurrent ? "text-accent" : ""}`} />
      {!isFolded && <span className="truncate">{label}</span>}
    </Link>
  );
}

function BarLink({
  page: { href, label, icon: Icon },
  pages,
}: {
  page: NavigationItem;
  pages: ReadonlyArray<NavigationItem>;
}) {
  const isCurrent = useIsCurrent(href, pages);
  return (
    <Link
      href={href}
      aria-current={isCurrent ? "page" : undefined}
      className={`flex h-14 flex-1 flex-col items-center justify-center gap-0.5 text-xs -outline-offset-2 ${isCurrent ? "font-medium text-ink" : "text-ink-muted"}`}
    >
      <Icon aria-hidden="true" className={`size-5 ${isCurrent ? "text-accent" : ""}`} />
      {label}
    </Link>
  );
}
