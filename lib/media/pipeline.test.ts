import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Viewer } from "@/lib/access/viewer";
import { db } from "@/lib/db";
import { ingestFile, processNow } from "@/lib/media/ingest";
import { getUpload, unsafeReadAssets } from "@/lib/media/queries";
import type { MediaAsset, UploadKindName } from "@/lib/media/schema";
import {
  createAdmin,
  hasFfmpeg,
  hasRealVideos,
  makeClip,
  makeMotion,
  realVideos,
  useMediaFolder,
} from "@/lib/media/testing/clips";
import { type TestDatabase, useTestDatabase } from "@/lib/testing/database";

if (!hasFfmpeg) console.log("Skipped lib/media/pipeline.test.ts: there is no ffmpeg on the PATH.");
if (!hasRealVideos) console.log(`Skipped the tests over real videos: there is no ${realVideos}.`);

const now = new Date("2026-12-01T09:00:00Z");
let database: TestDatabase;
let media: ReturnType<typeof useMediaFolder>;
let admin: Viewer;

beforeAll(async () => {
  database = await useTestDatabase();
  media = useMediaFolder();
  process.env.MEDIA_HERO_MAX_SECONDS = "120";
  process.env.MEDIA_HERO_MAX_BYTES = "20000000";
  admin = await createAdmin();
});

afterAll(async () => {
  await database.drop();
  media.remove();
});

const inFolder = (name: string) => path.join(media.folder, name);

async function ingest(file: string, kind: UploadKindName = "hero-video") {
  return (await ingestFile(admin, { kind, path: file, title: "Test", now })).uploadId;
}

async function finish(file: string, kind: UploadKindName = "hero-video"): Promise<MediaAsset> {
  const { assetId } = await processNow(await ingest(file, kind), now);
  const asset = (await unsafeReadAssets([assetId])).get(assetId);
  if (!asset) throw new Error("there is no asset");
  return asset;
}

/** The file in the store behind one of our addresses. */
function storedAt(url: string): string {
  return path.join(media.folder, "media/store", url.replace("/api/media/", ""));
}

type Stream = Record<string, string | number | undefined>;

function probeStored(url: string): { video: Stream; streams: Stream[]; duration: number; tags: object } {
  const args = ["-v", "error", "-show_streams", "-show_format", "-print_format", "json", storedAt(url)];
  const { streams, format } = JSON.parse(execFileSync("ffprobe", args, { encoding: "utf8" }));
  return {
    video: streams.find((stream: Stream) => stream.codec_type === "video"),
    streams,
    duration: Number(format.duration),
    tags: format.tags ?? {},
  };
}

/** What every hero comes out as, whatever went in. */
function expectHero(asset: MediaAsset): void {
  const { video, streams, duration } = probeStored(asset.videoUrl);
  expect(streams).toHaveLength(1);
  expect(video).toMatchObject({
    codec_name: "h264",
    profile: "High",
    pix_fmt: "yuv420p",
    width: asset.width,
    height: asset.height,
  });
  expect(asset.width % 2).toBe(0);
  expect(asset.height % 2).toBe(0);
  expect(Math.min(asset.width, asset.height)).toBeLessThanOrEqual(1080);
  const [over = 0, under = 1] = String(video.avg_frame_rate).split("/").map(Number);
  expect(over / under).toBeLessThanOrEqual(30.05);
  expect(Math.abs(duration - asset.durationSeconds)).toBeLessThanOrEqual(1);
  const bytes = readFileSync(storedAt(asset.videoUrl));
  const moov = bytes.indexOf("moov");
  expect(moov).toBeGreaterThan(0);
  expect(moov).toBeLessThan(bytes.indexOf("mdat"));
  expect(readFileSync(storedAt(asset.posterUrl)).subarray(0, 3).toString("hex")).toBe("ffd8ff");
  expect(readFileSync(storedAt(asset.posterWebpUrl)).subarray(8, 12).toString()).toBe("WEBP");
}

function leftovers(): string[] {
  return ["media/incoming", "media/work"].flatMap((folder) => {
    try {
      return readdirSync(path.join(media.folder, folder));
    } catch {
      return [];
    }
  });
}

describe.skipIf(!hasFfmpeg)("what comes out", { timeout: 120_000 }, () => {
  it("is a hero without sound, a draft element, and a completed upload with the source's hash; nothing else stays", async () => {
    const file = await makeMotion(inFolder("plain.mp4"), 4);
    const uploadId = await ingest(file);
    const { assetId } = await processNow(uploadId, now);
    const asset = (await unsafeReadAssets([assetId])).get(assetId);
    if (!asset) throw new Error("there is no asset");
    expectHero(asset);
    expect(asset).toMatchObject({ width: 320, height: 240, hasAudio: false });
    const upload = await getUpload(admin, uploadId);
    expect(upload).toMatchObject({
      status: "completed",
      phase: "completed",
      progress: 100,
      sourceSha256: createHash("sha256").update(readFileSync(file)).digest("hex"),
      element: { type: "hero-video", title: "Test", status: "draft", videoUrl: asset.videoUrl },
    });
    expect(leftovers()).toEqual([]);
    const events = await db().feedEvent.findMany({
      where: { feed: `upload:${uploadId}` },
      orderBy: { seq: "asc" },
    });
    const told = events.map(({ payload }) => payload as { status: string; progress: number });
    expect([...new Set(told.map(({ status }) => status))]).toEqual([
      "queued",
      "starting",
      "compressing",
      "uploading",
      "completed",
    ]);
    const progress = told.map((event) => event.progress);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect(told.filter((event) => event.progress === 100)).toHaveLength(1);
  });

  it("is upright, even-sided, at most 30 frames a second and 8 bits, whatever went in", async () => {
    const noise = (size: string, rate: number, seconds = 2) => [
      ...["-f", "lavfi", "-i", `testsrc2=size=${size}:rate=${rate}:duration=${seconds}`],
    ];
    const x264 = ["-c:v", "libx264", "-preset", "ultrafast"];
    const odd = await makeClip(inFolder("odd.mkv"), ...noise("321x241", 25), ...x264, "-pix_fmt", "yuv444p");
    const fast = await makeClip(inFolder("fast.mp4"), ...noise("320x180", 120), ...x264);
    const ten = await makeClip(
      inFolder("ten.mov"),
      ...noise("320x180", 25),
      ...x264,
      "-pix_fmt",
      "yuv420p10le",
    );
    const hevc = await makeClip(
      inFolder("hevc.mp4"),
      ...noise("320x180", 25),
      "-c:v",
      "libx265",
      "-x265-params",
      "log-level=error",
    );
    const flat = await makeClip(
      inFolder("flat.mp4"),
      ...noise("320x180", 25),
      ...x264,
      "-metadata",
      "title=Secret",
      "-metadata",
      "location=+51.5-0.1/",
    );
    const turned = await makeClip(
      inFolder("turned.mp4"),
      "-i",
      flat,
      "-c",
      "copy",
      "-metadata:s:v:0",
      "rotate=90",
    );
    const large = await makeClip(inFolder("large.mp4"), ...noise("2560x1440", 25, 1), ...x264);
    for (const [file, width, height] of [
      [odd, 320, 240],
      [fast, 320, 180],
      [ten, 320, 180],
      [hevc, 320, 180],
      [flat, 320, 180],
      [turned, 180, 320],
      [large, 1920, 1080],
    ] as const) {
      const asset = await finish(file);
      expectHero(asset);
      expect({ file, width: asset.width, height: asset.height }).toEqual({ file, width, height });
      expect(Object.keys(probeStored(asset.videoUrl).tags)).not.toContain("title");
      expect(JSON.stringify(probeStored(asset.videoUrl).tags)).not.toContain("51.5");
    }
  });

  it("of a course video has sound, each rendition that the source has, and captions", async () => {
    const file = await makeMotion(inFolder("course.mp4"), 2, "1280x720");
    const vtt = "WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n";
    const { uploadId } = await ingestFile(admin, {
      kind: "course-video",
      path: file,
      title: "Lesson",
      captions: [{ language: "en", label: "English", vtt }],
      now,
    });
    const { assetId } = await processNow(uploadId, now);
    const asset = (await unsafeReadAssets([assetId])).get(assetId);
    expect(asset?.renditions.map(({ height }) => height)).toEqual([720, 360]);
    for (const { url } of asset?.renditions ?? []) {
      expect(probeStored(url).streams.map(({ codec_name }) => codec_name)).toEqual(["h264", "aac"]);
    }
    expect(asset?.captions).toMatchObject([{ language: "en", label: "English" }]);
    expect(readFileSync(storedAt(asset?.captions[0]?.url ?? ""), "utf8")).toBe(vtt);
  });

  it
    .skipIf(!hasRealVideos)
    .each([
      ["mp4_rotated_buck-bunny.mp4"],
      ["mp4_vfr_cursed-vfr.mp4"],
      ["mp4_h265_video.mp4"],
      ["webm_vp9_10bit_roadtrip.webm"],
      ["webm_vp9_bbb_642.webm"],
      ["mov_sowt_pcm.mov"],
    ])("of the real file %s is right", async (name) => {
    expectHero(await finish(path.join(realVideos, name)));
  });
});
