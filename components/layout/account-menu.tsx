"use client";

import { ChevronDown, LogOut, Monitor, Moon, Sun } from "lucide-react";
import { Button as AriaButton } from "react-aria-components";
import type { ShellViewer } from "@/components/layout/portal-frame";
import { roleNames } from "@/components/layout/role-names";
import { themeChoices } from "@/components/layout/theme";
import { useSignOut } from "@/components/layout/use-sign-out";
import { useTheme } from "@/components/layout/use-theme";
import { Menu, MenuItem, MenuSection, MenuSeparator } from "@/components/ui/menu";

function initials(name: string): string {
  const words = name.split(/\s+/).filter(Boolean);
  return [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => word?.[0] ?? "").join("");
}

/** Who is signed in, the theme, and the way out. */
export function AccountMenu({ viewer }: { viewer: ShellViewer }) {
  const [theme, chooseTheme] = useTheme();
  const signOut = useSignOut();

  return (
    <Menu
      label="Account"
      trigger={
        <AriaButton className="inline-flex h-9 touch:h-10 items-center gap-2 rounded-sm px-1.5 text-base transition-colors hover:bg-surface-hover">
          <span
            aria-hidden="true"
            className="grid size-7 place-items-center rounded-full bg-accent-soft text-xs font-semibold text-accent"
          >
            {initials(viewer.name)}
          </span>
          <span className="spoken-only">Account: </span>
          <span className="max-w-40 truncate max-md:spoken-only">{viewer.name}</span>
          <ChevronDown aria-hidden="true" className="size-4 text-ink-muted max-md:hidden" />
        </AriaButton>
      }
      header={
        <div className="border-b border-line px-3.5 py-3">
          <p className="font-medium">{viewer.name}</p>
          <p className="text-sm text-ink-muted">{viewer.email}</p>
          <p className="mt-1 text-sm text-ink-muted">
            {roleNames[viewer.role]}
            {viewer.organizationName && ` · ${viewer.organizationName}`}
          </p>
        </div>
      }
    >
      <MenuSection title="Theme" chosen={theme} choices={themeChoices} onChoose={chooseTheme}>
        <MenuItem id="light" icon={<Sun aria-hidden="true" className="size-4" />}>
          Light
        </MenuItem>
        <MenuItem id="dark" icon={<Moon aria-hidden="true" className="size-4" />}>
          Dark
        </MenuItem>
        <MenuItem id="system" icon={<Monitor aria-hidden="true" className="size-4" />}>
          As the device
        </MenuItem>
      </MenuSection>
      <MenuSeparator />
      <MenuItem id="sign-out" icon={<LogOut aria-hidden="true" className="size-4" />} onAction={signOut}>
        Sign out
      </MenuItem>
    </Menu>
  );
}
