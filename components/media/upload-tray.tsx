"use client";

import { usePathname } from "next/navigation";
import { Button as AriaButton } from "react-aria-components";
import { useSendings } from "@/components/media/sendings";
import { SendingRow, UploadRow } from "@/components/media/upload-row";
import { ButtonLink } from "@/components/ui/button-link";
import { Popover } from "@/components/ui/popover";
import { ProgressBars } from "@/components/ui/progress-bars";
import { useUploads } from "@/lib/media/client";
import type { UploadPage } from "@/lib/media/schema";

/** The uploads that are on their way, on every page of the portal; nothing while there are none. */
export function UploadTray({ initial }: { initial: UploadPage }) {
  const isAtHome = usePathname() === "/admin/homepage";
  const { data } = useUploads("active", null, initial);
  const sendings = useSendings();
  const active = data?.items ?? [];
  const known = new Set(active.map(({ uploadId }) => uploadId));
  const unknown = sendings.filter(({ uploadId }) => uploadId === null || !known.has(uploadId));
  const waiting = sendings.filter(({ state }) => state === "waiting");
  const count = unknown.length + Math.max(data?.total ?? 0, active.length);
  if (count === 0 || isAtHome) return null;

  const mean = Math.floor(active.reduce((sum, { progress }) => sum + progress, 0) / count);
  const failed = active.filter(({ status }) => status === "error").length;
  const words = `${count} ${count === 1 ? "upload" : "uploads"}`;
  return (
    <Popover
      label="Uploads"
      size="wide"
      trigger={
        <AriaButton
          aria-label={`${words}, ${mean} %${failed > 0 ? `, ${failed} failed` : ""}`}
          className="inline-flex h-8 touch:h-10 shrink-0 items-center gap-2 rounded-sm px-2 text-sm text-ink-muted transition-colors hover:bg-surface-hover hover:text-ink"
        >
          <span aria-hidden="true" className="w-9">
            <ProgressBars label="" value={mean} tone={failed > 0 ? "critical" : "accent"} />
          </span>
          <span className="tabular max-sm:hidden">{words}</span>
        </AriaButton>
      }
    >
      <div className="flex flex-col gap-2">
        <p className="font-medium">Uploads</p>
        <ul aria-label="Uploads on their way" className="-mt-1 flex max-h-[60vh] flex-col overflow-y-auto">
          {unknown.map((sending) => (
            <SendingRow key={sending.key} sending={sending} place={waiting.indexOf(sending) + 1} />
          ))}
          {active.map((upload) => (
            <UploadRow
              key={upload.uploadId}
              upload={upload}
              sending={sendings.find(({ uploadId }) => uploadId === upload.uploadId) ?? null}
              isBrief
            />
          ))}
        </ul>
        <div className="pt-1">
          <ButtonLink href="/admin/homepage" size="compact">
            Open the homepage manager
          </ButtonLink>
        </div>
      </div>
    </Popover>
  );
}
