import "server-only";
import type { Viewer } from "@/lib/access/viewer";
import { now as clock } from "@/lib/clock";
import { db, type Transaction } from "@/lib/db";
import type { Prisma } from "@/lib/generated/prisma/client";
import { AppError } from "@/lib/http/errors";
import { cutPage, pageWindow } from "@/lib/http/paging";
import { encodeCursor } from "@/lib/live/cursor";
import { readHeadCursor } from "@/lib/live/feed-store";
import { uploadFeed } from "@/lib/live/feeds";
import { canManageUploads } from "@/lib/media/policy";
import { phaseOf } from "@/lib/media/rules";
import type {
  MediaAsset,
  Upload,
  UploadAnswer,
  UploadedElement,
  UploadKindName,
  UploadPage,
  UploadStatusName,
} from "@/lib/media/schema";

type Page = { cursor?: string | undefined; limit: number };

export const kindName = {
  HERO_VIDEO: "hero-video",
  COURSE_VIDEO: "course-video",
} as const satisfies Record<string, UploadKindName>;
export const rowKind = { "hero-video": "HERO_VIDEO", "course-video": "COURSE_VIDEO" } as const;

export const statusName = {
  QUEUED: "queued",
  STARTING: "starting",
  COMPRESSING: "compressing",
  UPLOADING: "uploading",
  COMPLETED: "completed",
  ERROR: "error",
  CANCELLED: "cancelled",
} as const satisfies Record<string, UploadStatusName>;

const fileRole = {
  VIDEO: "video",
  POSTER_JPEG: "poster-jpeg",
  POSTER_WEBP: "poster-webp",
  CAPTIONS: "captions",
} as const;

export const fileColumns = {
  id: true,
  key: true,
  publicUrl: true,
  contentType: true,
  sizeBytes: true,
} satisfies Prisma.StoredFileSelect;

export const assetColumns = {
  id: true,
  title: true,
  width: true,
  height: true,
  durationSeconds: true,
  hasAudio: true,
  files: {
    select: {
      role: true,
      width: true,
      height: true,
      language: true,
      label: true,
      file: { select: fileColumns },
    },
  },
} satisfies Prisma.MediaAssetSelect;

const uploadColumns = {
  id: true,
  kind: true,
  source: true,
  title: true,
  status: true,
  progress: true,
  message: true,
  fileName: true,
  sizeBytes: true,
  receivedBytes: true,
  fingerprint: true,
  sourceSha256: true,
  elementId: true,
  ownerId: true,
  owner: { select: { firstName: true, lastName: true } },
  attempt: true,
  errorCode: true,
  errorMessage: true,
  isRetryable: true,
  createdAt: true,
  lastReceivedAt: true,
  receivedAt: true,
  startedAt: true,
  finishedAt: true,
  asset: {
    select: { ...assetColumns, elements: { select: { id: true, title: true, status: true }, take: 1 } },
  },
} satisfies Prisma.UploadSelect;

type UploadRow = Prisma.UploadGetPayload<{ select: typeof uploadColumns }>;
type AssetRow = Prisma.MediaAssetGetPayload<{ select: typeof assetColumns }>;

/** Where a stored file can be had: from the store itself, else from here. */
export function urlOf(file: { key: string; publicUrl: string | null }): string {
  return file.publicUrl ?? `/api/media/${file.key}`;
}

/** An asset as it is shown. @throws Error if it lacks a video or a poster, which no asset does */
export function toMediaAsset(asset: AssetRow): MediaAsset {
  const files = asset.files.map(({ role, width, height, language, label, file }) => ({
    role: fileRole[role],
    url: urlOf(file),
    contentType: file.contentType,
    sizeBytes: Number(file.sizeBytes),
    width,
    height,
    language,
    label,
  }));
  const renditions = files
    .filter(({ role }) => role === "video")
    .sort((a, b) => (b.height ?? 0) - (a.height ?? 0));
  const [tallest] = renditions;
  const poster = files.find(({ role }) => role === "poster-jpeg");
  const posterWebp = files.find(({ role }) => role === "poster-webp");
  if (!tallest || !poster || !posterWebp) throw new Error(`The asset ${asset.id} is not whole.`);
  const { id, title, width, height, durationSeconds, hasAudio } = asset;
  return {
    id,
    title,
    width,
    height,
    durationSeconds,
    hasAudio,
    videoUrl: tallest.url,
    posterUrl: poster.url,
    posterWebpUrl: posterWebp.url,
    renditions,
    captions: files.filter(({ role }) => role === "captions"),
  };
}

const elementStatusName = { DRAFT: "draft", PUBLISHED: "published", ARCHIVED: "archived" } as const;

function toUploadedElement(row: UploadRow): UploadedElement | undefined {
  const element = row.asset?.elements[0];
  if (!row.asset || !element) return undefined;
  const { videoUrl, posterUrl, width, height, durationSeconds } = toMediaAsset(row.asset);
  return {
    id: element.id,
    type: "hero-video",
    title: element.title,
    status: elementStatusName[element.status],
    videoUrl,
    posterUrl,
    width,
    height,
    durationSeconds,
  };
}

function toUpload(row: UploadRow, queuePlace: number | undefined, now: Date): Upload {
  const status = statusName[row.status];
  const element = status === "completed" ? toUploadedElement(row) : undefined;
  return {
    uploadId: row.id,
    kind: kindName[row.kind],
    title: row.title,
    status,
    phase: phaseOf({ status, receivedAt: row.receivedAt, lastReceivedAt: row.lastReceivedAt }, now),
    progress: row.progress,
    message: row.message,
    fileName: row.fileName,
    sizeBytes: Number(row.sizeBytes),
    receivedBytes: Number(row.receivedBytes),
    fingerprint: row.fingerprint,
    ...(queuePlace === undefined ? {} : { queuePlace }),
    ...(element ? { element } : {}),
    ...(row.asset ? { assetId: row.asset.id } : {}),
    ...(row.errorCode === null || row.errorMessage === null
      ? {}
      : { error: { code: row.errorCode, message: row.errorMessage, retryable: row.isRetryable } }),
    resumable: status === "queued" && row.receivedAt === null,
    isDemo: row.source === "DEMO",
    ownerId: row.ownerId,
    ownerName: `${row.owner.firstName} ${row.owner.lastName}`,
    attempt: row.attempt,
    sourceSha256: row.sourceSha256,
    createdAt: row.createdAt.toISOString(),
    lastReceivedAt: row.lastReceivedAt.toISOString(),
    receivedAt: row.receivedAt?.toISOString() ?? null,
    startedAt: row.startedAt?.toISOString() ?? null,
    finishedAt: row.finishedAt?.toISOString() ?? null,
  };
}

/** The uploads that a viewer may see: part of every WHERE. */
function visibleTo(viewer: Viewer): Prisma.UploadWhereInput | null {
  return canManageUploads(viewer) ? {} : null;
}

/** How many are before each of those that wait for a worker, plus one, by id. */
async function readQueuePlaces(
  reader: Transaction,
  rows: readonly UploadRow[],
): Promise<Map<string, number>> {
  const waiting = rows.filter(({ status, receivedAt }) => status === "QUEUED" && receivedAt !== null);
  if (waiting.length === 0) return new Map();
  const ids = waiting.map(({ id }) => id);
  const places = await reader.$queryRaw<Array<{ id: string; place: bigint }>>`
    SELECT id::text AS id, place FROM (
      SELECT id, row_number() OVER (ORDER BY "receivedAt", id) AS place
      FROM "Upload" WHERE status = 'QUEUED' AND "receivedAt" IS NOT NULL
    ) queue WHERE id = ANY(${ids}::uuid[])`;
  return new Map(places.map(({ id, place }) => [id, Number(place)]));
}

/** Uploads, newest first. */
export async function listUploads(
  viewer: Viewer,
  {
    state,
    kind,
    cursor,
    limit,
  }: Page & { state?: "active" | "ended" | undefined; kind?: UploadKindName | undefined },
): Promise<UploadPage> {
  const visible = visibleTo(viewer);
  if (!visible) throw new AppError("forbidden", "Uploads are for admins.");
  const ended = ["COMPLETED", "CANCELLED"] as const;
  const where: Prisma.UploadWhereInput = {
    ...visible,
    ...(kind ? { kind: rowKind[kind] } : {}),
    ...(state === undefined
      ? {}
      : { status: state === "ended" ? { in: [...ended] } : { notIn: [...ended] } }),
  };
  const [rows, total] = await Promise.all([
    db().upload.findMany({
      where,
      orderBy: [{ createdAt: "desc" }, { id: "desc" }],
      ...pageWindow(cursor, limit),
      select: uploadColumns,
    }),
    db().upload.count({ where }),
  ]);
  const { shown, nextCursor } = cutPage(rows, cursor, limit);
  const places = await readQueuePlaces(db(), shown);
  const now = clock();
  return { items: shown.map((row) => toUpload(row, places.get(row.id), now)), total, nextCursor };
}

/** One upload. @throws AppError not_found */
export async function getUpload(viewer: Viewer, id: string, reader: Transaction = db()): Promise<Upload> {
  const visible = visibleTo(viewer);
  const row = visible
    ? await reader.upload.findFirst({ where: { ...visible, id }, select: uploadColumns })
    : null;
  if (!row) throw new AppError("not_found", "There is nothing here, or it is not yours to see.");
  const places = await readQueuePlaces(reader, [row]);
  return toUpload(row, places.get(row.id), clock());
}

/** One upload with the cursor of its feed, taken before: what comes after it is on the feed. */
export async function getUploadWithCursor(viewer: Viewer, id: string): Promise<UploadAnswer> {
  const cursor = encodeCursor(await readHeadCursor([uploadFeed(id)]));
  return { ...(await getUpload(viewer, id)), cursor };
}

/** Assets by their ids, for whoever refers to them and has decided who may see them. */
export async function unsafeReadAssets(ids: readonly string[]): Promise<Map<string, MediaAsset>> {
  const rows = await db().mediaAsset.findMany({ where: { id: { in: [...ids] } }, select: assetColumns });
  return new Map(rows.map((row) => [row.id, toMediaAsset(row)]));
}
