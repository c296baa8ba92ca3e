"use client";

import { signOut } from "next-auth/react";
import { useCallback } from "react";
import { showToast } from "@/components/ui/toast";
import { useTellSignedOut } from "@/lib/live/client";

/** Ends the session and goes to the sign-in page, in every tab; a failure is said and leaves everything as it is. */
export function useSignOut(): () => Promise<void> {
  const tellSignedOut = useTellSignedOut();
  return useCallback(async () => {
    try {
      await signOut({ redirect: false });
      tellSignedOut();
      // A whole page load: nothing that the last person saw may stay in memory.
      window.location.assign("/sign-in");
    } catch {
      showToast({
        tone: "failed",
        title: "You are still signed in",
        description: "The server could not be reached. Check your connection and sign out again.",
      });
    }
  }, [tellSignedOut]);
}
