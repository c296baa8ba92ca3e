"use client";

import { useSyncExternalStore } from "react";
import { writePreferenceCookie } from "@/components/layout/preference-cookie";
import { parseTheme, type ThemeChoice, themeCookie } from "@/components/layout/theme";

const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

const read = (): ThemeChoice => parseTheme(document.documentElement.dataset.theme);

function choose(choice: ThemeChoice): void {
  document.documentElement.dataset.theme = choice;
  writePreferenceCookie(themeCookie, choice);
  for (const tell of listeners) tell();
}

/** The chosen theme, and how to choose another; the server reads the choice from its cookie. */
export function useTheme(): readonly [ThemeChoice, (choice: ThemeChoice) => void] {
  return [useSyncExternalStore(subscribe, read, () => "system" as const), choose];
}
