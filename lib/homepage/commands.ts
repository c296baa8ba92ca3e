import "server-only";
import { recordAudit } from "@/lib/access/audit";
import type { Viewer } from "@/lib/access/viewer";
import type { Transaction } from "@/lib/db";
import { canEditHomepage } from "@/lib/homepage/policy";
import { getElement, type Released, readNewestRelease, releasedItem, typeName } from "@/lib/homepage/queries";
import { inOrder, withoutItem, withPublished } from "@/lib/homepage/rules";
import type { ElementBody, ElementPatch, HomepageElement } from "@/lib/homepage/schema";
import { AppError } from "@/lib/http/errors";
import { adminFeed, publicFeed } from "@/lib/live/feeds";
import { commit, type Write } from "@/lib/live/publish";
import { keepFile } from "@/lib/media/files";
import { WEBVTT_MAX_CHARACTERS } from "@/lib/media/schema";

type Changed = { element: HomepageElement; release: number };
type Action = "publish" | "unpublish" | "order" | "rollback";

/** Any number that nothing else locks by: one change of the homepage at a time. */
const HOMEPAGE_LOCK = 5_137_202;

/** Makes a banner or a text, as a draft at the end. A repeat with the same clientId answers with the first one's. */
export async function createElement(viewer: Viewer, body: ElementBody, now: Date): Promise<Changed> {
  assertMay(viewer);
  const { clientId = null } = body;
  return change(now, async (write) => {
    const { tx } = write;
    if (clientId) {
      const where = { createdById_clientId: { createdById: viewer.userId, clientId } };
      const known = await tx.homepageElement.findUnique({ where, select: { id: true } });
      if (known) return answer(viewer, known.id, tx);
    }
    const { _max } = await tx.homepageElement.aggregate({ _max: { position: true } });
    const { id } = await tx.homepageElement.create({
      data: {
        type: body.type === "banner" ? "BANNER" : "TEXT",
        title: body.title,
        ...(await columnsOf(body, tx)),
        position: (_max.position ?? 0) + 1,
        createdById: viewer.userId,
        clientId,
        createdAt: now,
        updatedAt: now,
      },
      select: { id: true },
    });
    await audit(write, viewer, "homepage.create", id, now);
    await tellEditors(write, id);
    return answer(viewer, id, tx);
  });
}

/** Changes what an element says, for its editors; visitors have it when it is published again. */
export async function changeElement(
  viewer: Viewer,
  id: string,
  patch: ElementPatch,
  now: Date,
): Promise<Changed> {
  assertMay(viewer);
  const { captions } = patch;
  // Kept before the transaction, which must not wait for a store; where it is not used it is swept.
  const file = captions
    ? await keepFile({
        body: Buffer.from(captions.vtt),
        fileName: `captions-${captions.language}.vtt`,
        contentType: "text/vtt; charset=utf-8",
        ownerId: viewer.userId,
        maxBytes: WEBVTT_MAX_CHARACTERS * 4,
        isPublic: true,
      })
    : null;
  return change(now, async (write) => {
    const { tx } = write;
    const before = await takeElement(viewer, id, patch.revision, tx);
    if (captions && before.type !== "hero-video") {
      throw new AppError("validation_failed", "Only a hero video has captions. Nothing was saved.");
    }
    await tx.homepageElement.update({
      where: { id },
      data: {
        ...(patch.title === undefined ? {} : { title: patch.title }),
        ...(await columnsOf(patch, tx)),
        ...(captions === undefined
          ? {}
          : { captionsId: file?.id ?? null, captionsLanguage: captions?.language ?? null }),
        revision: before.revision + 1,
        updatedAt: now,
      },
      select: { id: true },
    });
    const after = await getElement(viewer, id, tx);
    if (after.startsAt && after.endsAt && after.endsAt <= after.startsAt) {
      throw new AppError(
        "validation_failed",
        "Please check endsAt: it must be after the start. Nothing was saved.",
        {
          fields: { endsAt: "This must be after the start." },
        },
      );
    }
    await audit(write, viewer, "homepage.change", id, now);
    await tellEditors(write, id);
    return answer(viewer, id, tx);
  });
}

type Seen = { revision: number; release: number };

/** Shows an element as it is now to visitors, in one swap. */
export async function publishElement(viewer: Viewer, id: string, seen: Seen, now: Date): Promise<Changed> {
  assertMay(viewer);
  return change(now, async (write) => {
    const { tx } = write;
    const element = await takeElement(viewer, id, seen.revision, tx);
    if (element.status === "archived") {
      throw new AppError("illegal_transition", "Please take this out of the archive first.", {
        body: { element },
      });
    }
    const { items } = await takeRelease(seen.release, tx);
    const item = await snapshot(id, tx);
    await release(
      write,
      viewer,
      withPublished(items, item, await readPositions(tx)),
      "publish",
      id,
      null,
      now,
    );
    return answer(viewer, id, tx);
  });
}

/** Takes an element down; it stays as a draft, or goes to the archive. */
export async function takeDown(
  viewer: Viewer,
  id: string,
  seen: Seen,
  action: "unpublish" | "archive",
  now: Date,
): Promise<Changed> {
  assertMay(viewer);
  return change(now, async (write) => {
    const { tx } = write;
    const element = await takeElement(viewer, id, seen.revision, tx);
    const { items } = await takeRelease(seen.release, tx);
    if (items.some((item) => item.id === id)) {
      await release(write, viewer, withoutItem(items, id), "unpublish", id, null, now);
    }
    if (action === "archive" && element.status !== "archived") {
      await tx.homepageElement.update({
        where: { id },
        data: { status: "ARCHIVED", publishedRevision: null, updatedAt: now },
        select: { id: true },
      });
    }
    await audit(write, viewer, `homepage.${action}`, id, now);
    await tellEditors(write, id);
    return answer(viewer, id, tx);
  });
}

/** Takes an element out of the archive, as a draft. */
export async function restoreElement(viewer: Viewer, id: string, seen: Seen, now: Date): Promise<Changed> {
  assertMay(viewer);
  return change(now, async (write) => {
    const { tx } = write;
    const element = await takeElement(viewer, id, seen.revision, tx);
    if (element.status === "archived") {
      const data = { status: "DRAFT", updatedAt: now } as const;
      await tx.homepageElement.update({ where: { id }, data, select: { id: true } });
      await audit(write, viewer, "homepage.restore", id, now);
      await tellEditors(write, id);
    }
    return answer(viewer, id, tx);
  });
}

/** Puts the current elements in another order, for visitors too. */
export async function orderElements(
  viewer: Viewer,
  wanted: { elementIds: string[]; release: number },
  now: Date,
): Promise<{ release: number }> {
  assertMay(viewer);
  return change(now, async (write) => {
    const { tx } = write;
    const newest = await takeRelease(wanted.release, tx);
    const current = await tx.homepageElement.findMany({
      where: { status: { not: "ARCHIVED" } },
      select: { id: true },
    });
    const isWhole =
      new Set(wanted.elementIds).size === current.length &&
      wanted.elementIds.length === current.length &&
      current.every(({ id }) => wanted.elementIds.includes(id));
    if (!isWhole) {
      throw new AppError(
        "stale_revision",
        "The elements have changed meanwhile. Please look again, and order them then.",
        {
          body: { release: newest.number },
        },
      );
    }
    for (const [index, id] of wanted.elementIds.entries()) {
      const data = { position: index + 1, updatedAt: now };
      await tx.homepageElement.update({ where: { id }, data, select: { id: true } });
    }
    const items = inOrder(newest.items, await readPositions(tx));
    const isSame = items.every(({ id }, index) => id === newest.items[index]?.id);
    if (!isSame) await release(write, viewer, items, "order", null, null, now);
    else await tellEditors(write, null);
    return { release: (await readNewestRelease(tx)).number };
  });
}

/** Gives visitors an earlier release again, whole: the one before the newest, or `to`. */
export async function rollBack(
  viewer: Viewer,
  wanted: { to?: number | undefined; release: number },
  now: Date,
): Promise<{ release: number }> {
  assertMay(viewer);
  return change(now, async (write) => {
    const { tx } = write;
    const newest = await takeRelease(wanted.release, tx);
    const number = wanted.to ?? newest.number - 1;
    const earlier = await tx.homepageRelease.findUnique({ where: { number }, select: { items: true } });
    // Before the first release there was an empty page.
    if (!earlier && number !== 0) {
      throw new AppError("not_found", "There is no such earlier version of the homepage.");
    }
    const items = releasedItem.array().parse(earlier?.items ?? []);
    await release(write, viewer, items, "rollback", null, number === 0 ? null : number, now);
    return { release: newest.number + 1 };
  });
}

function assertMay(viewer: Viewer): void {
  if (!canEditHomepage(viewer)) throw new AppError("forbidden", "The homepage is edited by admins.");
}

/** Runs one change of the homepage, after the one before it. */
function change<T>(now: Date, work: (write: Write) => Promise<T>): Promise<T> {
  return commit(now, async (write) => {
    await write.tx.$queryRaw`SELECT pg_advisory_xact_lock(${HOMEPAGE_LOCK})::text`;
    return work(write);
  });
}

async function answer(viewer: Viewer, id: string, tx: Transaction): Promise<Changed> {
  return { element: await getElement(viewer, id, tx), release: (await readNewestRelease(tx)).number };
}

/** @throws AppError not_found, stale_revision */
async function takeElement(
  viewer: Viewer,
  id: string,
  seenRevision: number,
  tx: Transaction,
): Promise<HomepageElement> {
  const element = await getElement(viewer, id, tx);
  if (element.revision !== seenRevision) {
    throw new AppError(
      "stale_revision",
      "Somebody has changed this meanwhile. Please look again; nothing was saved.",
      {
        body: { element },
      },
    );
  }
  return element;
}

/** @throws AppError stale_revision */
async function takeRelease(seen: number, tx: Transaction): Promise<{ number: number; items: Released[] }> {
  const newest = await readNewestRelease(tx);
  if (newest.number !== seen) {
    throw new AppError(
      "stale_revision",
      "Somebody has published meanwhile. Please look at the homepage again; nothing was changed.",
      { body: { release: newest.number } },
    );
  }
  return newest;
}

async function readPositions(tx: Transaction): Promise<Map<string, number>> {
  const rows = await tx.homepageElement.findMany({ select: { id: true, position: true }, take: 1_000 });
  return new Map(rows.map(({ id, position }) => [id, position]));
}

async function snapshot(id: string, tx: Transaction): Promise<Released> {
  const row = await tx.homepageElement.findUniqueOrThrow({
    where: { id },
    select: {
      type: true,
      revision: true,
      title: true,
      body: true,
      description: true,
      linkHref: true,
      linkLabel: true,
      startsAt: true,
      endsAt: true,
      assetId: true,
      pictureId: true,
      captionsId: true,
      captionsLanguage: true,
    },
  });
  const { linkHref, linkLabel, type, startsAt, endsAt, ...rest } = row;
  return {
    ...rest,
    id,
    type: typeName[type],
    link: linkHref !== null && linkLabel !== null ? { href: linkHref, label: linkLabel } : null,
    startsAt: startsAt?.toISOString() ?? null,
    endsAt: endsAt?.toISOString() ?? null,
  };
}

/** Makes the next release of these items, and their elements' statuses with it. */
async function release(
  write: Write,
  viewer: Viewer,
  items: readonly Released[],
  action: Action,
  elementId: string | null,
  restoredFrom: number | null,
  now: Date,
): Promise<void> {
  const { tx, publish } = write;
  const number = (await readNewestRelease(tx)).number + 1;
  await tx.homepageRelease.create({
    data: {
      number,
      items: [...items],
      action,
      elementId,
      restoredFrom,
      publishedById: viewer.userId,
      publishedAt: now,
    },
    select: { number: true },
  });
  await tx.homepageElement.updateMany({
    where: { status: "PUBLISHED", id: { notIn: items.map(({ id }) => id) } },
    data: { status: "DRAFT", publishedRevision: null },
  });
  for (const { id, revision } of items) {
    const data = { status: "PUBLISHED", publishedRevision: revision } as const;
    await tx.homepageElement.update({ where: { id }, data, select: { id: true } });
  }
  const detail = { release: number, restoredFrom };
  await recordAudit(
    tx,
    viewer,
    { action: `homepage.${action}`, subjectId: elementId ?? "homepage", detail },
    now,
  );
  publish([publicFeed, adminFeed], {
    event: "homepageChanged",
    data: { type: "homepage_changed", elementId, release: number },
  });
}

/** Drafts are their editors' business: visitors are not told. */
async function tellEditors({ tx, publish }: Write, elementId: string | null): Promise<void> {
  const { number } = await readNewestRelease(tx);
  publish([adminFeed], {
    event: "homepageChanged",
    data: { type: "homepage_changed", elementId, release: number },
  });
}

async function audit(write: Write, viewer: Viewer, action: string, id: string, now: Date): Promise<void> {
  await recordAudit(write.tx, viewer, { action, subjectId: id, detail: {} }, now);
}

type Content = Pick<ElementPatch, "body" | "description" | "link" | "pictureId" | "startsAt" | "endsAt">;

/** What is left out is left out; null takes it away. @throws AppError validation_failed for an unknown picture */
async function columnsOf(content: Content, reader: Transaction) {
  const { body, description, link, pictureId, startsAt, endsAt } = content;
  if (pictureId) {
    const picture = await reader.storedFile.findFirst({
      where: { id: pictureId, contentType: { startsWith: "image/" }, key: { startsWith: "media/" } },
      select: { id: true },
    });
    if (!picture) {
      throw new AppError("validation_failed", "That picture is not there. Nothing was saved.", {
        fields: { pictureId: "Please send a picture first." },
      });
    }
  }
  return {
    ...(body === undefined ? {} : { body }),
    ...(description === undefined ? {} : { description }),
    ...(link === undefined ? {} : { linkHref: link?.href ?? null, linkLabel: link?.label ?? null }),
    ...(pictureId === undefined ? {} : { pictureId }),
    ...(startsAt === undefined ? {} : { startsAt }),
    ...(endsAt === undefined ? {} : { endsAt }),
  };
}
