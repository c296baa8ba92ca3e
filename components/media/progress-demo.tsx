"use client";

import { Ban, Check, CircleAlert, CircleDashed, type LucideIcon, Play, Unplug } from "lucide-react";
import { useContext, useEffect, useMemo, useState } from "react";
import { UploadRow } from "@/components/media/upload-row";
import { useAction } from "@/components/training/use-action";
import { Button } from "@/components/ui/button";
import { ErrorState } from "@/components/ui/error-state";
import { announce } from "@/components/ui/live-region";
import { Mark } from "@/components/ui/mark";
import { Notice } from "@/components/ui/notice";
import { Skeleton } from "@/components/ui/skeleton";
import { type Live, LiveContext, useLiveEvents } from "@/lib/live/client";
import { sendCancel, sendDemo, useUpload } from "@/lib/media/client";
import type { FailureStage, Upload, UploadStatusName } from "@/lib/media/schema";

const CLIP_SECONDS = 12;
/** The connection comes back by itself after this long. */
const CUT_MS = 6_000;

const failures: ReadonlyArray<{ stage: FailureStage; label: string }> = [
  { stage: "check", label: "Fail the check" },
  { stage: "compress", label: "Fail while compressing" },
  { stage: "store", label: "Fail while storing" },
  { stage: "worker", label: "Lose the worker" },
];

/** The real pipeline on a clip that the server makes, to be broken on purpose. */
export function ProgressDemo() {
  const [uploadId, setUploadId] = useState<string | null>(null);
  const { run, isPending, error } = useAction<string>();
  const [starts, setStarts] = useState(0);

  async function start(failAt?: FailureStage) {
    const id = await run(`${starts} ${failAt ?? "run"}`, (clientId) =>
      sendDemo({ seconds: CLIP_SECONDS, clientId, ...(failAt ? { failAt } : {}) }),
    );
    if (!id) return;
    setStarts(starts + 1);
    setUploadId(id);
  }

  return (
    <div className="max-w-[48rem]">
      <header className="pb-5">
        <h1 className="text-xl font-semibold tracking-tight">Progress demo</h1>
        <p className="max-w-[60ch] text-ink-muted">
          The server makes a clip of {CLIP_SECONDS} seconds and runs it through the pipeline that every upload
          goes through. Nothing of it is played back from a script.
        </p>
      </header>
      <div className="flex flex-col items-start gap-3 pb-6">
        <Button
          variant="primary"
          icon={<Play aria-hidden="true" className="size-4" />}
          isPending={isPending}
          onPress={() => void start()}
        >
          Run a clip
        </Button>
        {/* biome-ignore lint/a11y/useSemanticElements: buttons, not fields */}
        <div role="group" aria-label="Run a clip that fails" className="flex flex-wrap gap-2">
          {failures.map(({ stage, label }) => (
            <Button key={stage} size="compact" isDisabled={isPending} onPress={() => void start(stage)}>
              {label}
            </Button>
          ))}
        </div>
        {error && <Notice tone="critical">{error.message}</Notice>}
      </div>
      {uploadId ? (
        <Run key={uploadId} uploadId={uploadId} />
      ) : (
        <p className="border-t border-line py-6 text-ink-muted">
          The clip and its way through the pipeline appear here.
        </p>
      )}
    </div>
  );
}

/** One clip on its way, with a connection that can be cut. */
function Run({ uploadId }: { uploadId: string }) {
  const live = useContext(LiveContext);
  const [isCut, setCut] = useState(false);
  const { data, error, isValidating, mutate } = useUpload(isCut ? null : uploadId);
  const [known, setKnown] = useState<Upload | null>(null);
  if (data && data !== known) setKnown(data);
  // Who is cut off hears nothing, whatever the rest of the page hears.
  const deaf = useMemo((): Live => ({ connection: null, observers: new Set() }), []);

  useEffect(() => {
    if (!isCut) return;
    const timer = setTimeout(() => {
      setCut(false);
      announce("The connection is back");
    }, CUT_MS);
    return () => clearTimeout(timer);
  }, [isCut]);

  if (!known && error) {
    return (
      <ErrorState
        title="The clip could not be fetched"
        onRetry={() => void mutate()}
        isRetrying={isValidating}
      >
        {error instanceof Error ? error.message : "It goes on meanwhile. Please try again."}
      </ErrorState>
    );
  }
  if (!known) {
    return (
      <div
        role="status"
        aria-label="Fetching the clip"
        className="flex flex-col gap-3 border-t border-line py-4"
      >
        <Skeleton className="h-5 w-1/2" />
        <Skeleton className="h-4 w-full" />
      </div>
    );
  }
  return (
    <LiveContext value={isCut ? deaf : live}>
      <section aria-label="The clip" data-demo-cut={isCut} className="border-t border-line">
        <ul>
          <UploadRow upload={known} sending={null} />
        </ul>
        <RunControls upload={known} isCut={isCut} onCut={() => setCut(true)} />
        <Stations upload={known} />
      </section>
    </LiveContext>
  );
}

function RunControls({ upload, isCut, onCut }: { upload: Upload; isCut: boolean; onCut: () => void }) {
  const { run, isPending, error } = useAction<Upload>();
  const hasEnded = ["completed", "cancelled", "error"].includes(upload.status);
  return (
    <div className="flex flex-col gap-3 py-4">
      <div className="flex flex-wrap gap-2">
        <Button
          size="compact"
          icon={<Unplug aria-hidden="true" className="size-3.5" />}
          isDisabled={isCut || hasEnded}
          onPress={onCut}
        >
          Cut the connection
        </Button>
        <Button
          size="compact"
          icon={<Ban aria-hidden="true" className="size-3.5" />}
          isDisabled={hasEnded}
          isPending={isPending}
          onPress={() => void run(`cancel ${upload.uploadId}`, () => sendCancel(upload.uploadId))}
        >
          Cancel the clip
        </Button>
      </div>
      {isCut && (
        <Notice tone="caution">
          The connection is cut. The pipeline goes on; what it did is shown as soon as the connection is back,
          in {CUT_MS / 1_000} seconds.
        </Notice>
      )}
      {error && <Notice tone="critical">{error.message}</Notice>}
    </div>
  );
}

const stations = [
  { status: "queued", name: "Waiting for a worker" },
  { status: "starting", name: "Checking" },
  { status: "compressing", name: "Compressing" },
  { status: "uploading", name: "Storing" },
  { status: "completed", name: "Completed" },
] as const satisfies ReadonlyArray<{ status: UploadStatusName; name: string }>;

type Arrival = { attempt: number; at: string };

/** The stages of the pipeline, with the moment at which each began. */
function Stations({ upload }: { upload: Upload }) {
  const { uploadId, status, attempt, createdAt } = upload;
  const [arrivals, setArrivals] = useState<ReadonlyMap<UploadStatusName, Arrival>>(new Map());

  useLiveEvents((event) => {
    if (event.event !== "uploadProgress" || event.data.uploadId !== uploadId) return;
    const { status, attempt, timestamp } = event.data;
    setArrivals((before) =>
      before.get(status)?.attempt === attempt
        ? before
        : new Map(before).set(status, { attempt, at: timestamp }),
    );
  });

  const here = stations.findIndex((station) => station.status === status);
  const hasStopped = status === "error" || status === "cancelled";
  const reached = hasStopped
    ? Math.max(
        0,
        ...stations.map((station, index) => (isOf(arrivals.get(station.status), attempt) ? index : 0)),
      )
    : here;

  return (
    <ol aria-label="Stages" className="flex flex-col">
      {stations.map((station, index) => {
        const arrival = arrivals.get(station.status);
        const state =
          index < reached || status === "completed"
            ? "passed"
            : index > reached
              ? "ahead"
              : hasStopped
                ? status
                : "here";
        return (
          <li
            key={station.status}
            data-station={station.status}
            data-station-state={state}
            className="flex h-10 items-center gap-3 border-b border-line"
          >
            <StationMark state={state} />
            <span className={state === "ahead" ? "flex-1 text-ink-muted" : "flex-1"}>{station.name}</span>
            {arrival && isOf(arrival, attempt) && state !== "ahead" && (
              <span className="tabular text-sm text-ink-muted">
                {`${Math.max(0, (Date.parse(arrival.at) - Date.parse(createdAt)) / 1_000).toFixed(1)} s`}
              </span>
            )}
          </li>
        );
      })}
    </ol>
  );
}

function isOf(arrival: Arrival | undefined, attempt: number): boolean {
  return arrival?.attempt === attempt;
}

type StationState = "passed" | "here" | "ahead" | "error" | "cancelled";

const marks: Record<Exclude<StationState, "here">, { icon: LucideIcon; className: string; word: string }> = {
  passed: { icon: Check, className: "text-positive", word: "Done: " },
  ahead: { icon: CircleDashed, className: "text-ink-muted", word: "" },
  error: { icon: CircleAlert, className: "text-critical", word: "Failed: " },
  cancelled: { icon: Ban, className: "text-ink-muted", word: "Cancelled: " },
};

function StationMark({ state }: { state: StationState }) {
  if (state === "here") {
    return (
      <>
        <Mark size={16} isMoving className="shrink-0" />
        <span className="spoken-only">Now: </span>
      </>
    );
  }
  const { icon: Icon, className, word } = marks[state];
  return (
    <>
      <Icon aria-hidden="true" className={`size-4 shrink-0 ${className}`} />
      {word && <span className="spoken-only">{word}</span>}
    </>
  );
}
