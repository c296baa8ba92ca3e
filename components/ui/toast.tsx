"use client";

import { Check, CircleAlert, Info, X } from "lucide-react";
import {
  UNSTABLE_Toast as AriaToast,
  UNSTABLE_ToastRegion as AriaToastRegion,
  Text,
  UNSTABLE_ToastContent as ToastContent,
  UNSTABLE_ToastQueue as ToastQueue,
} from "react-aria-components";
import { Button } from "@/components/ui/button";
import { IconButton } from "@/components/ui/icon-button";

type Toast = {
  title: string;
  description?: string;
  tone?: "done" | "info" | "failed";
  /** As Undo. */
  action?: { label: string; onPress: () => void };
};

const SHOWN_MS = 7_000;
const SHOWN_WITH_ACTION_MS = 12_000;

const queue = new ToastQueue<Toast>({ maxVisibleToasts: 3 });

/** Says in a corner what was done. A failure stays until it is closed. Returns what takes it away again. */
export function showToast(toast: Toast): () => void {
  const timeout = toast.tone === "failed" ? undefined : toast.action ? SHOWN_WITH_ACTION_MS : SHOWN_MS;
  const key = queue.add(toast, timeout === undefined ? {} : { timeout });
  return () => queue.close(key);
}

const icons = { done: Check, info: Info, failed: CircleAlert } as const;
const iconClasses = { done: "text-positive", info: "text-accent", failed: "text-critical" } as const;

/** Where toasts appear; once, in the root layout. */
export function ToastRegion() {
  return (
    <AriaToastRegion
      queue={queue}
      className="fixed inset-x-4 bottom-[calc(4.5rem+env(safe-area-inset-bottom))] z-60 flex flex-col gap-2 outline-none sm:inset-x-auto sm:right-6 sm:bottom-6 sm:w-96"
    >
      {({ toast }) => {
        const { title, description, tone = "done", action } = toast.content;
        const Icon = icons[tone];
        return (
          <AriaToast
            toast={toast}
            className="flex items-start gap-3 rounded-md border border-line bg-surface-raised py-2 pr-2 pl-3.5 shadow-overlay data-focus-visible:outline-2 data-focus-visible:outline-focus"
          >
            <Icon aria-hidden="true" className={`mt-2 size-4 shrink-0 ${iconClasses[tone]}`} />
            {/* react-aria would interrupt (role alert); what was done can wait for its turn. */}
            <ToastContent role="status" className="flex min-w-0 flex-1 flex-col py-1.5">
              <Text slot="title" className="font-medium text-balance">
                {title}
              </Text>
              {description && (
                <Text slot="description" className="text-sm text-ink-muted">
                  {description}
                </Text>
              )}
            </ToastContent>
            {action && (
              <Button
                size="compact"
                variant="quiet"
                className="text-accent!"
                onPress={() => {
                  action.onPress();
                  queue.close(toast.key);
                }}
              >
                {action.label}
              </Button>
            )}
            <IconButton
              slot="close"
              size="compact"
              label="Close"
              icon={<X aria-hidden="true" className="size-4" />}
            />
          </AriaToast>
        );
      }}
    </AriaToastRegion>
  );
}
