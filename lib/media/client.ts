"use client";

import { useEffect } from "react";
import useSWR, { useSWRConfig } from "swr";
import { getJson, newClientId, postForm, postJson, RequestError } from "@/lib/http/fetch";
import { type WireEvent, wireEvent } from "@/lib/live/events";
import type { LiveKey } from "@/lib/live/invalidation";
import { LiveSource } from "@/lib/live/live-source";
import { fingerprintOf } from "@/lib/media/fingerprint";
import {
  demoAnswer,
  type FailureStage,
  mediaHealth,
  pictureAnswer,
  type SystemHealth,
  systemHealth,
  type Upload,
  type UploadAnswer,
  type UploadKindName,
  type UploadPage,
  upload,
  uploadAnswer,
  uploadPage,
} from "@/lib/media/schema";

export const TUS_ENDPOINT = "/api/uploads/tus";

/** One page of uploads, newest first, kept current by the admins' coarse events. */
export function useUploads(state: "active" | "ended" | "all", cursor: string | null, initial?: UploadPage) {
  return useSWR(
    ["uploads" satisfies LiveKey, state, cursor],
    () => {
      const search = new URLSearchParams({
        ...(state === "all" ? {} : { state }),
        ...(cursor ? { cursor } : {}),
      });
      return getJson(`/api/uploads?${search}`, uploadPage);
    },
    { keepPreviousData: false, ...(initial ? { fallbackData: initial } : {}) },
  );
}

/** One upload, from its own feed while it has not ended; none while `id` is null. */
export function useUpload(id: string | null, initial?: UploadAnswer) {
  const { mutate } = useSWRConfig();
  const answer = useSWR(
    id ? ["upload" satisfies LiveKey, id] : null,
    () => getJson(`/api/uploads/${id}`, uploadAnswer),
    { keepPreviousData: false, ...(initial ? { fallbackData: initial } : {}) },
  );
  const isFollowed =
    answer.data !== undefined && !["completed", "cancelled"].includes(answer.data.status) && id !== null;
  const cursor = answer.data?.cursor;
  // A later answer brings a newer cursor; the connection has its own by then.
  // biome-ignore lint/correctness/useExhaustiveDependencies: opened once for each upload that is to be followed
  useEffect(() => {
    if (!isFollowed || cursor === undefined) return;
    const key = ["upload" satisfies LiveKey, id];
    const source = new LiveSource(
      cursor,
      {
        onMessage(message) {
          const parsed = message.kind === "event" ? wireEvent.safeParse(message) : null;
          if (!parsed?.success) {
            void mutate(key);
            return;
          }
          const event = parsed.data;
          void mutate(key, (known?: UploadAnswer) => known && withProgress(known, event), {
            // What an event does not carry (the place in the queue, the asset) comes with the answer.
            revalidate: event.event === "uploadProgress" && changesMoreThanProgress(event.data.status),
          });
        },
        onStatus() {},
        onAccessChanged() {
          void mutate(key);
        },
      },
      `/api/uploads/${id}/events`,
    );
    source.open(cursor);
    return () => source.close();
  }, [id, isFollowed, mutate]);
  return answer;
}

function changesMoreThanProgress(status: Upload["status"]): boolean {
  return status === "queued" || status === "completed" || status === "error" || status === "cancelled";
}

function withProgress(known: UploadAnswer, event: WireEvent): UploadAnswer {
  if (event.event !== "uploadProgress" || event.data.uploadId !== known.uploadId) return known;
  const { status, progress, message, receivedBytes, attempt, error, element } = event.data;
  return { ...known, status, progress, message, receivedBytes, attempt, error, element };
}

export function useMediaHealth() {
  return useSWR(["mediaHealth" satisfies LiveKey], () => getJson("/api/media/health", mediaHealth), {
    refreshInterval: 10_000,
  });
}

/** How the process that answers does, asked for every 10 s; one that cannot serve says so with its answer. */
export function useSystemHealth() {
  return useSWR("systemHealth", fetchSystemHealth, { refreshInterval: 10_000 });
}

async function fetchSystemHealth(): Promise<SystemHealth> {
  try {
    return await getJson("/api/health", systemHealth);
  } catch (error) {
    const told = error instanceof RequestError ? systemHealth.safeParse(error.body) : null;
    if (told?.success) return told.data;
    throw error;
  }
}

export async function sendCancel(uploadId: string): Promise<Upload> {
  return postJson(`/api/uploads/${uploadId}/cancel`, {}, upload);
}

/** Tries again with the bytes that arrived; what has not arrived can then be sent on. */
export async function sendRetry(uploadId: string): Promise<Upload> {
  return postJson(`/api/uploads/${uploadId}/retry`, {}, upload);
}

/** Generates a clip on the server and runs it through the pipeline, to the end or to where it is to fail. */
export async function sendDemo(body: { seconds?: number; failAt?: FailureStage; clientId: string }) {
  return (await postJson("/api/media/demo", body, demoAnswer)).uploadId;
}

/** A picture for a banner: JPEG, PNG or WebP. */
export async function sendPicture(file: File) {
  const form = new FormData();
  form.set("media_file", file);
  return (await postForm("/api/media/pictures", form, pictureAnswer)).picture;
}

export type SendingHandlers = {
  /** The upload exists: from here on its id is known, and the sending can be resumed after a reload. */
  onStarted(uploadId: string): void;
  onSent(sentBytes: number, totalBytes: number): void;
  /** The connection is lost; it goes on by itself. */
  onInterrupted(): void;
  /** All bytes have arrived; what follows is told by the upload's feed. */
  onDone(uploadId: string): void;
  /** Given up: refused by the server, or a different file. */
  onFailed(error: RequestError): void;
};

export type Sending = {
  /** Stops sending and keeps what has arrived; `sendCancel` gives the upload up. */
  stop(): void;
};

/** After the last one it is tried again whenever the last delay has passed. */
const RETRY_DELAYS = [0, 1_000, 2_000, 4_000, 8_000, ...Array.from({ length: 400 }, () => 15_000)];

/**
 * Sends a video, resumably, and goes on by itself after a lost connection. With `resume`, goes on with an upload that
 * was half received; a different file is refused.
 */
export function sendVideo(
  file: File,
  declared: { kind: UploadKindName; title?: string },
  handlers: SendingHandlers,
  resume?: Pick<Upload, "uploadId" | "fingerprint" | "sizeBytes" | "fileName">,
): Sending {
  let stopped = false;
  let stop = () => {
    stopped = true;
  };
  void (async () => {
    try {
      const [tus, fingerprint] = await Promise.all([import("tus-js-client"), fingerprintOf(file)]);
      if (stopped) return;
      if (resume && (file.size !== resume.sizeBytes || (resume.fingerprint ?? fingerprint) !== fingerprint)) {
        handlers.onFailed(differentFile(resume.fileName));
        return;
      }
      let uploadId = resume?.uploadId ?? null;
      const sending = new tus.Upload(file, {
        endpoint: TUS_ENDPOINT,
        uploadUrl: resume ? `${TUS_ENDPOINT}/${resume.uploadId}` : null,
        storeFingerprintForResuming: false,
        removeFingerprintOnSuccess: false,
        headers: { "Upload-Fingerprint": fingerprint },
        metadata: {
          filename: file.name,
          filetype: file.type,
          kind: declared.kind,
          fingerprint,
          clientId: newClientId(),
          ...(declared.title ? { title: declared.title } : {}),
        },
        retryDelays: RETRY_DELAYS,
        onUploadUrlAvailable() {
          const id = sending.url?.split("/").at(-1) ?? null;
          if (!id || uploadId === id) return;
          uploadId = id;
          handlers.onStarted(id);
        },
        onProgress: (sent, total) => handlers.onSent(sent, total ?? file.size),
        onShouldRetry(error) {
          const status = "originalResponse" in error ? (error.originalResponse?.getStatus() ?? 0) : 0;
          const isLost = status === 0 || status === 409 || status === 423 || status >= 500;
          const again = isLost && status !== 507 && !isRefusal(error);
          if (again) handlers.onInterrupted();
          return again;
        },
        onSuccess: () => uploadId && handlers.onDone(uploadId),
        onError: (error) => handlers.onFailed(toRequestError(error)),
      });
      stop = () => {
        stopped = true;
        void sending.abort(false);
      };
      if (uploadId) handlers.onStarted(uploadId);
      sending.start();
    } catch {
      handlers.onFailed(
        new RequestError("unreadable_file", "That file cannot be read. Please choose it again.", 0),
      );
    }
  })();
  return { stop: () => stop() };
}

function differentFile(fileName: string): RequestError {
  return new RequestError(
    "different_file",
    `That is a different file. Please choose ${fileName} again to go on.`,
    409,
  );
}

/** A 409 that carries one of our codes is an answer, not tus's mismatch of offsets. */
function isRefusal(error: Error): boolean {
  return toRequestError(error).code !== "unreachable" && toRequestError(error).code !== "unexpected_answer";
}

function toRequestError(error: Error): RequestError {
  if (!("originalResponse" in error)) {
    return new RequestError("unreachable", "Lockstep cannot be reached. Please try again.", 0);
  }
  const response = error.originalResponse as { getStatus(): number; getBody(): string } | null;
  if (!response) return new RequestError("unreachable", "Lockstep cannot be reached. Please try again.", 0);
  try {
    const { code, message } = JSON.parse(response.getBody()).error;
    return new RequestError(String(code), String(message), response.getStatus());
  } catch {
    return new RequestError(
      "unexpected_answer",
      "The server could not answer that. Please try again.",
      response.getStatus(),
    );
  }
}
