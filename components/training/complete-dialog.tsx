"use client";

import { useState } from "react";
import { useAction } from "@/components/training/use-action";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Notice } from "@/components/ui/notice";
import { RelativeTime } from "@/components/ui/relative-time";
import { sendCompletion } from "@/lib/training/client";
import type { CourseRequest } from "@/lib/training/schema";

type CompleteDialogProps = {
  /** In its latest state. */
  request: CourseRequest;
  zone: string;
  onClose: () => void;
  onStale?: () => void;
};

/** Completing cannot be undone, so it is asked. Mount it when it opens: it is one action from then on. */
export function CompleteDialog({ request, zone, onClose, onStale }: CompleteDialogProps) {
  const { run, isPending, error } = useAction<CourseRequest>();
  const [isOver, setOver] = useState(false);

  async function complete() {
    const { id, revision } = request;
    const completed = await run(`complete ${id} ${revision}`, (clientId) =>
      sendCompletion(id, { revision, clientId }),
    );
    if (completed) {
      setOver(true);
      onClose();
    } else onStale?.();
  }

  return (
    <Dialog
      title="Mark this class complete?"
      role="alertdialog"
      isOpen={!isOver}
      onOpenChange={(isOpen) => !isOpen && onClose()}
      isDismissable={!isPending}
      footer={
        <>
          <Button onPress={onClose} isDisabled={isPending}>
            Not yet
          </Button>
          <Button variant="primary" onPress={() => void complete()} isPending={isPending}>
            Mark complete
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        {error && <Notice tone="critical">{error.message}</Notice>}
        <p>
          <span className="font-medium">{request.courseTitle}</span> for {request.organizationName}
          {request.scheduledDate && (
            <>
              ,{" "}
              <RelativeTime at={request.scheduledDate} zone={request.requestedByTimeZone} viewerZone={zone} />
            </>
          )}
          . It then counts as held. This cannot be undone.
        </p>
      </div>
    </Dialog>
  );
}
