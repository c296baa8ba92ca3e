"use client";

import { CircleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "@/components/ui/button";

type ErrorStateProps = {
  /** What happened. */
  title: string;
  /** Whether anything was lost, and what to do. */
  children: ReactNode;
  onRetry?: () => void;
  isRetrying?: boolean;
};

/** In the place of something that could not be shown. */
export function ErrorState({ title, children, onRetry, isRetrying }: ErrorStateProps) {
  return (
    <div role="alert" className="flex items-start gap-3 py-8">
      <CircleAlert aria-hidden="true" className="mt-0.5 size-5 shrink-0 text-critical" />
      <div className="flex flex-col items-start gap-1">
        <p className="text-md font-medium">{title}</p>
        <p className="max-w-prose text-ink-muted">{children}</p>
        {onRetry && (
          <Button onPress={onRetry} isPending={isRetrying} className="mt-3">
            Try again
          </Button>
        )}
      </div>
    </div>
  );
}
