"use client";

import { ErrorState } from "@/components/ui/error-state";

/** In the place of a portal's page that could not be put together. */
export function PortalError({ error, retry }: { error: unknown; retry: () => void }) {
  const digest =
    error instanceof Error && "digest" in error ? ` If you report it, mention ${error.digest}.` : "";
  return (
    <ErrorState title="This page could not be shown" onRetry={retry}>
      {`Something failed on our side while it was being put together. What was saved before is safe.${digest}`}
    </ErrorState>
  );
}
