import { describe, expect, it } from "vitest";
import type { MediaHealth, SystemHealth } from "@/lib/media/schema";
import { checkHealth } from "./health-checks";

const now = new Date("2026-12-01T12:00:00Z");
const system: SystemHealth = {
  status: "ok",
  database: "ok",
  relay: { listening: true, lagMs: 3, streams: 4 },
  worker: "ok",
  ffmpeg: "ok",
  version: "0.1.0",
};
const worker: MediaHealth["workers"][number] = {
  id: "01990000-0000-7000-8000-000000000001",
  pid: 1,
  host: "here",
  ffmpeg: { path: "/usr/bin/ffmpeg", version: "7.1", source: "path", isOld: false },
  concurrency: 1,
  running: [],
  disk: null,
  startedAt: now.toISOString(),
  beatAt: now.toISOString(),
  isAlive: true,
};
const media: MediaHealth = {
  store: "local",
  workers: [worker],
  queue: { waiting: 0, running: 0, receiving: 0, failed: 0, oldestWaitingAt: null },
  disk: { folder: "/", freeBytes: 8e10, totalBytes: 1e11, incomingBytes: 0, workBytes: 0, storedBytes: 0 },
  stored: { files: 3, bytes: 9_000_000 },
  orphans: { files: 0, bytes: 0 },
  warnings: [],
};
const stateOf = (id: string, ...given: [SystemHealth | undefined, MediaHealth | undefined]) =>
  checkHealth(...given, now).find((check) => check.id === id)?.state;

describe("the health of the service", () => {
  it("is good in every part where nothing is wrong", () => {
    expect(checkHealth(system, media, now).filter(({ state }) => state !== "good")).toEqual([]);
  });

  it("names the database and the relay", () => {
    expect(stateOf("database", { ...system, database: "unreachable" }, media)).toBe("bad");
    expect(stateOf("relay", { ...system, relay: { ...system.relay, listening: false } }, media)).toBe(
      "attention",
    );
  });

  it("knows nothing of what nobody could be asked about", () => {
    expect(new Set(checkHealth(undefined, undefined, now).map(({ state }) => state))).toEqual(
      new Set(["unknown"]),
    );
  });

  it("misses a worker, and its ffmpeg, and warns of an old one", () => {
    const dead = { ...media, workers: [{ ...worker, isAlive: false }] };
    expect(stateOf("worker", system, dead)).toBe("bad");
    expect(stateOf("ffmpeg", system, dead)).toBe("unknown");
    expect(stateOf("ffmpeg", system, { ...media, workers: [{ ...worker, ffmpeg: null }] })).toBe("bad");
    const ffmpeg = { path: "/x", version: "4.1", source: "package" as const, isOld: true };
    expect(stateOf("ffmpeg", system, { ...media, workers: [{ ...worker, ffmpeg }] })).toBe("attention");
  });

  it("warns of a disk that fills, of failures, and of what waits for long", () => {
    const disk = (freeBytes: number) => ({ ...media, disk: { ...media.disk, freeBytes } });
    expect(stateOf("disk", system, disk(1.5e9))).toBe("attention");
    expect(stateOf("disk", system, disk(1e8))).toBe("bad");
    const queue = (changes: Partial<MediaHealth["queue"]>) => ({
      ...media,
      queue: { ...media.queue, ...changes },
    });
    expect(stateOf("queue", system, queue({ failed: 1 }))).toBe("attention");
    expect(stateOf("queue", system, queue({ waiting: 2, oldestWaitingAt: "2026-12-01T11:59:00Z" }))).toBe(
      "good",
    );
    expect(stateOf("queue", system, queue({ waiting: 2, oldestWaitingAt: "2026-12-01T11:40:00Z" }))).toBe(
      "attention",
    );
  });
});
