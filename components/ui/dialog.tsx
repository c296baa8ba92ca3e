"use client";

import { X } from "lucide-react";
import type { ReactNode } from "react";
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { IconButton } from "@/components/ui/icon-button";

type DialogProps = {
  title: string;
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  children: ReactNode;
  /** Buttons under the content; the main one last. */
  footer?: ReactNode;
  size?: "narrow" | "wide";
  /** False while leaving would lose work: then neither Escape nor a click beside it closes it. */
  isDismissable?: boolean;
  /** "alertdialog" for a question that must be answered. */
  role?: "dialog" | "alertdialog";
};

/** A question or a short form before going on. In the middle on a desk, a sheet from below on a phone. */
export function Dialog({
  title,
  isOpen,
  onOpenChange,
  children,
  footer,
  size = "narrow",
  isDismissable = true,
  role = "dialog",
}: DialogProps) {
  return (
    <ModalOverlay
      isOpen={isOpen}
      onOpenChange={onOpenChange}
      isDismissable={isDismissable}
      isKeyboardDismissDisabled={!isDismissable}
      className="fixed inset-0 z-50 flex h-(--visual-viewport-height) items-end justify-center bg-scrim data-entering:animate-[fade-in_140ms_ease-out] sm:items-center sm:p-6"
    >
      <Modal
        className={`flex max-h-[92%] w-full flex-col rounded-t-md bg-surface-raised shadow-overlay [--overlay-shift:32px] data-entering:animate-[overlay-in_180ms_ease-out] sm:max-h-full sm:rounded-md sm:border sm:border-line sm:[--overlay-shift:6px] ${size === "narrow" ? "sm:max-w-[30rem]" : "sm:max-w-[46rem]"}`}
      >
        <AriaDialog role={role} className="flex min-h-0 flex-1 flex-col outline-none">
          <header className="flex items-start gap-2 px-5 pt-4 pb-2">
            <Heading
              slot="title"
              level={2}
              className="min-h-9 touch:min-h-10 flex-1 pt-1 text-lg font-semibold"
            >
              {title}
            </Heading>
            {isDismissable && (
              <IconButton
                label="Close"
                icon={<X aria-hidden="true" className="size-4" />}
                onPress={() => onOpenChange(false)}
                className="-mr-2"
              />
            )}
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto px-5 pt-1 pb-5">{children}</div>
          {footer && (
            <footer className="flex flex-wrap justify-end gap-2 border-t border-line px-5 py-3 pb-[max(0.75rem,env(safe-area-inset-bottom))]">
              {footer}
            </footer>
          )}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
