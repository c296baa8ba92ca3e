import type { ElementTypeName } from "@/lib/homepage/schema";

/** An element as a release keeps it. Instants are ISO 8601 in UTC. */
export type ReleasedItem = {
  id: string;
  type: ElementTypeName;
  revision: number;
  startsAt: string | null;
  endsAt: string | null;
};

type Timed = { startsAt: string | null; endsAt: string | null };

/**
 * The items once this one is published: in the place that it had, else by `positions` (element id to place). A hero
 * takes out the one that has the same times; heroes of other times stay, to be shown in theirs.
 */
export function withPublished<Item extends ReleasedItem>(
  items: readonly Item[],
  item: Item,
  positions: ReadonlyMap<string, number>,
): Item[] {
  const kept = items.filter(
    (other) => other.id !== item.id && !(isHero(item) && isHero(other) && hasSameTimes(item, other)),
  );
  return inOrder([...kept, item], positions);
}

export function withoutItem<Item extends ReleasedItem>(items: readonly Item[], id: string): Item[] {
  return items.filter((item) => item.id !== id);
}

/** The items by their elements' places; those without one last, in the order that they had. */
export function inOrder<Item extends ReleasedItem>(
  items: readonly Item[],
  positions: ReadonlyMap<string, number>,
): Item[] {
  const place = ({ id }: Item) => positions.get(id) ?? Number.MAX_SAFE_INTEGER;
  return [...items].sort((a, b) => place(a) - place(b));
}

function isHero({ type }: ReleasedItem): boolean {
  return type === "hero-video";
}

function hasSameTimes(a: Timed, b: Timed): boolean {
  return a.startsAt === b.startsAt && a.endsAt === b.endsAt;
}

/** Whether it is shown then: from its start on, and no longer at its end. */
export function isShownAt({ startsAt, endsAt }: Timed, now: Date): boolean {
  return (
    (startsAt === null || Date.parse(startsAt) <= now.getTime()) &&
    (endsAt === null || now.getTime() < Date.parse(endsAt))
  );
}

/**
 * What is shown at an instant: one hero, of those whose time it is the first that has times before the first that is
 * always there; everything else in order; and when that next changes by itself.
 */
export function showAt<Item extends ReleasedItem>(
  items: readonly Item[],
  now: Date,
): { hero: Item | null; elements: Item[]; nextChangeAt: string | null } {
  const shown = items.filter((item) => isShownAt(item, now));
  const heroes = shown.filter(isHero);
  const isTimed = ({ startsAt, endsAt }: Timed) => startsAt !== null || endsAt !== null;
  const changes = items
    .flatMap(({ startsAt, endsAt }) => [startsAt, endsAt])
    .filter((at) => at !== null)
    .map((at) => Date.parse(at))
    .filter((at) => at > now.getTime());
  return {
    hero: heroes.find(isTimed) ?? heroes[0] ?? null,
    elements: shown.filter((item) => !isHero(item)),
    nextChangeAt: changes.length > 0 ? new Date(Math.min(...changes)).toISOString() : null,
  };
}
