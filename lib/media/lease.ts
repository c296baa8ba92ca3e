import "server-only";
import { randomUUID } from "node:crypto";
import { db, sqlPool } from "@/lib/db";
import type { Prisma, UploadKind, UploadSource } from "@/lib/generated/prisma/client";
import { commit, type Write } from "@/lib/live/publish";
import { limitsOf } from "@/lib/media/limits";
import { kindName } from "@/lib/media/queries";
import {
  canPass,
  LEASE_MS,
  MAX_CLAIMS,
  raiseProgress,
  TELL_ADMINS_EVERY_MS,
  TELL_EVERY_MS,
} from "@/lib/media/rules";
import type { UploadErrorCode } from "@/lib/media/schema";
import { errorWords, messages } from "@/lib/media/words";
import { eventColumns, publishUpload } from "@/lib/media/writes";

/** The upload is no longer this worker's: it was cancelled, or another worker has it. */
export class LeaseLost extends Error {
  constructor() {
    super("The upload is no longer this worker's.");
    this.name = "LeaseLost";
  }
}

/** What a worker needs to know of the upload that it has taken. */
export type Job = {
  id: string;
  kind: UploadKind;
  source: UploadSource;
  title: string;
  fileName: string;
  sizeBytes: number;
  elementId: string | null;
  ownerId: string;
  options: Prisma.JsonValue;
  claims: number;
};

/**
 * Takes the upload that has waited longest, or `only` that one: one that is whole and queued, or one whose worker has
 * not renewed its lease. Of several workers each gets another one. Null where there is none.
 * Leases are kept by the database's clock, so that machines need not agree on theirs.
 */
export async function claimUpload(
  now: Date,
  only: string | null = null,
): Promise<{ job: Job; lease: Lease } | null> {
  const owner = randomUUID();
  const job = await commit(now, async (write) => {
    const [taken] = await write.tx.$queryRaw<Array<{ id: string }>>`
      UPDATE "Upload" SET
        status = 'STARTING',
        message = CASE WHEN claims = 0 THEN ${messages.checking} ELSE ${messages.lostWorker} END,
        "leaseOwner" = ${owner}::uuid,
        "leaseUntil" = clock_timestamp() + make_interval(secs => ${LEASE_MS / 1_000}),
        claims = claims + 1,
        "startedAt" = COALESCE("startedAt", ${now})
      WHERE id = (
        SELECT id FROM "Upload"
        WHERE claims < ${MAX_CLAIMS}
          AND (${only}::uuid IS NULL OR id = ${only}::uuid)
          AND (
            (status = 'QUEUED' AND "receivedAt" IS NOT NULL)
            OR (status IN ('STARTING', 'COMPRESSING', 'UPLOADING') AND "leaseUntil" < clock_timestamp())
          )
        ORDER BY "receivedAt", id
        FOR UPDATE SKIP LOCKED
        LIMIT 1
      )
      RETURNING id::text AS id`;
    if (!taken) return null;
    const row = await write.tx.upload.findUniqueOrThrow({
      where: { id: taken.id },
      select: { ...eventColumns, source: true, title: true, elementId: true, options: true, claims: true },
    });
    publishUpload(write, row, { tellAdmins: true });
    return { ...row, sizeBytes: Number(row.sizeBytes) };
  });
  return job && { job, lease: new Lease(job.id, owner) };
}

/** Ends the uploads that brought down too many workers. */
export async function failHopeless(now: Date): Promise<void> {
  const hopeless = await db().$queryRaw<Array<{ id: string }>>`
    SELECT id::text AS id FROM "Upload"
    WHERE status IN ('STARTING', 'COMPRESSING', 'UPLOADING')
      AND "leaseUntil" < clock_timestamp() AND claims >= ${MAX_CLAIMS}
    LIMIT 100`;
  for (const { id } of hopeless) {
    await commit(now, async (write) => {
      const [row] = await write.tx.$queryRaw<Array<{ kind: UploadKind }>>`
        SELECT kind FROM "Upload" WHERE id = ${id}::uuid AND "leaseUntil" < clock_timestamp() FOR UPDATE`;
      if (row) await writeFailure(write, id, row.kind, "worker_lost", now);
    });
  }
}

async function writeFailure(
  write: Write,
  id: string,
  kind: UploadKind,
  code: UploadErrorCode,
  now: Date,
): Promise<void> {
  const words = errorWords(code, limitsOf(kindName[kind]));
  const row = await write.tx.upload.update({
    where: { id },
    data: {
      status: "ERROR",
      message: words,
      errorCode: code,
      errorMessage: words,
      isRetryable: canPass(code),
      leaseOwner: null,
      leaseUntil: null,
      finishedAt: now,
    },
    select: eventColumns,
  });
  publishUpload(write, row, { tellAdmins: true });
}

/** A worker's hold on an upload. Every write names it, so that one who has lost it cannot write. */
export class Lease {
  readonly #id: string;
  readonly #owner: string;
  #told = 0;
  #toldAdmins = 0;
  #last = { progress: -1, message: "" };
  #writing: Promise<void> = Promise.resolve();

  constructor(id: string, owner: string) {
    this.#id = id;
    this.#owner = owner;
  }

  /** Holds it for another while. @throws LeaseLost */
  async renew(): Promise<void> {
    const { rowCount } = await sqlPool().query(
      `UPDATE "Upload" SET "leaseUntil" = clock_timestamp() + make_interval(secs => $3)
       WHERE id = $1 AND "leaseOwner" = $2`,
      [this.#id, this.#owner, LEASE_MS / 1_000],
    );
    if (rowCount !== 1) throw new LeaseLost();
  }

  /** @throws LeaseLost where it was cancelled, or is another worker's */
  async assertHeld(): Promise<void> {
    const { rowCount } = await sqlPool().query('SELECT 1 FROM "Upload" WHERE id = $1 AND "leaseOwner" = $2', [
      this.#id,
      this.#owner,
    ]);
    if (rowCount !== 1) throw new LeaseLost();
  }

  /** Goes on to the next status. @throws LeaseLost */
  async moveTo(
    status: "COMPRESSING" | "UPLOADING",
    progress: number,
    message: string,
    now: Date,
  ): Promise<void> {
    await this.#writing.catch(() => undefined);
    await this.#write({ status, message }, progress, true, now);
  }

  /** Says how far it is, as often as may be told; what comes too soon is left out, since more will come. */
  tell(progress: number, message: string, now: Date, onError: (error: unknown) => void): void {
    if (now.getTime() - this.#told < TELL_EVERY_MS) return;
    if (progress <= this.#last.progress && message === this.#last.message) return;
    this.#told = now.getTime();
    this.#last = { progress, message };
    const tellAdmins = now.getTime() - this.#toldAdmins >= TELL_ADMINS_EVERY_MS;
    if (tellAdmins) this.#toldAdmins = now.getTime();
    // One at a time, in order: a slow database makes them fewer, not out of step.
    this.#writing = this.#writing
      .catch(() => undefined)
      .then(() => this.#write({ message }, progress, tellAdmins, now));
    this.#writing.catch(onError);
  }

  /** Ends it with an error. @throws LeaseLost */
  async fail(code: UploadErrorCode, now: Date): Promise<void> {
    await this.#writing.catch(() => undefined);
    await commit(now, async (write) => {
      const { kind } = await this.lock(write);
      await writeFailure(write, this.#id, kind, code, now);
    });
  }

  /** Gives it back, for another worker to take at once. */
  async release(): Promise<void> {
    await this.#writing.catch(() => undefined);
    await sqlPool().query(
      `UPDATE "Upload" SET "leaseUntil" = clock_timestamp() - interval '1 second', claims = greatest(claims - 1, 0)
       WHERE id = $1 AND "leaseOwner" = $2`,
      [this.#id, this.#owner],
    );
  }

  /** Locks the row within a transaction. @throws LeaseLost */
  async lock({ tx }: Write): Promise<{ kind: UploadKind; progress: number }> {
    const [row] = await tx.$queryRaw<Array<{ kind: UploadKind; progress: number }>>`
      SELECT kind, progress FROM "Upload"
      WHERE id = ${this.#id}::uuid AND "leaseOwner" = ${this.#owner}::uuid FOR UPDATE`;
    if (!row) throw new LeaseLost();
    return row;
  }

  async #write(
    data: Prisma.UploadUncheckedUpdateInput,
    progress: number,
    tellAdmins: boolean,
    now: Date,
  ): Promise<void> {
    await commit(now, async (write) => {
      const before = await this.lock(write);
      const row = await write.tx.upload.update({
        where: { id: this.#id },
        data: { ...data, progress: raiseProgress(before.progress, progress) },
        select: eventColumns,
      });
      publishUpload(write, row, { tellAdmins });
    });
  }
}
