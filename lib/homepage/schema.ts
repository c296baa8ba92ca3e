import { z } from "zod";
import { instant, pageLimit, text } from "@/lib/http/input";
import { captionsInput, mediaAsset, picture } from "@/lib/media/schema";

export const elementTypes = ["hero-video", "banner", "text"] as const;
export const elementType = z.enum(elementTypes);
export type ElementTypeName = z.infer<typeof elementType>;

export const elementStatus = z.enum(["draft", "published", "archived"]);

const clientId = z.uuid().optional();
const revision = z.number().int().positive();
/** The number of the release that the sender saw; 0 before the first. */
const release = z.number().int().min(0);

/** A path of this site or an https address: nothing that runs code. */
const href = z
  .string()
  .max(500)
  .refine(
    (value) => /^\/(?![/\\])/.test(value) || /^https:\/\/[^\s]+$/.test(value),
    "Please give a path of this site, as /sign-in, or an address that begins with https://.",
  );

const link = z.object({ href, label: text(60) });
const captions = z.object({ url: z.string(), language: z.string() });

/** What a visitor is shown of an element. */
export const shownElement = z.object({
  id: z.uuid(),
  type: elementType,
  title: z.string(),
  body: z.string().nullable(),
  /** What a hero shows, in words. */
  description: z.string().nullable(),
  link: link.nullable(),
  picture: picture.nullable(),
  video: mediaAsset.nullable(),
  captions: captions.nullable(),
  startsAt: z.string().nullable(),
  endsAt: z.string().nullable(),
});
export type ShownElement = z.infer<typeof shownElement>;

/** An element as its editors have it. */
export const homepageElement = shownElement.extend({
  status: elementStatus,
  revision: z.number().int(),
  /** The revision that visitors have; null where they have none. */
  publishedRevision: z.number().int().nullable(),
  /** Whether visitors have an older one than this. */
  hasUnpublishedChanges: z.boolean(),
  position: z.number().int(),
  createdByName: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
  /** The contract's flat names for a hero; null otherwise. */
  videoUrl: z.string().nullable(),
  posterUrl: z.string().nullable(),
  width: z.number().int().nullable(),
  height: z.number().int().nullable(),
  durationSeconds: z.number().nullable(),
});
export type HomepageElement = z.infer<typeof homepageElement>;

export const elementPage = z.object({
  items: z.array(homepageElement),
  total: z.number().int(),
  nextCursor: z.string().nullable(),
  /** The newest release; 0 before the first. */
  release: z.number().int(),
});
export type ElementPage = z.infer<typeof elementPage>;

export const elementsQuery = z.object({
  /** Archived ones are listed only when asked for. */
  status: z.enum(["current", "archived"]).default("current"),
  cursor: z.uuid().optional(),
  limit: pageLimit,
});
export const elementParams = z.object({ id: z.uuid() });
export const elementAnswer = z.object({ element: homepageElement, release: z.number().int() });

const content = {
  title: text(120),
  body: text(2_000).nullish(),
  description: text(1_000).nullish(),
  link: link.nullish(),
  pictureId: z.uuid().nullish(),
  startsAt: instant.nullish(),
  endsAt: instant.nullish(),
};

/** Makes a banner or a text; a hero is made by its upload. */
export const elementBody = z.object({ ...content, type: z.enum(["banner", "text"]), clientId });
export type ElementBody = z.infer<typeof elementBody>;

/** What is left out stays as it is; null takes it away. */
export const elementPatch = z.object({
  ...content,
  title: content.title.optional(),
  /** Of a hero; null takes them away. */
  captions: captionsInput.omit({ label: true }).nullish(),
  revision,
});
export type ElementPatch = z.infer<typeof elementPatch>;

export const publishBody = z.object({ revision, release });
/** All current elements, in the order wanted. */
export const orderBody = z.object({ elementIds: z.array(z.uuid()).min(1).max(200), release });
export const rollbackBody = z.object({
  /** Left out: the release before the newest. */
  to: z.number().int().positive().optional(),
  release,
});

export const homepageRelease = z.object({
  number: z.number().int(),
  action: z.enum(["publish", "unpublish", "order", "rollback"]),
  elementId: z.uuid().nullable(),
  elementTitle: z.string().nullable(),
  restoredFrom: z.number().int().nullable(),
  publishedByName: z.string(),
  publishedAt: z.string(),
  elementTitles: z.array(z.string()),
});
export type HomepageRelease = z.infer<typeof homepageRelease>;
export const releasePage = z.object({
  items: z.array(homepageRelease),
  total: z.number().int(),
  nextCursor: z.string().nullable(),
});
export type ReleasePage = z.infer<typeof releasePage>;
export const releasesQuery = z.object({
  /** Releases before this number. */
  cursor: z.coerce.number().int().positive().optional(),
  limit: pageLimit,
});
export const releaseAnswer = z.object({ release: z.number().int() });

/** The homepage at this moment. */
export const homepage = z.object({
  release: z.number().int(),
  hero: shownElement.nullable(),
  /** Banners and texts, in order. */
  elements: z.array(shownElement),
  /** When a schedule next changes what is shown; null where none does. */
  nextChangeAt: z.string().nullable(),
});
export type Homepage = z.infer<typeof homepage>;
