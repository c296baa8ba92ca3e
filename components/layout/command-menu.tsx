"use client";

import { LogOut, type LucideIcon, Monitor, Moon, RefreshCw, Search, Sun } from "lucide-react";
import { useRouter } from "next/navigation";
import { useEffect, useState, useSyncExternalStore } from "react";
import {
  Button as AriaButton,
  Autocomplete,
  Dialog,
  Header,
  Input,
  Keyboard,
  Menu,
  MenuItem,
  MenuSection,
  Modal,
  ModalOverlay,
  SearchField,
  Text,
  useFilter,
} from "react-aria-components";
import type { NavigationItem } from "@/components/layout/navigation";
import { useSignOut } from "@/components/layout/use-sign-out";
import { useTheme } from "@/components/layout/use-theme";
import { useRefreshNow } from "@/lib/live/client";

type Command = { id: string; label: string; icon: LucideIcon; shortcut?: string; run: () => void };

/** The palette behind Ctrl K (Cmd K on a Mac): go to a page, refresh, change the theme, sign out. */
export function CommandMenu({ pages }: { pages: ReadonlyArray<NavigationItem> }) {
  const [isOpen, setOpen] = useState(false);
  const router = useRouter();
  const [, chooseTheme] = useTheme();
  const refreshNow = useRefreshNow();
  const signOut = useSignOut();
  const { contains } = useFilter({ sensitivity: "base" });
  const shortcut = useShortcutName("K");
  useCommandKey(() => setOpen((before) => !before));

  const sections: Array<{ title: string; commands: Command[] }> = [
    {
      title: "Go to",
      commands: pages.map(({ href, label, icon }) => ({
        id: href,
        label,
        icon,
        run: () => router.push(href),
      })),
    },
    {
      title: "This page",
      commands: [{ id: "refresh", label: "Refresh now", icon: RefreshCw, run: refreshNow }],
    },
    {
      title: "Theme",
      commands: [
        { id: "light", label: "Light theme", icon: Sun, run: () => chooseTheme("light") },
        { id: "dark", label: "Dark theme", icon: Moon, run: () => chooseTheme("dark") },
        { id: "system", label: "Theme as the device", icon: Monitor, run: () => chooseTheme("system") },
      ],
    },
    {
      title: "Account",
      commands: [{ id: "sign-out", label: "Sign out", icon: LogOut, run: () => void signOut() }],
    },
  ];

  return (
    <>
      <AriaButton
        onPress={() => setOpen(true)}
        className="inline-flex h-8 touch:h-10 items-center gap-2 rounded-sm border border-line px-2 text-sm text-ink-muted transition-colors hover:border-line-strong hover:text-ink max-sm:w-10 max-sm:justify-center max-sm:border-transparent max-sm:px-0"
      >
        <Search aria-hidden="true" className="size-4" />
        <span className="spoken-only">Command menu</span>
        <kbd className="font-sans text-xs max-sm:hidden">{shortcut}</kbd>
      </AriaButton>
      <ModalOverlay
        isOpen={isOpen}
        onOpenChange={setOpen}
        isDismissable
        className="fixed inset-0 z-50 flex h-(--visual-viewport-height) items-start justify-center bg-scrim p-3 pt-[12vh] data-entering:animate-[fade-in_120ms_ease-out] max-sm:pt-3"
      >
        <Modal className="w-full max-w-[34rem] rounded-md border border-line bg-surface-raised shadow-overlay data-entering:animate-[overlay-in_120ms_ease-out]">
          <Dialog aria-label="Command menu" className="flex max-h-[60vh] flex-col outline-none">
            <Autocomplete filter={contains}>
              <SearchField aria-label="Search commands" autoFocus className="border-b border-line">
                <Input
                  placeholder="Go to a page or do something…"
                  className="h-12 w-full bg-transparent px-4 text-md outline-none placeholder:text-ink-muted [&::-webkit-search-cancel-button]:hidden"
                />
              </SearchField>
              {/* The focus stays in the search field: whoever scrolls by keyboard needs a place to do it from. */}
              <section
                aria-label="Found commands"
                // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
                tabIndex={0}
                className="min-h-0 overflow-auto -outline-offset-2"
              >
                <Menu
                  aria-label="Commands"
                  onAction={() => setOpen(false)}
                  renderEmptyState={() => <p className="px-2.5 py-3 text-ink-muted">Nothing matches.</p>}
                  className="p-1.5 outline-none"
                >
                  {sections.map(({ title, commands }) => (
                    <MenuSection key={title} id={title}>
                      <Header className="px-2.5 pt-2 pb-1 text-xs font-medium text-ink-muted">{title}</Header>
                      {commands.map(({ id, label, icon: Icon, shortcut: keys, run }) => (
                        <MenuItem
                          key={id}
                          id={id}
                          textValue={label}
                          onAction={run}
                          className="flex min-h-10 cursor-default items-center gap-3 rounded-sm px-2.5 text-base outline-none data-focused:bg-surface-hover"
                        >
                          <Icon aria-hidden="true" className="size-4 text-ink-muted" />
                          <Text slot="label" className="flex-1">
                            {label}
                          </Text>
                          {keys && <Keyboard className="font-sans text-xs text-ink-muted">{keys}</Keyboard>}
                        </MenuItem>
                      ))}
                    </MenuSection>
                  ))}
                </Menu>
              </section>
            </Autocomplete>
          </Dialog>
        </Modal>
      </ModalOverlay>
    </>
  );
}

function useCommandKey(onPress: () => void) {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (
        event.key.toLowerCase() !== "k" ||
        !(event.ctrlKey || event.metaKey) ||
        event.shiftKey ||
        event.altKey
      )
        return;
      event.preventDefault();
      onPress();
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  });
}

const never = () => () => {};

/** How people of this machine write the shortcut; "Ctrl" until the browser has told. */
function useShortcutName(key: string): string {
  return useSyncExternalStore(
    never,
    () => (/Mac|iPhone|iPad/.test(navigator.userAgent) ? `⌘${key}` : `Ctrl ${key}`),
    () => `Ctrl ${key}`,
  );
}
