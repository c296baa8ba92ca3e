"use client";

import { signOut } from "next-auth/react";
import { useCallback } from "react";
import { showToast } from "@/components/ui/toast";

/** Ends the session and goes to the sign-in page; a failure is said and leaves everything as it is. */
export function useSignOut(): () => Promise<void> {
  return useCallback(async () => {
    try {
      await signOut({ redirect: false });
      // A whole page load: nothing that the last person saw may stay in memory.
      window.location.assign("/sign-in");
    } catch {
      showToast({
        tone: "failed",
        title: "You are still signed in",
        description: "The server could not be reached. Check your connection and sign out again.",
      });
    }
  }, []);
}
