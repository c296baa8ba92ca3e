"use client";

import { Button } from "@/components/ui/button";
import { ButtonLink } from "@/components/ui/button-link";
import { Mark } from "@/components/ui/mark";

export default function PageError({ error, retry }: { error: unknown; retry: () => void }) {
  const digest = error instanceof Error && "digest" in error ? String(error.digest) : null;
  return (
    <main className="mx-auto flex min-h-[70dvh] max-w-[34rem] flex-col items-start justify-center gap-3 px-5 py-16">
      <Mark size={32} className="mb-3" />
      <h1 className="text-xl font-semibold tracking-tight">This page could not be shown</h1>
      <p className="text-md text-ink-muted">
        Something failed on our side while it was being put together. What was saved before is safe; anything
        you had typed here and not sent is not.
      </p>
      <div className="mt-3 flex flex-wrap gap-2">
        <Button variant="primary" onPress={retry}>
          Try again
        </Button>
        <ButtonLink href="/">Home</ButtonLink>
      </div>
      {digest && <p className="tabular mt-3 text-sm text-ink-muted">If you report it, mention {digest}.</p>}
    </main>
  );
}
