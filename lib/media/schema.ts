import { z } from "zod";
import { pageLimit, text } from "@/lib/http/input";
import { uploadError, uploadedElement, uploadKinds, uploadStatuses } from "@/lib/live/events";

export const uploadKind = z.enum(uploadKinds);
export type UploadKindName = z.infer<typeof uploadKind>;

export const uploadStatus = z.enum(uploadStatuses);
export type UploadStatusName = z.infer<typeof uploadStatus>;

/**
 * What is being done, finer than the status: `queued` is `receiving`, `interrupted` (half received, and nobody is
 * sending) or `waiting` (whole, for a worker).
 */
export const uploadPhase = z.enum([
  "receiving",
  "interrupted",
  "waiting",
  "checking",
  "compressing",
  "storing",
  "completed",
  "error",
  "cancelled",
]);
export type UploadPhase = z.infer<typeof uploadPhase>;

/** Why an upload was refused or failed. */
export const uploadErrorCodes = [
  "too_large",
  "empty",
  "not_a_video",
  "forbidden_format",
  "no_video",
  "several_videos",
  "too_long",
  "no_duration",
  "frame_too_large",
  "frame_rate",
  "truncated",
  "damaged",
  "size_differs",
  "connection_lost",
  "expired",
  "disk_full",
  "compress_failed",
  "store_failed",
  "time_limit",
  "stalled",
  "worker_lost",
  "source_missing",
  "ffmpeg_missing",
  "internal",
] as const;
export const uploadErrorCode = z.enum(uploadErrorCodes);
export type UploadErrorCode = z.infer<typeof uploadErrorCode>;

export type UploadError = z.infer<typeof uploadError>;
export type UploadedElement = z.infer<typeof uploadedElement>;

/** An upload as its admins see it. Instants are ISO 8601 in UTC, sizes are bytes. */
export const upload = z.object({
  uploadId: z.uuid(),
  kind: uploadKind,
  title: z.string(),
  status: uploadStatus,
  phase: uploadPhase,
  /** 0-100: receiving and checking to 30, compressing to 85, storing to 99, 100 once what it makes exists. */
  progress: z.number().int(),
  message: z.string(),
  fileName: z.string(),
  sizeBytes: z.number().int(),
  receivedBytes: z.number().int(),
  /** Tells the sender's file from another: see `fingerprintOf`. Null where it was not sent with one. */
  fingerprint: z.string().nullable(),
  /** How many are before it, plus one; only while it waits for a worker. */
  queuePlace: z.number().int().optional(),
  element: uploadedElement.optional(),
  /** The asset, once completed. */
  assetId: z.uuid().optional(),
  error: uploadError.optional(),
  /** Whether the rest of the bytes can be sent to its tus address. */
  resumable: z.boolean(),
  isDemo: z.boolean(),
  ownerId: z.uuid(),
  ownerName: z.string(),
  attempt: z.number().int(),
  sourceSha256: z.string().nullable(),
  createdAt: z.string(),
  lastReceivedAt: z.string(),
  receivedAt: z.string().nullable(),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
});
export type Upload = z.infer<typeof upload>;

/** One upload, with the place in its feed that this answer is at. */
export const uploadAnswer = upload.extend({ cursor: z.string() });
export type UploadAnswer = z.infer<typeof uploadAnswer>;

export const uploadPage = z.object({
  items: z.array(upload),
  total: z.number().int(),
  nextCursor: z.string().nullable(),
});
export type UploadPage = z.infer<typeof uploadPage>;

export const uploadParams = z.object({ id: z.uuid() });

export const tusParams = z.object({ path: z.tuple([z.uuid()]) });
export const mediaParams = z.object({
  key: z.tuple([z.enum(["media", "course"]), z.uuid(), z.string().max(120)]),
});

export const uploadsQuery = z.object({
  /** `active`: on their way or failed but not given up; `ended`: the rest; left out: all. */
  state: z.enum(["active", "ended"]).optional(),
  kind: uploadKind.optional(),
  cursor: z.uuid().optional(),
  limit: pageLimit,
});

/** A language tag by BCP 47, as "en" or "pt-BR". */
export const languageTag = z
  .string()
  .regex(/^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/, "Please give a language tag, as en or pt-BR.");

export const WEBVTT_MAX_CHARACTERS = 200_000;

/** WebVTT as text. */
export const webVtt = z
  .string()
  .max(WEBVTT_MAX_CHARACTERS)
  .refine(
    (value) => /^(?:\uFEFF)?WEBVTT(?:[ \t\n\r]|$)/.test(value),
    "Captions must be a WebVTT file, which begins with WEBVTT.",
  );

export const captionsInput = z.object({ language: languageTag, label: text(60), vtt: webVtt });
export type CaptionsInput = z.infer<typeof captionsInput>;

/** What a sender says of the file before its bytes; tus carries it as Upload-Metadata, with `filename` and `filetype`. */
export const uploadDeclaration = z.object({
  kind: uploadKind,
  title: text(120).optional(),
  fileName: z.string().max(1_000),
  declaredType: z.string().max(200),
  sizeBytes: z.number().int(),
  fingerprint: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  clientId: z.uuid().optional(),
});
export type UploadDeclaration = z.infer<typeof uploadDeclaration>;

/** Where a demonstration is to fail: at the check, while compressing, while storing, by a worker that dies. */
export const failureStages = ["check", "compress", "store", "worker"] as const;
export const failureStage = z.enum(failureStages);
export type FailureStage = z.infer<typeof failureStage>;

export const demoBody = z.object({
  /** Of the generated clip. */
  seconds: z.number().int().min(2).max(60).default(12),
  failAt: failureStage.optional(),
  clientId: z.uuid().optional(),
});
export type DemoBody = z.infer<typeof demoBody>;
export const demoAnswer = z.object({ uploadId: z.uuid() });

/** A rendition, poster or captions of an asset. */
export const assetFile = z.object({
  role: z.enum(["video", "poster-jpeg", "poster-webp", "captions"]),
  url: z.string(),
  contentType: z.string(),
  sizeBytes: z.number().int(),
  width: z.number().int().nullable(),
  height: z.number().int().nullable(),
  language: z.string().nullable(),
  label: z.string().nullable(),
});

/** A video that can be shown; renditions tallest first. */
export const mediaAsset = z.object({
  id: z.uuid(),
  title: z.string(),
  width: z.number().int(),
  height: z.number().int(),
  durationSeconds: z.number(),
  hasAudio: z.boolean(),
  videoUrl: z.string(),
  posterUrl: z.string(),
  posterWebpUrl: z.string(),
  renditions: z.array(assetFile),
  captions: z.array(assetFile),
});
export type MediaAsset = z.infer<typeof mediaAsset>;

export const picture = z.object({
  id: z.uuid(),
  url: z.string(),
  fileName: z.string(),
  width: z.number().int(),
  height: z.number().int(),
});
export type Picture = z.infer<typeof picture>;
export const pictureAnswer = z.object({ picture });

/** What a worker says of itself. */
export const workerReport = z.object({
  pid: z.number().int(),
  host: z.string(),
  ffmpeg: z
    .object({
      path: z.string(),
      version: z.string(),
      source: z.enum(["setting", "path", "package"]),
      isOld: z.boolean(),
    })
    .nullable(),
  concurrency: z.number().int(),
  running: z.array(z.uuid()),
  disk: z.object({ freeBytes: z.number(), totalBytes: z.number() }).nullable(),
});
export type WorkerReport = z.infer<typeof workerReport>;

/** How the media service does, for admins. */
export const mediaHealth = z.object({
  store: z.enum(["local", "s3", "cloudinary"]),
  workers: z.array(
    workerReport.extend({
      id: z.uuid(),
      startedAt: z.string(),
      beatAt: z.string(),
      isAlive: z.boolean(),
    }),
  ),
  queue: z.object({
    waiting: z.number().int(),
    running: z.number().int(),
    receiving: z.number().int(),
    failed: z.number().int(),
    oldestWaitingAt: z.string().nullable(),
  }),
  disk: z.object({
    folder: z.string(),
    freeBytes: z.number(),
    totalBytes: z.number(),
    /** What received files, work in progress and the local store take. */
    incomingBytes: z.number(),
    workBytes: z.number(),
    storedBytes: z.number(),
  }),
  stored: z.object({ files: z.number().int(), bytes: z.number() }),
  /** Files that nothing refers to, which the sweeper takes after a while. */
  orphans: z.object({ files: z.number().int(), bytes: z.number() }),
  warnings: z.array(z.string()),
});
export type MediaHealth = z.infer<typeof mediaHealth>;
