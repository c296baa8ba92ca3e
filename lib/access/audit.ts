import "server-only";
import type { Viewer } from "@/lib/access/viewer";
import type { Transaction } from "@/lib/db";

/** Who did what to which row, kept for whoever asks later; written in the transaction that does it. */
export async function recordAudit(
  tx: Transaction,
  viewer: Pick<Viewer, "userId">,
  entry: { action: string; subjectId: string; detail: Record<string, string | number | null> },
  now: Date,
): Promise<void> {
  await tx.auditEntry.create({ data: { actorId: viewer.userId, ...entry, at: now } });
}
