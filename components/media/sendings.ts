"use client";

import { useSyncExternalStore } from "react";
import { paceOf, type Sample, withSample } from "@/components/media/pace";
import { newClientId, type RequestError } from "@/lib/http/fetch";
import { type Sending, sendVideo } from "@/lib/media/client";
import type { Upload, UploadKindName } from "@/lib/media/schema";

/** A file that this tab sends, is about to send, or could not send. */
export type FileSending = {
  /** Its name within this tab, from before the server has one for it. */
  key: string;
  uploadId: string | null;
  kind: UploadKindName;
  fileName: string;
  sizeBytes: number;
  sentBytes: number;
  /** Bytes a second; null while it cannot be told. */
  pace: number | null;
  state: "waiting" | "sending" | "reconnecting" | "failed";
  error: RequestError | null;
};

/** Browsers open about six connections to one server: two for files leave room for everything else. */
const AT_ONCE = 2;

type Entry = {
  shown: FileSending;
  file: File;
  resume: Upload | null;
  sending: Sending | null;
  samples: Sample[];
};

// Beyond any component: files go on being sent while their admin walks through the portal.
const entries = new Map<string, Entry>();
const listeners = new Set<() => void>();
const nothing: readonly FileSending[] = [];
let snapshot = nothing;

function tell() {
  snapshot = [...entries.values()].map(({ shown }) => shown);
  for (const listener of listeners) listener();
}

function change(key: string, changes: Partial<FileSending>) {
  const entry = entries.get(key);
  if (!entry) return;
  entry.shown = { ...entry.shown, ...changes };
  tell();
}

function add(file: File, kind: UploadKindName, resume: Upload | null): string {
  const key = newClientId();
  entries.set(key, {
    shown: {
      key,
      uploadId: resume?.uploadId ?? null,
      kind,
      fileName: file.name,
      sizeBytes: file.size,
      sentBytes: resume?.receivedBytes ?? 0,
      pace: null,
      state: "waiting",
      error: null,
    },
    file,
    resume,
    sending: null,
    samples: [],
  });
  return key;
}

/** Begins those that wait, as far as there is room. */
function beginNext() {
  const all = [...entries.values()];
  const underWay = all.filter(({ shown }) => shown.state === "sending" || shown.state === "reconnecting");
  const next = all.find(({ shown }) => shown.state === "waiting");
  if (!next || underWay.length >= AT_ONCE) return;
  begin(next);
  beginNext();
}

function begin(entry: Entry) {
  const { key, kind } = entry.shown;
  change(key, { state: "sending" });
  entry.sending = sendVideo(
    entry.file,
    { kind },
    {
      onStarted: (uploadId) => change(key, { uploadId }),
      onSent(sentBytes) {
        entry.samples = withSample(entry.samples, { atMs: performance.now(), sentBytes });
        change(key, { sentBytes, state: "sending", pace: paceOf(entry.samples) });
      },
      onInterrupted() {
        entry.samples = [];
        change(key, { state: "reconnecting", pace: null });
      },
      onDone: () => forget(key),
      onFailed(error) {
        change(key, { state: "failed", error, pace: null });
        beginNext();
      },
    },
    entry.resume ?? undefined,
  );
}

function forget(key: string) {
  entries.delete(key);
  tell();
  beginNext();
}

/** Sends files, two at once, the others after them. */
export function sendFiles(files: readonly File[], kind: UploadKindName): void {
  for (const file of files) add(file, kind, null);
  tell();
  beginNext();
}

/** Goes on with a half-received upload; a different file is refused, and the upload stays as it is. */
export function resumeWith(upload: Upload, file: File): void {
  for (const [key, { shown }] of entries) if (shown.uploadId === upload.uploadId) dropSending(key);
  add(file, upload.kind, upload);
  tell();
  beginNext();
}

/** Ends a sending of this tab and takes it off the list; what has arrived stays on the server. */
export function dropSending(key: string): void {
  entries.get(key)?.sending?.stop();
  forget(key);
}

/** Whether leaving the page would end a sending. */
export function isAnythingSent(): boolean {
  return [...entries.values()].some(({ shown }) => shown.state !== "failed");
}

/** What this tab sends, in the order of its beginning. */
export function useSendings(): readonly FileSending[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    () => snapshot,
    () => nothing,
  );
}
