"use client";

import { CloudUpload } from "lucide-react";
import { DropZone, FileTrigger, Text } from "react-aria-components";
import { sendFiles } from "@/components/media/sendings";
import { VIDEO_TYPES } from "@/components/media/upload-row";
import { Button } from "@/components/ui/button";
import { announce } from "@/components/ui/live-region";

/** Where videos are dropped or chosen, several at once. */
export function UploadDrop() {
  function send(files: readonly File[]) {
    if (files.length === 0) return;
    sendFiles(files, "hero-video");
    announce(files.length === 1 ? `Sending ${files[0]?.name}` : `Sending ${files.length} videos`);
  }

  return (
    <DropZone
      getDropOperation={() => "copy"}
      onDrop={async ({ items }) => {
        const files = await Promise.all(
          items.flatMap((item) => (item.kind === "file" ? [item.getFile()] : [])),
        );
        send(files);
      }}
      className="flex flex-wrap items-center gap-x-4 gap-y-3 rounded-md border border-dashed border-line-strong px-4 py-4 transition-colors data-drop-target:border-accent data-drop-target:bg-accent-soft data-focus-visible:outline-2 data-focus-visible:outline-focus"
    >
      <CloudUpload aria-hidden="true" className="size-5 shrink-0 text-ink-muted" />
      <div className="min-w-44 flex-1">
        <Text slot="label" className="font-medium">
          Drop hero videos here
        </Text>
        <p className="text-sm text-ink-muted">
          MP4, MOV or WebM. Several at once are sent one after the other.
        </p>
      </div>
      <FileTrigger
        allowsMultiple
        acceptedFileTypes={VIDEO_TYPES}
        onSelect={(files) => send(files ? [...files] : [])}
      >
        <Button>Choose videos</Button>
      </FileTrigger>
    </DropZone>
  );
}
