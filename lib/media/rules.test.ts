import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  canFollow,
  canPass,
  containerOf,
  decideCancel,
  decideRetry,
  hasSameLength,
  isOnItsWay,
  type Limits,
  type Probe,
  phaseOf,
  planRenditions,
  progressOf,
  raiseProgress,
  refuseDeclaration,
  refuseProbe,
} from "@/lib/media/rules";
import { type UploadStatusName, uploadErrorCodes, uploadStatus } from "@/lib/media/schema";
import { errorWords, lengthWords, sizeWords } from "@/lib/media/words";

const limits: Limits = { maxBytes: 1_000, maxSeconds: 120, maxSide: 8_192, maxFrameRate: 240 };
const probe: Probe = {
  videoStreams: 1,
  width: 1920,
  height: 1080,
  frameRate: 25,
  hasVariableRate: false,
  durationSeconds: 60,
  hasAudio: true,
};
const part = fc.constantFrom("receive", "check", "compress", "store" as const);
const status = fc.constantFrom(...uploadStatus.options);

describe("progress", () => {
  it("rises with its part, stays within it, and leaves 100 to what comes of the upload", () => {
    fc.assert(
      fc.property(part, fc.double({ min: -1, max: 2 }), fc.double({ min: -1, max: 2 }), (which, a, b) => {
        const [less, more] = [
          progressOf(which, Math.min(a || 0, b || 0)),
          progressOf(which, Math.max(a || 0, b || 0)),
        ];
        expect(less).toBeLessThanOrEqual(more);
        expect(Number.isInteger(less)).toBe(true);
        expect(more).toBeLessThanOrEqual(99);
      }),
    );
    const ends = (["receive", "check", "compress", "store"] as const).map((which) => [
      progressOf(which, 0),
      progressOf(which, 1),
    ]);
    expect(ends).toEqual([
      [0, 25],
      [25, 30],
      [30, 85],
      [85, 99],
    ]);
  });

  it("never falls, in whatever order a worker and its successor tell", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 200 })), (wanted) => {
        let progress = 0;
        for (const each of wanted) {
          const next = raiseProgress(progress, each);
          expect(next).toBeGreaterThanOrEqual(progress);
          expect(next).toBeLessThan(100);
          progress = next;
        }
      }),
    );
  });
});

describe("statuses", () => {
  it("go one way, from any by error or cancellation to an end, and back only by a retry", () => {
    const ended = ["completed", "cancelled"] as const;
    fc.assert(
      fc.property(status, status, (from, to) => {
        if ((ended as readonly UploadStatusName[]).includes(from)) expect(canFollow(from, to)).toBe(false);
        if (to === "completed") expect(canFollow(from, to)).toBe(from === "uploading");
        if (to === "queued") expect(canFollow(from, to)).toBe(from === "error");
        if (isOnItsWay(from)) expect(canFollow(from, "cancelled") && canFollow(from, "error")).toBe(true);
      }),
    );
  });

  it("are cancelled unless completed, twice as once, and retried only after a failure that can pass", () => {
    expect(uploadStatus.options.map((each) => decideCancel(each).outcome)).toEqual([
      ...["cancelled", "cancelled", "cancelled", "cancelled", "ended", "cancelled", "already"],
    ]);
    expect(decideRetry({ status: "error", isRetryable: true }).outcome).toBe("retried");
    expect(decideRetry({ status: "error", isRetryable: false }).outcome).toBe("refused");
    expect(decideRetry({ status: "compressing", isRetryable: false }).outcome).toBe("already");
    expect(decideRetry({ status: "cancelled", isRetryable: false }).outcome).toBe("refused");
    expect(["too_large", "truncated", "no_video"].map((code) => canPass(code as "too_large"))).toEqual([
      ...[false, false, false],
    ]);
  });

  it("have a finer phase while queued", () => {
    const now = new Date("2026-12-01T09:00:00Z");
    const ago = (ms: number) => new Date(now.getTime() - ms);
    const queued = { status: "queued", receivedAt: null } as const;
    expect(phaseOf({ ...queued, lastReceivedAt: ago(1_000) }, now)).toBe("receiving");
    expect(phaseOf({ ...queued, lastReceivedAt: ago(20_000) }, now)).toBe("interrupted");
    expect(phaseOf({ ...queued, receivedAt: now, lastReceivedAt: now }, now)).toBe("waiting");
  });
});

describe("what is refused", () => {
  it("before its bytes arrive", () => {
    const room = 10 ** 12;
    expect(refuseDeclaration(1_000, limits, room)).toBeNull();
    expect(refuseDeclaration(1_001, limits, room)).toBe("too_large");
    for (const size of [0, -1, Number.NaN, 1.5]) expect(refuseDeclaration(size, limits, room)).toBe("empty");
    expect(refuseDeclaration(1_000, limits, 1_000)).toBe("disk_full");
  });

  it("once it was looked into", () => {
    expect(refuseProbe(probe, limits)).toBeNull();
    for (const [change, code] of [
      [{ videoStreams: 0 }, "no_video"],
      [{ videoStreams: 2 }, "several_videos"],
      [{ width: 16_000 }, "frame_too_large"],
      [{ durationSeconds: 0 }, "no_duration"],
      [{ durationSeconds: Number.NaN }, "no_duration"],
      [{ durationSeconds: 7_200 }, "too_long"],
      [{ frameRate: 1_000 }, "frame_rate"],
      [{ width: 1 }, "damaged"],
    ] as const) {
      expect(refuseProbe({ ...probe, ...change }, limits)).toBe(code);
    }
  });

  it("is said in a sentence, whatever it is", () => {
    for (const code of uploadErrorCodes) expect(errorWords(code, limits)).toMatch(/^[A-Z].+\.$/);
    expect([sizeWords(999), sizeWords(1_500_000), sizeWords(4_294_967_296)]).toEqual([
      "999 bytes",
      "1.5 MB",
      "4.3 GB",
    ]);
    expect([lengthWords(90), lengthWords(120), lengthWords(7_200)]).toEqual([
      "90 seconds",
      "2 minutes",
      "2 hours",
    ]);
  });

  it("is told by its first bytes, not by its name", () => {
    expect(containerOf(Buffer.from("\0\0\0\x20ftypisom"))).toBe("mp4");
    expect(containerOf(Buffer.from([0x1a, 0x45, 0xdf, 0xa3]))).toBe("webm");
    for (const text of ["#EXTM3U\n#EXTINF", "ffconcat version 1.0", "", "RIFF....AVI LIST"]) {
      expect(containerOf(Buffer.from(text))).toBeNull();
    }
  });
});

describe("renditions", () => {
  it("are even, no larger than the source or 1080p, at most 30 frames a second, and of the source's shape", () => {
    const side = fc.integer({ min: 16, max: 8_192 });
    fc.assert(
      fc.property(side, side, fc.double({ min: 0, max: 240, noNaN: true }), (width, height, frameRate) => {
        for (const kind of ["hero-video", "course-video"] as const) {
          const renditions = planRenditions(kind, { ...probe, width, height, frameRate });
          expect(renditions.length).toBeGreaterThan(0);
          if (kind === "hero-video") expect(renditions).toHaveLength(1);
          for (const each of renditions) {
            expect((each.width % 2) + (each.height % 2)).toBe(0);
            expect(each.width).toBeLessThanOrEqual(Math.max(2, width));
            expect(each.height).toBeLessThanOrEqual(Math.max(2, height));
            expect(Math.min(each.width, each.height)).toBeLessThanOrEqual(1080);
            expect(each.frameRate ?? frameRate).toBeLessThanOrEqual(30);
          }
        }
      }),
    );
  });

  it("of a course are 1080p, 720p and 360p as the source has them", () => {
    const heights = (height: number) =>
      planRenditions("course-video", { ...probe, width: (height * 16) / 9, height }).map(
        (each) => each.height,
      );
    expect([heights(2_160), heights(1_080), heights(720), heights(540), heights(240)]).toEqual([
      [1_080, 720, 360],
      [1_080, 720, 360],
      [720, 360],
      [540, 360],
      [240],
    ]);
  });

  it("are right only if they are as long as their source, to the second", () => {
    expect([hasSameLength(10, 11), hasSameLength(10, 8.9)]).toEqual([true, false]);
  });
});
