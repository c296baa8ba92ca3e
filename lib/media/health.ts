import "server-only";
import type { Viewer } from "@/lib/access/viewer";
import { now as clock } from "@/lib/clock";
import { db } from "@/lib/db";
import { env } from "@/lib/env";
import { AppError } from "@/lib/http/errors";
import { diskSpace, incomingFolder, localStoreFolder, workFolder } from "@/lib/media/folders";
import { sizeOfFolder, sweepStore } from "@/lib/media/janitor";
import { canManageUploads } from "@/lib/media/policy";
import { DISK_RESERVE_BYTES } from "@/lib/media/rules";
import { type MediaHealth, workerReport } from "@/lib/media/schema";

/** A worker says every 5 s that it is there. */
const ALIVE_MS = 20_000;
const LOW_DISK_BYTES = 4 * DISK_RESERVE_BYTES;

async function readWorkers(now: Date): Promise<MediaHealth["workers"]> {
  const rows = await db().mediaWorker.findMany({
    where: { beatAt: { gt: new Date(now.getTime() - 10 * 60_000) } },
    orderBy: { startedAt: "desc" },
    take: 20,
  });
  return rows.flatMap(({ id, startedAt, beatAt, report }) => {
    const parsed = workerReport.safeParse(report);
    if (!parsed.success) return [];
    const isAlive = now.getTime() - beatAt.getTime() < ALIVE_MS;
    return [
      { ...parsed.data, id, startedAt: startedAt.toISOString(), beatAt: beatAt.toISOString(), isAlive },
    ];
  });
}

/** For the public health answer: whether a worker is there, and whether it has an ffmpeg. */
export async function readWorkerHealth(): Promise<{
  worker: "ok" | "missing" | "unknown";
  ffmpeg: "ok" | "old" | "missing" | "unknown";
}> {
  try {
    const [worker] = (await readWorkers(clock())).filter(({ isAlive }) => isAlive);
    if (!worker) return { worker: "missing", ffmpeg: "unknown" };
    return { worker: "ok", ffmpeg: worker.ffmpeg ? (worker.ffmpeg.isOld ? "old" : "ok") : "missing" };
  } catch {
    // Without a database nobody knows; the health of that is told apart.
    return { worker: "unknown", ffmpeg: "unknown" };
  }
}

/** How the media service does. @throws AppError forbidden */
export async function readMediaHealth(viewer: Viewer): Promise<MediaHealth> {
  if (!canManageUploads(viewer)) throw new AppError("forbidden", "The state of the service is for admins.");
  const now = clock();
  const store = env().MEDIA_STORE;
  const [workers, counts, oldest, space, incomingBytes, workBytes, storedBytes, stored, orphans] =
    await Promise.all([
      readWorkers(now),
      db().$queryRaw<Array<{ waiting: bigint; running: bigint; receiving: bigint; failed: bigint }>>`
        SELECT count(*) FILTER (WHERE status = 'QUEUED' AND "receivedAt" IS NOT NULL) AS waiting,
               count(*) FILTER (WHERE status IN ('STARTING', 'COMPRESSING', 'UPLOADING')) AS running,
               count(*) FILTER (WHERE status = 'QUEUED' AND "receivedAt" IS NULL) AS receiving,
               count(*) FILTER (WHERE status = 'ERROR') AS failed
        FROM "Upload" WHERE status NOT IN ('COMPLETED', 'CANCELLED')`,
      db().upload.findFirst({
        where: { status: "QUEUED", receivedAt: { not: null } },
        orderBy: { receivedAt: "asc" },
        select: { receivedAt: true },
      }),
      diskSpace(),
      sizeOfFolder(incomingFolder()),
      sizeOfFolder(workFolder()),
      store === "local" ? sizeOfFolder(localStoreFolder()) : Promise.resolve(0),
      db().storedFile.aggregate({ _count: true, _sum: { sizeBytes: true } }),
      store === "local" ? sweepStore(now, false) : Promise.resolve({ files: 0, bytes: 0 }),
    ]);
  const [queue] = counts;
  const alive = workers.filter(({ isAlive }) => isAlive);
  const warnings = [
    ...(alive.length === 0 ? ["No worker is running: uploads are received and wait."] : []),
    ...(alive.some(({ ffmpeg }) => !ffmpeg)
      ? ["A worker has no ffmpeg: install one, or set FFMPEG_PATH."]
      : []),
    ...alive.flatMap(({ ffmpeg }) =>
      ffmpeg?.isOld ? [`ffmpeg ${ffmpeg.version} is old: install a newer one, or set FFMPEG_PATH.`] : [],
    ),
    ...(space.freeBytes < LOW_DISK_BYTES ? ["The disk is nearly full: new uploads will be refused."] : []),
  ];
  return {
    store,
    workers,
    queue: {
      waiting: Number(queue?.waiting ?? 0),
      running: Number(queue?.running ?? 0),
      receiving: Number(queue?.receiving ?? 0),
      failed: Number(queue?.failed ?? 0),
      oldestWaitingAt: oldest?.receivedAt?.toISOString() ?? null,
    },
    disk: { folder: localStoreFolder(), ...space, incomingBytes, workBytes, storedBytes },
    stored: { files: stored._count, bytes: Number(stored._sum.sizeBytes ?? 0) },
    orphans,
    warnings,
  };
}
