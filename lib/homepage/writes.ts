import "server-only";
import type { Transaction } from "@/lib/db";

/** Makes the draft of a hero, at the end of the current elements. */
export async function insertHero(
  tx: Transaction,
  hero: { id: string; title: string; assetId: string; createdById: string },
  now: Date,
): Promise<void> {
  const { _max } = await tx.homepageElement.aggregate({ _max: { position: true } });
  await tx.homepageElement.create({
    data: { ...hero, type: "HERO_VIDEO", position: (_max.position ?? 0) + 1, createdAt: now, updatedAt: now },
    select: { id: true },
  });
}

/** The number of the newest release; 0 before the first. */
export async function readReleaseNumber(tx: Transaction): Promise<number> {
  const { _max } = await tx.homepageRelease.aggregate({ _max: { number: true } });
  return _max.number ?? 0;
}
