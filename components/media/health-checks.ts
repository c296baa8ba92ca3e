import { DISK_RESERVE_BYTES } from "@/lib/media/rules";
import type { MediaHealth, SystemHealth } from "@/lib/media/schema";
import { lengthWords, sizeWords } from "@/lib/media/words";

/** A part of the service: whether it does what it should, and the reason. */
export type HealthCheck = {
  id: "database" | "relay" | "worker" | "ffmpeg" | "disk" | "queue" | "store" | "orphans";
  name: string;
  state: "good" | "attention" | "bad" | "unknown";
  reason: string;
};

/** What waits for longer than this waits for something. */
const LONG_WAIT_MS = 10 * 60_000;
/** Below this new uploads will soon be refused. */
const LOW_DISK_BYTES = 4 * DISK_RESERVE_BYTES;

const storeWords = { local: "The disk of the server", s3: "S3-compatible storage", cloudinary: "Cloudinary" };

/** Everything that is watched, the worst first to be mended at its place; undefined where nobody could be asked. */
export function checkHealth(
  system: SystemHealth | undefined,
  media: MediaHealth | undefined,
  now: Date,
): HealthCheck[] {
  return [checkDatabase(system), checkRelay(system), ...checkMedia(media, now)];
}

function checkDatabase(system: SystemHealth | undefined): HealthCheck {
  const base = { id: "database", name: "Database" } as const;
  if (!system) return { ...base, state: "unknown", reason: "The server cannot be asked." };
  return system.database === "ok"
    ? { ...base, state: "good", reason: "Answers." }
    : { ...base, state: "bad", reason: "Cannot be reached: nothing can be saved until it is back." };
}

function checkRelay(system: SystemHealth | undefined): HealthCheck {
  const base = { id: "relay", name: "Live updates" } as const;
  if (!system) return { ...base, state: "unknown", reason: "The server cannot be asked." };
  const { listening, lagMs, streams } = system.relay;
  if (!listening) {
    return {
      ...base,
      state: "attention",
      reason: "The relay does not hear the database: changes still arrive, some seconds late.",
    };
  }
  const lag = lagMs === null ? "" : `, ${Math.round(lagMs)} ms from the database`;
  return { ...base, state: "good", reason: `${count(streams, "open stream")}${lag}.` };
}

function checkMedia(media: MediaHealth | undefined, now: Date): HealthCheck[] {
  const names = {
    worker: "Worker",
    ffmpeg: "ffmpeg",
    queue: "Queue",
    disk: "Disk",
    store: "Storage",
    orphans: "Orphans",
  } as const;
  if (!media) {
    const ids = ["worker", "ffmpeg", "queue", "disk", "store", "orphans"] as const;
    return ids.map((id) => ({ id, name: names[id], state: "unknown", reason: "It could not be asked." }));
  }
  const { workers, queue, disk, stored, orphans, store } = media;
  const alive = workers.filter(({ isAlive }) => isAlive);
  const running = alive.reduce((sum, worker) => sum + worker.running.length, 0);
  const ffmpegs = alive.flatMap(({ ffmpeg }) => (ffmpeg ? [ffmpeg] : []));
  const old = ffmpegs.find(({ isOld }) => isOld);
  const waitMs = queue.oldestWaitingAt === null ? 0 : now.getTime() - Date.parse(queue.oldestWaitingAt);
  return [
    alive.length === 0
      ? {
          id: "worker",
          name: names.worker,
          state: "bad",
          reason: "None is running: uploads are received, and wait until one is.",
        }
      : {
          id: "worker",
          name: names.worker,
          state: "good",
          reason: `${count(alive.length, "worker")}, ${running === 0 ? "idle" : `${running} at work`}.`,
        },
    checkFfmpeg(),
    {
      id: "queue",
      name: names.queue,
      ...(waitMs > LONG_WAIT_MS
        ? {
            state: "attention" as const,
            reason: `${count(queue.waiting, "video")} waiting, the first for ${lengthWords(Math.floor(waitMs / 60_000) * 60)}.`,
          }
        : queue.failed > 0
          ? {
              state: "attention" as const,
              reason: `${count(queue.failed, "upload")} failed, to be tried again or removed.`,
            }
          : {
              state: "good" as const,
              reason: `${queue.receiving} receiving, ${queue.waiting} waiting, ${queue.running} running.`,
            }),
    },
    {
      id: "disk",
      name: names.disk,
      state:
        disk.freeBytes < DISK_RESERVE_BYTES ? "bad" : disk.freeBytes < LOW_DISK_BYTES ? "attention" : "good",
      reason: `${sizeWords(disk.freeBytes)} of ${sizeWords(disk.totalBytes)} free; ${sizeWords(disk.incomingBytes + disk.workBytes)} in work.`,
    },
    {
      id: "store",
      name: names.store,
      state: "good",
      reason: `${storeWords[store]}; ${count(stored.files, "file")}, ${sizeWords(stored.bytes)}.`,
    },
    {
      id: "orphans",
      name: names.orphans,
      state: "good",
      reason:
        orphans.files === 0
          ? "No file is without an owner."
          : `${count(orphans.files, "file")}, ${sizeWords(orphans.bytes)}, that nothing refers to; the sweeper removes them.`,
    },
  ];

  function checkFfmpeg(): HealthCheck {
    const base = { id: "ffmpeg", name: names.ffmpeg } as const;
    if (alive.length === 0) return { ...base, state: "unknown", reason: "Only a worker can tell." };
    const [first] = ffmpegs;
    if (!first || ffmpegs.length < alive.length) {
      return { ...base, state: "bad", reason: "A worker has none: install one, or set FFMPEG_PATH." };
    }
    if (old) {
      return {
        ...base,
        state: "attention",
        reason: `Version ${old.version} is old: install a newer one, or set FFMPEG_PATH.`,
      };
    }
    return { ...base, state: "good", reason: `Version ${first.version}.` };
  }
}

function count(number: number, thing: string): string {
  return `${number} ${thing}${number === 1 ? "" : "s"}`;
}
