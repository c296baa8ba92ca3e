import { mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Viewer } from "@/lib/access/viewer";
import { db } from "@/lib/db";
import { compress, FfmpegError, probe } from "@/lib/media/ffmpeg";
import { ingestFile, processNow } from "@/lib/media/ingest";
import { getUpload } from "@/lib/media/queries";
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

if (!hasFfmpeg) console.log("Skipped lib/media/refusals.test.ts: there is no ffmpeg on the PATH.");

const now = new Date("2026-12-01T09:00:00Z");
const signal = new AbortController().signal;
let database: TestDatabase;
let media: ReturnType<typeof useMediaFolder>;
let admin: Viewer;
let server: Server;
let address: string;
let requests = 0;
let secret: string;

beforeAll(async () => {
  database = await useTestDatabase();
  media = useMediaFolder();
  process.env.MEDIA_HERO_MAX_SECONDS = "120";
  admin = await createAdmin();
  server = createServer((_request, response) => {
    requests += 1;
    response.end("nothing");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  mkdirSync(inFolder("other"), { recursive: true });
  if (!hasFfmpeg) return;
  secret = await makeMotion(inFolder("other/secret.mp4"), 3);
});

afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  await database.drop();
  media.remove();
});

const inFolder = (name: string) => path.join(media.folder, name);

function written(name: string, content: string | Buffer): string {
  writeFileSync(inFolder(name), content);
  return inFolder(name);
}

/** Sends a file through, and answers with what its sender is told. */
async function refusalOf(file: string): Promise<string> {
  const { uploadId } = await ingestFile(admin, { kind: "hero-video", path: file, title: "Hostile", now });
  await processNow(uploadId, now).catch(() => undefined);
  const upload = await getUpload(admin, uploadId);
  expect(upload.status, file).toBe("error");
  expect(upload.error?.message).toMatch(/^[A-Z].*\.$/s);
  expect(upload.error?.retryable).toBe(false);
  return upload.error?.code ?? "";
}

/** Nothing of what was refused lies anywhere. */
async function expectNothingLeft(): Promise<void> {
  for (const folder of ["incoming", "work", "store"]) {
    const place = path.join(media.folder, "media", folder);
    let names: string[] = [];
    try {
      names = readdirSync(place);
    } catch {
      // It was never made.
    }
    expect(names, folder).toEqual([]);
  }
  expect(await db().mediaAsset.count()).toBe(0);
  expect(await db().homepageElement.count()).toBe(0);
  expect(await db().storedFile.count()).toBe(0);
}

describe.skipIf(!hasFfmpeg)("refused with a sentence, and without leftovers", { timeout: 120_000 }, () => {
  it("an empty file and one that is too large, before anything is kept", async () => {
    await expect(
      ingestFile(admin, { kind: "hero-video", path: written("empty.mp4", ""), title: "E", now }),
    ).rejects.toMatchObject({ code: "empty_file" });
    const huge = written("huge.mp4", "");
    truncateSync(huge, 5 * 1024 ** 3);
    await expect(
      ingestFile(admin, { kind: "hero-video", path: huge, title: "H", now }),
    ).rejects.toMatchObject({ code: "too_large" });
    expect(await db().upload.count()).toBe(0);
    await expectNothingLeft();
  });

  it("text renamed .mp4, sound alone, and a picture alone", async () => {
    expect(await refusalOf(written("text.mp4", "This is not a video.\n".repeat(50)))).toBe("not_a_video");
    const sound = await makeClip(
      inFolder("sound.mp4"),
      "-f",
      "lavfi",
      "-i",
      "sine=duration=2",
      "-c:a",
      "aac",
    );
    expect(await refusalOf(sound)).toBe("no_video");
    const picture = await makeClip(
      inFolder("picture.png"),
      "-f",
      "lavfi",
      "-i",
      "testsrc2",
      "-frames:v",
      "1",
    );
    expect(await refusalOf(picture)).toBe("not_a_video");
    await expectNothingLeft();
  });

  it("a faststart MP4 that was cut off, a WebM that was, and one without its index", async () => {
    const whole = readFileSync(secret);
    for (const share of [0.5, 0.8, 0.97]) {
      const cut = written(`cut-${share}.mp4`, whole.subarray(0, Math.floor(whole.length * share)));
      expect(["truncated", "damaged"]).toContain(await refusalOf(cut));
    }
    const webm = await makeClip(
      inFolder("whole.webm"),
      ...[
        "-f",
        "lavfi",
        "-i",
        "testsrc2=duration=12:size=160x120",
        "-c:v",
        "libvpx",
        "-deadline",
        "realtime",
      ],
    );
    const bytes = readFileSync(webm);
    expect(["truncated", "damaged", "no_duration"]).toContain(
      await refusalOf(written("cut.webm", bytes.subarray(0, Math.floor(bytes.length / 2)))),
    );
    const late = await makeClip(
      inFolder("late.mp4"),
      "-f",
      "lavfi",
      "-i",
      "testsrc2=duration=2",
      "-c:v",
      "libx264",
    );
    const size = readFileSync(late).length;
    expect(await refusalOf(written("headless.mp4", readFileSync(late).subarray(0, size - 2_000)))).toBe(
      "damaged",
    );
    await expectNothingLeft();
  });

  it("playlists and scripts under the name of a video or none, and nothing that they point at is read", async () => {
    const playlist = (url: string) =>
      `#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\n${url}\n#EXT-X-ENDLIST\n`;
    const script = (url: string) => `ffconcat version 1.0\nfile '${url}'\n`;
    const targets = [secret, `file://${secret}`, `${address}/secret.mp4`, `concat:${secret}`];
    let count = 0;
    for (const target of targets) {
      for (const content of [playlist(target), script(target)]) {
        for (const ending of [".mp4", ""]) {
          count += 1;
          expect(await refusalOf(written(`list-${count}${ending}`, content))).toBe("not_a_video");
        }
      }
    }
    expect(requests).toBe(0);
    await expectNothingLeft();
  });

  it("the tools themselves open nothing but the file, should such a one ever come to them", async () => {
    const target = inFolder("copied.mp4");
    const rendition = { width: 320, height: 240, frameRate: null, maxKbps: 900 };
    const order = {
      rendition,
      keepsAudio: false,
      durationSeconds: 3,
      limitMs: 20_000,
      onProgress: () => {},
      signal,
    };
    for (const [name, content] of [
      ["tool.mp4", `#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\n${secret}\n#EXT-X-ENDLIST\n`],
      ["tool", `ffconcat version 1.0\nfile '${secret}'\n`],
      ["tool-net.mp4", `#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\n${address}/a.ts\n#EXT-X-ENDLIST\n`],
    ] as const) {
      const file = written(name, content);
      await expect(probe(file, { signal })).rejects.toBeInstanceOf(FfmpegError);
      await expect(compress(file, target, order)).rejects.toBeInstanceOf(FfmpegError);
    }
    expect(requests).toBe(0);
  });

  it("a frame of 16,000 x 16,000, and two hours where two minutes are allowed", async () => {
    const wide = await makeClip(
      inFolder("wide.mkv"),
      ...["-f", "lavfi", "-i", "color=black:size=16000x16000:rate=1:duration=1", "-frames:v", "1"],
      ...["-c:v", "png", "-pix_fmt", "gray"],
    );
    expect(["frame_too_large", "damaged"]).toContain(await refusalOf(wide));
    const long = await makeClip(
      inFolder("long.mp4"),
      ...["-f", "lavfi", "-i", "color=black:size=32x32:rate=1:duration=7200"],
      ...["-c:v", "libx264", "-preset", "ultrafast", "-movflags", "+faststart"],
    );
    expect(await refusalOf(long)).toBe("too_long");
    await expectNothingLeft();
  });

  it.skipIf(!hasRealVideos).each([
    ["webm_invalid_bitstream.webm", ["damaged", "truncated", "no_duration"]],
    ["mp4_multi_audio_tracks.mp4", ["no_video"]],
    ["avi_sample.avi", ["not_a_video"]],
  ])("the real file %s", async (name, codes) => {
    expect(codes).toContain(await refusalOf(path.join(realVideos, name)));
    await expectNothingLeft();
  });

  it("a full disk is told apart from a bad file", async () => {
    const rendition = { width: 320, height: 240, frameRate: null, maxKbps: 900 };
    const order = {
      rendition,
      keepsAudio: false,
      durationSeconds: 3,
      limitMs: 20_000,
      onProgress: () => {},
      signal,
    };
    await expect(compress(secret, "/dev/full", order)).rejects.toMatchObject({ reason: "disk_full" });
  });
});
