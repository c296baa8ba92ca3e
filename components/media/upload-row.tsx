"use client";

import { Copy, RotateCcw, X } from "lucide-react";
import { type ReactNode, useEffect, useId, useState } from "react";
import { FileTrigger } from "react-aria-components";
import { dropSending, type FileSending, resumeWith } from "@/components/media/sendings";
import { type UploadView, viewSending, viewUpload } from "@/components/media/upload-view";
import { useUploadsViewer } from "@/components/media/uploads";
import { useShownStep } from "@/components/media/use-shown-step";
import { useAction } from "@/components/training/use-action";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { IconButton } from "@/components/ui/icon-button";
import { announce } from "@/components/ui/live-region";
import { Notice } from "@/components/ui/notice";
import { ProgressBars } from "@/components/ui/progress-bars";
import { RelativeTime } from "@/components/ui/relative-time";
import { sendCancel, sendRetry } from "@/lib/media/client";
import { INTERRUPTED_AFTER_MS } from "@/lib/media/rules";
import type { Upload } from "@/lib/media/schema";
import { sizeWords } from "@/lib/media/words";

/** What people choose videos from; the server looks into the file itself. */
export const VIDEO_TYPES = [
  "video/mp4",
  "video/quicktime",
  "video/webm",
  "video/x-matroska",
  ".mkv",
] as const;

type UploadRowProps = {
  upload: Upload;
  sending: FileSending | null;
  /** Offered once it is completed. */
  whenCompleted?: ReactNode;
  /** Without who, when, how large and the id. */
  isBrief?: boolean;
};

/** One upload: where it is, how fast, how long yet, and what can be done about it. */
export function UploadRow({ upload, sending, whenCompleted, isBrief = false }: UploadRowProps) {
  const { viewerId, zone } = useUploadsViewer();
  const step = useShownStep(upload);
  const isOwn = upload.ownerId === viewerId;
  const isReceiving = useIsReceiving(upload, isOwn);
  const view = viewUpload({ upload, step, sending, isReceiving, isOwn });
  const cancel = useAction<Upload>();
  const retry = useAction<Upload>();
  const [isAsked, setAsked] = useState(false);
  const { uploadId, fileName } = upload;
  const canCancel = upload.status !== "completed" && upload.status !== "cancelled";
  const failed = cancel.error ?? retry.error;

  async function giveUp() {
    setAsked(false);
    if (sending) dropSending(sending.key);
    await cancel.run(`cancel ${uploadId}`, () => sendCancel(uploadId));
  }

  return (
    <Frame
      name={fileName}
      view={cancel.isPending ? { ...view, sentence: "Cancelling…" } : view}
      attributes={{
        "data-upload-id": uploadId,
        "data-upload-status": step.status,
        "data-upload-progress": String(view.progress),
      }}
      actions={
        <>
          {view.needsFile && (
            <FileTrigger
              acceptedFileTypes={VIDEO_TYPES}
              onSelect={(files) => {
                const file = files?.[0];
                if (file) resumeWith(upload, file);
              }}
            >
              <Button size="compact" variant="primary">
                Choose the file
              </Button>
            </FileTrigger>
          )}
          {step.status === "error" && upload.error?.retryable && (
            <Button
              size="compact"
              icon={<RotateCcw aria-hidden="true" className="size-3.5" />}
              isPending={retry.isPending}
              onPress={() => void retry.run(`retry ${uploadId} ${upload.attempt}`, () => sendRetry(uploadId))}
            >
              Try again
            </Button>
          )}
          {step.status === "completed" && whenCompleted}
          {canCancel && step.status !== "completed" && (
            <IconButton
              size="compact"
              label={`${step.status === "error" ? "Remove" : "Cancel"} ${fileName}`}
              icon={<X aria-hidden="true" className="size-4" />}
              isDisabled={cancel.isPending}
              onPress={() => setAsked(true)}
            />
          )}
        </>
      }
    >
      {failed && <Notice tone="critical">{failed.message}</Notice>}
      {!isBrief && (
        <p className="flex flex-wrap items-center gap-x-1.5 text-xs text-ink-muted">
          <span>{isOwn ? "You" : upload.ownerName}</span>
          <span aria-hidden="true">·</span>
          <RelativeTime at={upload.createdAt} zone={zone} kind="happened" />
          <span aria-hidden="true">·</span>
          <span className="tabular">{sizeWords(upload.sizeBytes)}</span>
          {upload.attempt > 1 && (
            <>
              <span aria-hidden="true">·</span>
              <span>attempt {upload.attempt}</span>
            </>
          )}
          <CopyId uploadId={uploadId} />
        </p>
      )}
      <Dialog
        role="alertdialog"
        title={step.status === "error" ? `Remove ${fileName}?` : `Cancel ${fileName}?`}
        isOpen={isAsked}
        onOpenChange={setAsked}
        footer={
          <>
            <Button onPress={() => setAsked(false)}>Keep it</Button>
            <Button variant="critical" autoFocus onPress={() => void giveUp()}>
              {step.status === "error" ? "Remove" : "Cancel upload"}
            </Button>
          </>
        }
      >
        <p>What has arrived is removed. To have this video, it must be sent again from its beginning.</p>
      </Dialog>
    </Frame>
  );
}

/** A file of this tab that the server does not know yet. */
export function SendingRow({ sending, place }: { sending: FileSending; place: number }) {
  const { key, fileName } = sending;
  return (
    <Frame
      name={fileName}
      view={viewSending(sending, place)}
      attributes={{ "data-sending": sending.state }}
      actions={
        <IconButton
          size="compact"
          label={sending.state === "failed" ? `Dismiss ${fileName}` : `Cancel ${fileName}`}
          icon={<X aria-hidden="true" className="size-4" />}
          onPress={() => dropSending(key)}
        />
      }
    />
  );
}

type FrameProps = {
  name: string;
  view: UploadView;
  attributes: Readonly<Record<`data-${string}`, string>>;
  actions: ReactNode;
  children?: ReactNode;
};

function Frame({ name, view, attributes, actions, children }: FrameProps) {
  const titleId = useId();
  const tone = view.tone === "critical" ? "critical" : view.isUnderWay ? "accent" : "quiet";
  return (
    <li aria-labelledby={titleId} {...attributes} className="flex flex-col gap-2 border-b border-line py-3">
      <div className="flex min-h-8 items-center gap-2">
        <p id={titleId} title={name} className="min-w-0 flex-1 truncate font-medium">
          {name}
        </p>
        <Badge tone={view.tone} icon={view.icon}>
          {view.word}
        </Badge>
        {actions}
      </div>
      {view.word !== "Cancelled" && view.word !== "Completed" && (
        <div className="flex items-center gap-3">
          <div className="min-w-0 flex-1">
            <ProgressBars
              label={`Progress of ${name}`}
              value={view.progress}
              ahead={view.received}
              valueText={`${view.progress} %, ${view.word.toLowerCase()}`}
              tone={tone}
            />
          </div>
          <p aria-hidden="true" className="tabular w-11 text-right font-medium">
            {view.progress} %
          </p>
        </div>
      )}
      <p className={`tabular text-sm ${view.tone === "critical" ? "text-critical" : "text-ink-muted"}`}>
        {view.sentence}
      </p>
      {children}
    </li>
  );
}

/** The id that support asks for. */
function CopyId({ uploadId }: { uploadId: string }) {
  return (
    <span className="ml-auto inline-flex items-center gap-1">
      <span className="font-sans">ID {uploadId.slice(-8)}</span>
      <IconButton
        size="compact"
        label="Copy the upload id"
        icon={<Copy aria-hidden="true" className="size-3.5" />}
        onPress={() => {
          // Not there on a plain http:// address; the whole id is in the title then.
          void navigator.clipboard?.writeText(uploadId).then(() => announce("Upload id copied"));
        }}
      />
    </span>
  );
}

/**
 * Whether bytes come in. After a reload the own upload of this browser is known to be interrupted unless bytes go on
 * coming, from another tab; of somebody else's the server says so, and silence tells the rest.
 */
function useIsReceiving(upload: Upload, isOwn: boolean): boolean {
  const { receivedBytes, phase } = upload;
  const [seen, setSeen] = useState({ receivedBytes, hasGrown: false });
  if (receivedBytes > seen.receivedBytes) setSeen({ receivedBytes, hasGrown: true });
  const [isSilent, setSilent] = useState(false);

  // biome-ignore lint/correctness/useExhaustiveDependencies: more bytes begin the wait anew
  useEffect(() => {
    setSilent(false);
    const timer = setTimeout(() => setSilent(true), INTERRUPTED_AFTER_MS);
    return () => clearTimeout(timer);
  }, [receivedBytes]);

  return phase === "receiving" && !isSilent && (seen.hasGrown || !isOwn);
}
