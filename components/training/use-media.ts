"use client";

import { useSyncExternalStore } from "react";

/** Whether the media query holds; on the server, where nothing is known of the screen, `onServer`. */
export function useMedia(query: string, onServer: boolean): boolean {
  return useSyncExternalStore(
    (tell) => {
      const media = window.matchMedia(query);
      media.addEventListener("change", tell);
      return () => media.removeEventListener("change", tell);
    },
    () => window.matchMedia(query).matches,
    () => onServer,
  );
}
