"use client";

import { useEffect, useState } from "react";
import { type Step, showNext, takeFetched, takeStep } from "@/components/media/steps";
import { useLiveEvents } from "@/lib/live/client";
import type { Upload } from "@/lib/media/schema";

/** Long enough to be seen; storing a short clip takes less. */
const SHOWN_AT_LEAST_MS = 400;

/**
 * Where an upload is, as its events told it, one status after the other and each for long enough to be seen. The lists,
 * which are fetched, may skip a short one.
 */
export function useShownStep({ uploadId, attempt, status, progress, message }: Upload): Step {
  const [steps, setSteps] = useState(() => ({
    shown: { attempt, status, progress, message } satisfies Step as Step,
    waiting: [] as readonly Step[],
  }));

  useLiveEvents((event) => {
    if (event.event !== "uploadProgress" || event.data.uploadId !== uploadId) return;
    const { attempt, status, progress, message } = event.data;
    setSteps((before) => takeStep(before, { attempt, status, progress, message }));
  });

  useEffect(() => {
    setSteps((before) => takeFetched(before, { attempt, status, progress, message }));
  }, [attempt, status, progress, message]);

  const { shown, waiting } = steps;
  const isBehind = waiting.length > 0;
  // Each status that is shown begins its time anew.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => {
    if (!isBehind) return;
    const timer = setTimeout(() => setSteps(showNext), SHOWN_AT_LEAST_MS);
    return () => clearTimeout(timer);
  }, [isBehind, shown.status, shown.attempt]);

  return shown;
}
