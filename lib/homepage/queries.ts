import "server-only";
import { z } from "zod";
import type { Viewer } from "@/lib/access/viewer";
import { db, type Transaction } from "@/lib/db";
import type { Prisma } from "@/lib/generated/prisma/client";
import { canEditHomepage } from "@/lib/homepage/policy";
import { showAt } from "@/lib/homepage/rules";
import {
  type ElementPage,
  elementType,
  type Homepage,
  type HomepageElement,
  type ReleasePage,
  type ShownElement,
} from "@/lib/homepage/schema";
import { AppError } from "@/lib/http/errors";
import { cutPage, pageWindow } from "@/lib/http/paging";
import { assetColumns, fileColumns, toMediaAsset, unsafeReadAssets, urlOf } from "@/lib/media/queries";
import type { Picture } from "@/lib/media/schema";

type Page = { cursor?: string | undefined; limit: number };

const pictureColumns = {
  ...fileColumns,
  fileName: true,
  width: true,
  height: true,
} satisfies Prisma.StoredFileSelect;

const elementColumns = {
  id: true,
  type: true,
  title: true,
  body: true,
  description: true,
  linkHref: true,
  linkLabel: true,
  status: true,
  position: true,
  startsAt: true,
  endsAt: true,
  revision: true,
  publishedRevision: true,
  createdAt: true,
  updatedAt: true,
  createdBy: { select: { firstName: true, lastName: true } },
  asset: { select: assetColumns },
  picture: { select: pictureColumns },
  captions: { select: fileColumns },
  captionsLanguage: true,
} satisfies Prisma.HomepageElementSelect;

type ElementRow = Prisma.HomepageElementGetPayload<{ select: typeof elementColumns }>;

export const typeName = { HERO_VIDEO: "hero-video", BANNER: "banner", TEXT: "text" } as const;
const statusName = { DRAFT: "draft", PUBLISHED: "published", ARCHIVED: "archived" } as const;

/** An element as a release keeps it: what it said then, and which files it showed. */
export const releasedItem = z.object({
  id: z.uuid(),
  type: elementType,
  revision: z.number().int(),
  title: z.string(),
  body: z.string().nullable(),
  description: z.string().nullable(),
  link: z.object({ href: z.string(), label: z.string() }).nullable(),
  startsAt: z.string().nullable(),
  endsAt: z.string().nullable(),
  assetId: z.uuid().nullable(),
  pictureId: z.uuid().nullable(),
  captionsId: z.uuid().nullable(),
  captionsLanguage: z.string().nullable(),
});
export type Released = z.infer<typeof releasedItem>;

function toPicture(
  row: Prisma.StoredFileGetPayload<{ select: typeof pictureColumns }> | null,
): Picture | null {
  if (!row) return null;
  return {
    id: row.id,
    url: urlOf(row),
    fileName: row.fileName,
    width: row.width ?? 0,
    height: row.height ?? 0,
  };
}

function toElement(row: ElementRow): HomepageElement {
  const video = row.asset ? toMediaAsset(row.asset) : null;
  return {
    id: row.id,
    type: typeName[row.type],
    title: row.title,
    body: row.body,
    description: row.description,
    link:
      row.linkHref !== null && row.linkLabel !== null ? { href: row.linkHref, label: row.linkLabel } : null,
    picture: toPicture(row.picture),
    video,
    captions:
      row.captions && row.captionsLanguage
        ? { url: urlOf(row.captions), language: row.captionsLanguage }
        : null,
    startsAt: row.startsAt?.toISOString() ?? null,
    endsAt: row.endsAt?.toISOString() ?? null,
    status: statusName[row.status],
    revision: row.revision,
    publishedRevision: row.publishedRevision,
    hasUnpublishedChanges: row.publishedRevision !== null && row.publishedRevision !== row.revision,
    position: row.position,
    createdByName: `${row.createdBy.firstName} ${row.createdBy.lastName}`,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    videoUrl: video?.videoUrl ?? null,
    posterUrl: video?.posterUrl ?? null,
    width: video?.width ?? null,
    height: video?.height ?? null,
    durationSeconds: video?.durationSeconds ?? null,
  };
}

function assertCanEdit(viewer: Viewer): void {
  if (!canEditHomepage(viewer)) throw new AppError("forbidden", "The homepage is edited by admins.");
}

/** The newest release and what it shows. */
export async function readNewestRelease(
  reader: Transaction = db(),
): Promise<{ number: number; items: Released[] }> {
  const row = await reader.homepageRelease.findFirst({
    orderBy: { number: "desc" },
    select: { number: true, items: true },
  });
  return row
    ? { number: row.number, items: z.array(releasedItem).parse(row.items) }
    : { number: 0, items: [] };
}

/** Elements in their order: the current ones, or the archived. */
export async function listElements(
  viewer: Viewer,
  { status, cursor, limit }: Page & { status: "current" | "archived" },
): Promise<ElementPage> {
  assertCanEdit(viewer);
  const where: Prisma.HomepageElementWhereInput = {
    status: status === "archived" ? "ARCHIVED" : { not: "ARCHIVED" },
  };
  const [rows, total, release] = await Promise.all([
    db().homepageElement.findMany({
      where,
      orderBy: [{ position: "asc" }, { id: "asc" }],
      ...pageWindow(cursor, limit),
      select: elementColumns,
    }),
    db().homepageElement.count({ where }),
    readNewestRelease(),
  ]);
  const { shown, nextCursor } = cutPage(rows, cursor, limit);
  return { items: shown.map(toElement), total, nextCursor, release: release.number };
}

/** One element. @throws AppError not_found */
export async function getElement(
  viewer: Viewer,
  id: string,
  reader: Transaction = db(),
): Promise<HomepageElement> {
  const row = canEditHomepage(viewer)
    ? await reader.homepageElement.findUnique({ where: { id }, select: elementColumns })
    : null;
  if (!row) throw new AppError("not_found", "There is nothing here, or it is not yours to see.");
  return toElement(row);
}

export async function getElementWithRelease(
  viewer: Viewer,
  id: string,
): Promise<{ element: HomepageElement; release: number }> {
  const [element, release] = await Promise.all([getElement(viewer, id), readNewestRelease()]);
  return { element, release: release.number };
}

/** Releases, newest first. */
export async function listReleases(
  viewer: Viewer,
  { cursor, limit }: { cursor?: number | undefined; limit: number },
): Promise<ReleasePage> {
  assertCanEdit(viewer);
  const [rows, total] = await Promise.all([
    db().homepageRelease.findMany({
      where: cursor ? { number: { lt: cursor } } : {},
      orderBy: { number: "desc" },
      take: limit + 1,
      select: {
        number: true,
        action: true,
        items: true,
        elementId: true,
        restoredFrom: true,
        publishedAt: true,
        publishedBy: { select: { firstName: true, lastName: true } },
      },
    }),
    db().homepageRelease.count(),
  ]);
  const shown = rows.slice(0, limit);
  const about = shown.flatMap(({ elementId }) => (elementId ? [elementId] : []));
  const titles = await db().homepageElement.findMany({
    where: { id: { in: about } },
    select: { id: true, title: true },
  });
  const titleOf = new Map(titles.map(({ id, title }) => [id, title]));
  const last = shown.at(-1);
  return {
    items: shown.map((row) => ({
      number: row.number,
      action: z.enum(["publish", "unpublish", "order", "rollback"]).parse(row.action),
      elementId: row.elementId,
      elementTitle: row.elementId ? (titleOf.get(row.elementId) ?? null) : null,
      restoredFrom: row.restoredFrom,
      publishedByName: `${row.publishedBy.firstName} ${row.publishedBy.lastName}`,
      publishedAt: row.publishedAt.toISOString(),
      elementTitles: z
        .array(releasedItem)
        .parse(row.items)
        .map(({ title }) => title),
    })),
    total,
    nextCursor: rows.length > limit && last ? String(last.number) : null,
  };
}

/** What anybody is shown at an instant. */
export async function readHomepage(now: Date): Promise<Homepage> {
  const { number, items } = await readNewestRelease();
  const { hero, elements, nextChangeAt } = showAt(items, now);
  const all = hero ? [hero, ...elements] : elements;
  const fileIds = all
    .flatMap(({ pictureId, captionsId }) => [pictureId, captionsId])
    .filter((id) => id !== null);
  const [assets, files] = await Promise.all([
    unsafeReadAssets(all.flatMap(({ assetId }) => (assetId ? [assetId] : []))),
    db().storedFile.findMany({ where: { id: { in: fileIds } }, select: pictureColumns }),
  ]);
  const fileOf = new Map(files.map((file) => [file.id, file]));
  const show = (item: Released): ShownElement => {
    const captions = item.captionsId ? fileOf.get(item.captionsId) : undefined;
    return {
      id: item.id,
      type: item.type,
      title: item.title,
      body: item.body,
      description: item.description,
      link: item.link,
      picture: toPicture((item.pictureId && fileOf.get(item.pictureId)) || null),
      video: (item.assetId && assets.get(item.assetId)) || null,
      captions:
        captions && item.captionsLanguage ? { url: urlOf(captions), language: item.captionsLanguage } : null,
      startsAt: item.startsAt,
      endsAt: item.endsAt,
    };
  };
  return { release: number, hero: hero && show(hero), elements: elements.map(show), nextChangeAt };
}
