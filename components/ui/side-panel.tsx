"use client";

import { X } from "lucide-react";
import type { ReactNode } from "react";
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from "react-aria-components";
import { IconButton } from "@/components/ui/icon-button";

type SidePanelProps = {
  title: ReactNode;
  /** Said under the title: whose, which, when. */
  subtitle?: ReactNode;
  isOpen: boolean;
  onOpenChange: (isOpen: boolean) => void;
  children: ReactNode;
  /** Actions that stay in sight. */
  footer?: ReactNode;
};

/** One thing in full beside the list it came from. The whole screen on a phone. */
export function SidePanel({ title, subtitle, isOpen, onOpenChange, children, footer }: SidePanelProps) {
  return (
    <ModalOverlay
      isOpen={isOpen}
      onOpenChange={onOpenChange}
      isDismissable
      className="fixed inset-0 z-40 flex h-(--visual-viewport-height) justify-end bg-scrim/55 data-entering:animate-[fade-in_140ms_ease-out]"
    >
      <Modal className="h-full w-full bg-surface-raised shadow-overlay data-entering:animate-[panel-in_180ms_ease-out] sm:max-w-[28rem] sm:border-l sm:border-line">
        <AriaDialog className="flex h-full flex-col outline-none">
          <header className="flex items-start gap-2 border-b border-line px-5 py-3.5">
            <div className="min-w-0 flex-1">
              <Heading slot="title" level={2} className="text-md font-semibold">
                {title}
              </Heading>
              {subtitle && <div className="text-sm text-ink-muted">{subtitle}</div>}
            </div>
            <IconButton
              label="Close"
              tooltipPlacement="left"
              icon={<X aria-hidden="true" className="size-4" />}
              onPress={() => onOpenChange(false)}
              className="-mr-2"
            />
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto px-5 py-4">{children}</div>
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
