import type { UploadErrorCode, UploadKindName, UploadPhase, UploadStatusName } from "@/lib/media/schema";

/** Where each part of the way ends, in per cent: 100 is left to what comes of it. */
const parts = {
  receive: { from: 0, to: 25 },
  check: { from: 25, to: 30 },
  compress: { from: 30, to: 85 },
  store: { from: 85, to: 99 },
} as const;
export type Part = keyof typeof parts;

/** The whole per cent that a fraction (0-1) of a part comes to. */
export function progressOf(part: Part, fraction: number): number {
  const { from, to } = parts[part];
  const within = Number.isFinite(fraction) ? Math.min(1, Math.max(0, fraction)) : 0;
  return Math.floor(from + (to - from) * within);
}

/** Progress never falls within an attempt, also where a second worker begins a part again. */
export function raiseProgress(current: number, wanted: number): number {
  return Math.max(current, Math.min(99, wanted));
}

/** Progress is written and told at most this often; a change of status always. */
export const TELL_EVERY_MS = 500;
/** The admins' common feed hears of an upload at most this often; of a change of status always. */
export const TELL_ADMINS_EVERY_MS = 2_000;
/** A sender that is silent for this long is taken for gone. */
export const INTERRUPTED_AFTER_MS = 15_000;
/** A worker that has not renewed its lease for this long has lost its upload. */
export const LEASE_MS = 30_000;
export const RENEW_EVERY_MS = 10_000;
/** An upload that brought down this many workers is not given to another one. */
export const MAX_CLAIMS = 3;
/** Half-received files are kept for this long. */
export const KEEP_INCOMING_MS = 24 * 60 * 60_000;
/** What a failed upload received is kept for this long, for a retry. */
export const KEEP_FAILED_MS = 7 * 24 * 60 * 60_000;
/** A file that nothing refers to is removed after this long. */
export const ORPHAN_GRACE_MS = 60 * 60_000;

const onTheirWay: ReadonlySet<UploadStatusName> = new Set(["queued", "starting", "compressing", "uploading"]);
const workedOn: ReadonlySet<UploadStatusName> = new Set(["starting", "compressing", "uploading"]);

const following: Record<UploadStatusName, readonly UploadStatusName[]> = {
  queued: ["starting", "error", "cancelled"],
  starting: ["compressing", "error", "cancelled"],
  compressing: ["uploading", "error", "cancelled"],
  uploading: ["completed", "error", "cancelled"],
  completed: [],
  error: ["queued", "cancelled"],
  cancelled: [],
};

/** Whether an upload may go from one status to the other; one whose worker was lost begins again at `starting`. */
export function canFollow(from: UploadStatusName, to: UploadStatusName): boolean {
  return following[from].includes(to) || (to === "starting" && workedOn.has(from));
}

export function isOnItsWay(status: UploadStatusName): boolean {
  return onTheirWay.has(status);
}

/** What is being done, finer than the status. */
export function phaseOf(
  upload: { status: UploadStatusName; receivedAt: Date | null; lastReceivedAt: Date },
  now: Date,
): UploadPhase {
  switch (upload.status) {
    case "queued":
      if (upload.receivedAt) return "waiting";
      return now.getTime() - upload.lastReceivedAt.getTime() < INTERRUPTED_AFTER_MS
        ? "receiving"
        : "interrupted";
    case "starting":
      return "checking";
    case "uploading":
      return "storing";
    default:
      return upload.status;
  }
}

export type CancelDecision = { outcome: "cancelled" } | { outcome: "already" } | { outcome: "ended" };

/** Everything that is not completed can be given up, a failed upload too; twice is the same as once. */
export function decideCancel(status: UploadStatusName): CancelDecision {
  if (status === "cancelled") return { outcome: "already" };
  return status === "completed" ? { outcome: "ended" } : { outcome: "cancelled" };
}

export type RetryDecision = { outcome: "retried" } | { outcome: "already" } | { outcome: "refused" };

/** Only a failure that can pass is tried again; an upload that is on its way already is left alone. */
export function decideRetry(upload: { status: UploadStatusName; isRetryable: boolean }): RetryDecision {
  if (isOnItsWay(upload.status)) return { outcome: "already" };
  return upload.status === "error" && upload.isRetryable ? { outcome: "retried" } : { outcome: "refused" };
}

const retryable: ReadonlySet<UploadErrorCode> = new Set([
  "connection_lost",
  "disk_full",
  "compress_failed",
  "store_failed",
  "time_limit",
  "stalled",
  "worker_lost",
  "ffmpeg_missing",
  "internal",
]);

/** Whether the same bytes may come through another time. */
export function canPass(code: UploadErrorCode): boolean {
  return retryable.has(code);
}

export type Limits = {
  maxBytes: number;
  maxSeconds: number;
  /** The longer side of a frame, in pixels. */
  maxSide: number;
  maxFrameRate: number;
};

/** Beyond the source's bytes, the disk must keep this much: what is made of it, and room for everybody else. */
export const DISK_RESERVE_BYTES = 512 * 1024 * 1024;

/** What can be said of a file before its bytes arrive; null where nothing speaks against it. */
export function refuseDeclaration(
  sizeBytes: number,
  limits: Limits,
  freeBytes: number,
): "empty" | "too_large" | "disk_full" | null {
  if (!Number.isSafeInteger(sizeBytes) || sizeBytes <= 0) return "empty";
  if (sizeBytes > limits.maxBytes) return "too_large";
  return freeBytes < sizeBytes + DISK_RESERVE_BYTES ? "disk_full" : null;
}

/** What ffprobe finds in a file. Sizes are as displayed: rotated, with square pixels. */
export type Probe = {
  videoStreams: number;
  width: number;
  height: number;
  /** Frames a second; 0 where it is not known. */
  frameRate: number;
  hasVariableRate: boolean;
  /** Seconds; 0 where it is not known. */
  durationSeconds: number;
  hasAudio: boolean;
};

/** Why what was found cannot be taken; null where it can. */
export function refuseProbe(probe: Probe, limits: Limits): UploadErrorCode | null {
  if (probe.videoStreams === 0) return "no_video";
  if (probe.videoStreams > 1) return "several_videos";
  if (probe.width < 16 || probe.height < 16) return "damaged";
  if (Math.max(probe.width, probe.height) > limits.maxSide) return "frame_too_large";
  if (!(probe.durationSeconds > 0)) return "no_duration";
  if (probe.durationSeconds > limits.maxSeconds) return "too_long";
  if (probe.frameRate > limits.maxFrameRate) return "frame_rate";
  return null;
}

export type Rendition = {
  width: number;
  height: number;
  /** Null keeps the source's own. */
  frameRate: number | null;
  /** The peak that the player may count on, in kbit/s. */
  maxKbps: number;
};

const MAX_FRAME_RATE = 30;
const ladder = [
  { shorterSide: 1080, maxKbps: 6_000 },
  { shorterSide: 720, maxKbps: 3_000 },
  { shorterSide: 360, maxKbps: 900 },
] as const;

/**
 * What is made of a video: a hero once, at most 1080p; a course video at 1080p, 720p and 360p as far as the source
 * has them. Never larger than the source, even sides, at most 30 frames a second.
 */
export function planRenditions(kind: UploadKindName, probe: Probe): Rendition[] {
  const shorter = Math.min(probe.width, probe.height);
  const steps = ladder.filter(({ shorterSide }) => shorterSide <= shorter);
  const wanted: { shorterSide: number; maxKbps: number }[] =
    steps.length > 0 ? [...steps] : [{ shorterSide: shorter, maxKbps: 900 }];
  // A source between two steps is kept at its own size, so that none of its detail is lost.
  const [tallest] = wanted;
  if (tallest && tallest.shorterSide < shorter && tallest.shorterSide < 1080) {
    wanted.unshift({ shorterSide: shorter, maxKbps: shorter > 720 ? 6_000 : 3_000 });
  }
  const isSteady = !probe.hasVariableRate && probe.frameRate > 0;
  const frameRate = isSteady && probe.frameRate <= MAX_FRAME_RATE ? null : MAX_FRAME_RATE;
  return (kind === "hero-video" ? wanted.slice(0, 1) : wanted).map(({ shorterSide, maxKbps }) => {
    // A panorama is bounded by its longer side too.
    const scale = Math.min(1, shorterSide / shorter, 1920 / Math.max(probe.width, probe.height));
    return { width: even(probe.width * scale), height: even(probe.height * scale), frameRate, maxKbps };
  });
}

function even(pixels: number): number {
  return Math.max(2, 2 * Math.floor((pixels + 0.01) / 2));
}

/** A result is only right if it is as long as its source, to the second. */
export function hasSameLength(sourceSeconds: number, resultSeconds: number): boolean {
  return Math.abs(sourceSeconds - resultSeconds) <= 1;
}

/** How long compressing may take at the most, in ms: no machine that is worth it is 40 times slower than the video. */
export function compressLimitMs(durationSeconds: number, renditions: number): number {
  return 10 * 60_000 + Math.round(durationSeconds * 1_000 * 40 * renditions);
}

/** What the first bytes say that a file is; null for what is not taken. The client's name and type are only text. */
export function containerOf(head: Uint8Array): "mp4" | "webm" | null {
  const ascii = (from: number, to: number) => String.fromCharCode(...head.subarray(from, to));
  if (head.length >= 12 && ["ftyp", "moov", "mdat", "wide", "free", "skip"].includes(ascii(4, 8)))
    return "mp4";
  return head.length >= 4 && head[0] === 0x1a && head[1] === 0x45 && head[2] === 0xdf && head[3] === 0xa3
    ? "webm"
    : null;
}
