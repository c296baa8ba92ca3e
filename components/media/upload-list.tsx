"use client";

import { type ReactNode, useState } from "react";
import { useSendings } from "@/components/media/sendings";
import { SendingRow, UploadRow } from "@/components/media/upload-row";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { Notice } from "@/components/ui/notice";
import { Skeleton } from "@/components/ui/skeleton";
import { useUploads } from "@/lib/media/client";
import type { Upload, UploadPage } from "@/lib/media/schema";

/** What has ended is folded away beyond this many. */
const ENDED_SHOWN = 3;

type UploadListProps = {
  initial: UploadPage;
  whenCompleted: (upload: Upload) => ReactNode;
};

/** All uploads, newest first: what this tab is about to send, what is on its way, and how the last ones ended. */
export function UploadList({ initial, whenCompleted }: UploadListProps) {
  const [cursors, setCursors] = useState<readonly (string | null)[]>([null]);
  const cursor = cursors.at(-1) ?? null;
  const { data, error, isValidating, mutate } = useUploads(
    "all",
    cursor,
    cursor === null ? initial : undefined,
  );
  const sendings = useSendings();
  const [isUnfolded, setUnfolded] = useState(false);
  const retry = () => void mutate();

  if (!data && error) {
    return (
      <ErrorState title="The uploads could not be fetched" onRetry={retry} isRetrying={isValidating}>
        {error instanceof Error ? error.message : "What is on its way goes on. Please try again."}
      </ErrorState>
    );
  }
  if (!data) return <UploadsSkeleton />;

  const known = new Set(data.items.map(({ uploadId }) => uploadId));
  const unknown = sendings.filter(({ uploadId }) => uploadId === null || !known.has(uploadId));
  const waiting = sendings.filter(({ state }) => state === "waiting");
  let ended = 0;
  const shown = data.items.filter(({ status }) => {
    if (status === "completed" || status === "cancelled") ended += 1;
    else return true;
    return isUnfolded || ended <= ENDED_SHOWN;
  });
  const folded = data.items.length - shown.length;

  if (data.items.length === 0 && unknown.length === 0) {
    return (
      <EmptyState title="No uploads yet">
        Videos that you or another administrator send appear here, with their progress.
      </EmptyState>
    );
  }
  return (
    <>
      {error !== undefined && (
        <Notice
          tone="caution"
          action={
            <Button size="compact" onPress={retry} isPending={isValidating}>
              Try again
            </Button>
          }
        >
          The list could not be refreshed; what you see may be a little old.
        </Notice>
      )}
      <ul aria-label="Uploads" className="flex flex-col">
        {cursor === null &&
          unknown.map((sending) => (
            <SendingRow key={sending.key} sending={sending} place={waiting.indexOf(sending) + 1} />
          ))}
        {shown.map((upload) => (
          <UploadRow
            key={upload.uploadId}
            upload={upload}
            sending={sendings.find(({ uploadId }) => uploadId === upload.uploadId) ?? null}
            whenCompleted={whenCompleted(upload)}
          />
        ))}
      </ul>
      <div className="flex items-center gap-2 pt-2">
        {folded > 0 && (
          <Button size="compact" variant="quiet" onPress={() => setUnfolded(true)}>
            {`Show ${folded} earlier`}
          </Button>
        )}
        {cursors.length > 1 && (
          <Button size="compact" onPress={() => setCursors(cursors.slice(0, -1))}>
            Newer
          </Button>
        )}
        {folded === 0 && data.nextCursor !== null && (
          <Button size="compact" onPress={() => setCursors([...cursors, data.nextCursor])}>
            Older
          </Button>
        )}
      </div>
    </>
  );
}

function UploadsSkeleton() {
  return (
    <div role="status" aria-label="Fetching the uploads" className="flex flex-col gap-3 py-3">
      <Skeleton className="h-6 w-2/3" />
      <Skeleton className="h-4 w-full" />
      <Skeleton className="h-4 w-1/2" />
    </div>
  );
}
