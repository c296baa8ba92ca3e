"use client";

import { useRef, useState } from "react";
import { newClientId, RequestError } from "@/lib/http/fetch";
import { useLiveStatus, useRefreshNow } from "@/lib/live/client";

/**
 * Sends a person's action once: while it is under way a second click does nothing, and a retry of the same thing carries
 * the same client id. Where the stream is live its event refreshes the lists; only elsewhere they are fetched.
 */
export function useAction<Result>() {
  const { state } = useLiveStatus();
  const refreshNow = useRefreshNow();
  const underWay = useRef(false);
  const last = useRef({ of: "", clientId: "" });
  const [isPending, setPending] = useState(false);
  const [error, setError] = useState<RequestError | null>(null);

  /** `of` says what is done, in full; null if it failed or another one is under way. */
  async function run(of: string, send: (clientId: string) => Promise<Result>): Promise<Result | null> {
    if (underWay.current) return null;
    underWay.current = true;
    if (last.current.of !== of) last.current = { of, clientId: newClientId() };
    setPending(true);
    setError(null);
    try {
      const result = await send(last.current.clientId);
      if (state !== "live") refreshNow();
      return result;
    } catch (thrown) {
      setError(
        thrown instanceof RequestError
          ? thrown
          : new RequestError("failed", "That did not work, and nothing was saved. Please try again.", 0),
      );
      return null;
    } finally {
      underWay.current = false;
      setPending(false);
    }
  }

  return { run, isPending, error, forgetError: () => setError(null) };
}
