import "server-only";
import { spawn } from "node:child_process";
import Ffmpeg from "fluent-ffmpeg";
import { z } from "zod";
import { type Binaries, findBinaries } from "@/lib/media/ffmpeg-binary";
import type { Probe, Rendition } from "@/lib/media/rules";
import { processState } from "@/lib/process-state";

/** Nothing but the one file that is named is opened, whatever is written in it. */
const GUARDS = [
  "-protocol_whitelist",
  "file,pipe",
  "-format_whitelist",
  "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm",
];
/** The largest frame that is decoded at all, in pixels; the limit that people are told of is lower. */
const MAX_PIXELS = 9_000 * 9_000;

const PROBE_LIMIT_MS = 60_000;
const PROBE_OUTPUT_BYTES = 4 * 1024 * 1024;
/** Without a sign of progress for this long it has stopped. */
const STALL_MS = 120_000;
const DECODE_EDGE_SECONDS = 3;

/** ffmpeg or ffprobe did not do what was asked. */
export class FfmpegError extends Error {
  constructor(
    readonly reason: "missing" | "failed" | "time_limit" | "stalled" | "disk_full",
    message: string,
  ) {
    super(message);
    this.name = "FfmpegError";
  }
}

type Binder = { signal: AbortSignal };

/** Looked for once a process; one that was missing is looked for again. */
export async function binaries(): Promise<Binaries> {
  const state = processState("ffmpeg.v1", (): { found: Binaries | null } => ({ found: null }));
  state.found ??= await findBinaries();
  if (!state.found) throw new FfmpegError("missing", "There is no ffmpeg and ffprobe to work with.");
  return state.found;
}

const probed = z.object({
  streams: z
    .array(
      z.object({
        codec_type: z.string().optional(),
        width: z.number().optional(),
        height: z.number().optional(),
        sample_aspect_ratio: z.string().optional(),
        avg_frame_rate: z.string().optional(),
        r_frame_rate: z.string().optional(),
        duration: z.string().optional(),
        disposition: z.object({ attached_pic: z.number().optional() }).optional(),
        tags: z.object({ rotate: z.string().optional(), DURATION: z.string().optional() }).optional(),
        side_data_list: z.array(z.object({ rotation: z.coerce.number().optional() })).optional(),
      }),
    )
    .default([]),
  format: z.object({ duration: z.string().optional() }).optional(),
});

/** What is in a file. @throws FfmpegError failed where it cannot be read as a video at all */
export async function probe(file: string, binder: Binder): Promise<Probe> {
  const { ffprobe } = await binaries();
  const args = ["-v", "error", ...GUARDS, "-max_pixels", String(MAX_PIXELS)];
  const shown = ["-print_format", "json", "-show_streams", "-show_format"];
  const output = await runPlain(ffprobe.path, [...args, ...shown, "-i", file], PROBE_LIMIT_MS, binder);
  const parsed = probed.safeParse(parseJson(output));
  if (!parsed.success) throw new FfmpegError("failed", "ffprobe gave an answer that cannot be read.");
  const videos = parsed.data.streams.filter(
    ({ codec_type, disposition }) => codec_type === "video" && disposition?.attached_pic !== 1,
  );
  const [video] = videos;
  const rotation = Math.abs(
    video?.side_data_list?.find((data) => data.rotation !== undefined)?.rotation ??
      Number(video?.tags?.rotate ?? 0),
  );
  const isTurned = Math.round(rotation) % 180 === 90;
  const width = Math.round((video?.width ?? 0) * squareness(video?.sample_aspect_ratio));
  const height = video?.height ?? 0;
  const average = fraction(video?.avg_frame_rate);
  const base = fraction(video?.r_frame_rate);
  return {
    videoStreams: videos.length,
    width: isTurned ? height : width,
    height: isTurned ? width : height,
    frameRate: average || base,
    hasVariableRate: Math.abs(average - base) > 0.5,
    durationSeconds:
      Number(parsed.data.format?.duration ?? 0) ||
      Number(video?.duration ?? 0) ||
      clockSeconds(video?.tags?.DURATION),
    hasAudio: parsed.data.streams.some(({ codec_type }) => codec_type === "audio"),
  };
}

/**
 * Whether a file is whole: its beginning and its end decode without an error. A seek alone can make an end look broken
 * that is not; then all of it is decoded, and that decides.
 */
export async function isWhole(file: string, durationSeconds: number, binder: Binder): Promise<boolean> {
  if (!(await decodes(file, ["-t", String(DECODE_EDGE_SECONDS)], [], binder))) return false;
  if (durationSeconds <= 2 * DECODE_EDGE_SECONDS) return decodes(file, [], [], binder);
  const start = String(Math.max(0, durationSeconds - DECODE_EDGE_SECONDS));
  if (await decodes(file, [], ["-ss", start], binder)) return true;
  return decodes(file, [], [], binder, durationSeconds - 1);
}

async function decodes(
  file: string,
  span: readonly string[],
  seek: readonly string[],
  binder: Binder,
  neededSeconds = 0,
): Promise<boolean> {
  const { ffmpeg } = await binaries();
  const args = ["-nostdin", "-v", "error", "-xerror", "-progress", "pipe:1", "-nostats", ...GUARDS];
  const limits = ["-max_pixels", String(MAX_PIXELS)];
  try {
    const output = await runPlain(
      ffmpeg.path,
      [...args, ...limits, ...seek, "-i", file, "-map", "0:V:0", ...span, "-f", "null", "-"],
      30 * 60_000,
      binder,
    );
    const frames = [...output.matchAll(/^frame=\s*(\d+)/gm)].at(-1);
    const reached = [...output.matchAll(/^out_time_us=(\d+)/gm)].at(-1);
    return Number(frames?.[1] ?? 0) > 0 && Number(reached?.[1] ?? 0) / 1e6 >= neededSeconds;
  } catch (error) {
    binder.signal.throwIfAborted();
    if (error instanceof FfmpegError && error.reason === "failed") return false;
    throw error;
  }
}

/** Arguments that make one rendition, without those that name files: what the bench runs bare ffmpeg with too. */
export function renditionArguments(rendition: Rendition, keepsAudio: boolean): string[] {
  const { width, height, frameRate, maxKbps } = rendition;
  const filters = [
    `scale=${width}:${height}:flags=bicubic`,
    "setsar=1",
    ...(frameRate === null ? [] : [`fps=${frameRate}`]),
    "format=yuv420p",
  ];
  return [
    ...["-map", "0:V:0", ...(keepsAudio ? ["-map", "0:a:0?"] : ["-an"]), "-sn", "-dn"],
    ...["-map_metadata", "-1", "-map_chapters", "-1", "-metadata:s:v:0", "rotate=0"],
    ...["-vf", filters.join(",")],
    ...["-c:v", "libx264", "-profile:v", "high", "-preset", "veryfast", "-crf", "23"],
    ...["-maxrate", `${maxKbps}k`, "-bufsize", `${maxKbps * 2}k`, "-pix_fmt", "yuv420p"],
    // Players seek to key frames.
    ...["-g", "120"],
    ...(keepsAudio ? ["-c:a", "aac", "-b:a", "128k", "-ac", "2", "-ar", "48000"] : []),
    ...["-movflags", "+faststart", "-f", "mp4"],
  ];
}

/**
 * Makes one rendition of a video. `onProgress` hears the fraction (0-1) that is done.
 * @throws FfmpegError, or the signal's reason: ffmpeg is killed at once, and what it wrote is the caller's to remove
 */
export async function compress(
  file: string,
  target: string,
  {
    rendition,
    keepsAudio,
    durationSeconds,
    limitMs,
    onProgress,
    ...binder
  }: Binder & {
    rendition: Rendition;
    keepsAudio: boolean;
    durationSeconds: number;
    limitMs: number;
    onProgress: (fraction: number) => void;
  },
): Promise<void> {
  await runFluent(file, target, renditionArguments(rendition, keepsAudio), {
    ...binder,
    limitMs,
    onTime: (seconds) => onProgress(Math.min(1, seconds / durationSeconds)),
  });
}

/** Takes a telling frame from near the beginning, as JPEG and as WebP. */
export async function takePosters(
  file: string,
  targets: { jpeg: string; webp: string },
  durationSeconds: number,
  binder: Binder,
): Promise<void> {
  const seek = ["-ss", Math.min(1, durationSeconds / 10).toFixed(3)];
  const frame = ["-map", "0:V:0", "-an", "-vf", "thumbnail=12", "-frames:v", "1", "-map_metadata", "-1"];
  const limits = { ...binder, limitMs: 120_000, onTime: () => undefined };
  const jpeg = [...frame, "-c:v", "mjpeg", "-q:v", "3", "-f", "mjpeg"];
  const webp = [...frame, "-c:v", "libwebp", "-quality", "80", "-f", "webp"];
  await runFluent(file, targets.jpeg, jpeg, { ...limits, seek });
  await runFluent(file, targets.webp, webp, { ...limits, seek });
}

/** Makes a clip with motion, noise and a tone, for demonstrations. */
export async function generateClip(target: string, seconds: number, binder: Binder): Promise<void> {
  const { ffmpeg } = await binaries();
  const picture = `testsrc2=size=1280x720:rate=30:duration=${seconds},noise=alls=24:allf=t`;
  const args = ["-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", picture];
  const sound = ["-f", "lavfi", "-i", `sine=frequency=330:duration=${seconds}`];
  const coding = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac"];
  await runPlain(ffmpeg.path, [...args, ...sound, ...coding, "-f", "mp4", target], 180_000, binder);
}

/** Makes a WebP of at most `maxSide` pixels a side from a picture, without what the camera wrote into it. */
export async function shrinkPicture(
  file: string,
  target: string,
  maxSide: number,
  binder: Binder,
): Promise<{ width: number; height: number }> {
  const { ffmpeg, ffprobe } = await binaries();
  const guards = [
    "-protocol_whitelist",
    "file,pipe",
    "-format_whitelist",
    "jpeg_pipe,png_pipe,webp_pipe,image2",
  ];
  const scale = `scale='min(iw,${maxSide})':'min(ih,${maxSide})':force_original_aspect_ratio=decrease`;
  const args = ["-nostdin", "-v", "error", "-y", ...guards, "-max_pixels", String(MAX_PIXELS), "-i", file];
  const coding = ["-frames:v", "1", "-vf", scale, "-map_metadata", "-1", "-c:v", "libwebp", "-quality", "82"];
  await runPlain(ffmpeg.path, [...args, ...coding, "-f", "webp", target], 60_000, binder);
  const shown = [
    "-v",
    "error",
    "-show_entries",
    "stream=width,height",
    "-print_format",
    "json",
    "-i",
    target,
  ];
  const size = z
    .object({ streams: z.array(z.object({ width: z.number(), height: z.number() })).min(1) })
    .parse(parseJson(await runPlain(ffprobe.path, shown, PROBE_LIMIT_MS, binder)));
  const [{ width, height } = { width: 0, height: 0 }] = size.streams;
  return { width, height };
}

/** Runs fluent-ffmpeg over one file, with the guards, the limits and the progress that `-progress` tells. */
async function runFluent(
  file: string,
  target: string,
  outputOptions: readonly string[],
  {
    signal,
    limitMs,
    onTime,
    seek = [],
  }: Binder & { limitMs: number; onTime: (seconds: number) => void; seek?: readonly string[] },
): Promise<void> {
  const { ffmpeg } = await binaries();
  signal.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    let tail = "";
    let ended: FfmpegError | null = null;
    const command = Ffmpeg({ source: file })
      .setFfmpegPath(ffmpeg.path)
      .inputOptions(["-nostdin", "-v", "error", ...GUARDS, "-max_pixels", String(MAX_PIXELS), ...seek])
      .outputOptions(["-progress", "pipe:2", "-nostats", ...outputOptions])
      .output(target);
    const kill = (error: FfmpegError | null) => {
      ended ??= error;
      // SIGTERM is slow, and leaves a half that can be played.
      command.kill("SIGKILL");
    };
    const limit = setTimeout(
      () => kill(new FfmpegError("time_limit", `ffmpeg ran longer than ${limitMs} ms.`)),
      limitMs,
    );
    const stalled = () => kill(new FfmpegError("stalled", `ffmpeg stood still for ${STALL_MS} ms.`));
    let stall = setTimeout(stalled, STALL_MS);
    let reached = -1;
    const onAbort = () => kill(null);
    signal.addEventListener("abort", onAbort, { once: true });
    const settle = (error: Error | null) => {
      clearTimeout(limit);
      clearTimeout(stall);
      signal.removeEventListener("abort", onAbort);
      if (signal.aborted) reject(signal.reason);
      else if (ended) reject(ended);
      else if (error) reject(failureOf(tail || error.message));
      else resolve();
    };
    command
      .on("start", () => {
        // Aborted between the call and the spawn: there was nothing to kill yet.
        if (signal.aborted) onAbort();
      })
      .on("stderr", (line: string) => {
        const time = /^out_time_us=(\d+)/.exec(line);
        if (!time) {
          if (!/^[a-z_0-9]+=/.test(line)) tail = `${tail}${line}\n`.slice(-2_000);
          return;
        }
        const seconds = Number(time[1]) / 1e6;
        if (seconds <= reached) return;
        reached = seconds;
        clearTimeout(stall);
        stall = setTimeout(stalled, STALL_MS);
        onTime(seconds);
      })
      .on("error", (error: Error) => settle(error))
      .on("end", () => settle(null))
      .run();
  });
}

/** Runs a program to its end and returns what it wrote. @throws FfmpegError, or the signal's reason */
async function runPlain(
  program: string,
  args: readonly string[],
  limitMs: number,
  { signal }: Binder,
): Promise<string> {
  signal.throwIfAborted();
  return new Promise<string>((resolve, reject) => {
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    let errors = "";
    let timedOut = false;
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output = (output + text).slice(-PROBE_OUTPUT_BYTES);
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      errors = (errors + text).slice(-2_000);
    });
    const kill = () => child.kill("SIGKILL");
    const limit = setTimeout(() => {
      timedOut = true;
      kill();
    }, limitMs);
    signal.addEventListener("abort", kill, { once: true });
    const settle = (act: () => void) => {
      clearTimeout(limit);
      signal.removeEventListener("abort", kill);
      act();
    };
    child.once("error", (error) => settle(() => reject(new FfmpegError("missing", error.message))));
    child.once("close", (code, by) =>
      settle(() => {
        if (signal.aborted) reject(signal.reason);
        else if (timedOut) reject(new FfmpegError("time_limit", `${program} ran longer than ${limitMs} ms.`));
        else if (code === 0) resolve(output);
        else if (by) reject(new KilledError(program, by));
        else reject(failureOf(errors));
      }),
    );
  });
}

/** The process was ended by somebody else: that says nothing of the file. */
export class KilledError extends Error {
  constructor(program: string, by: string) {
    super(`${program} was ended by ${by}.`);
    this.name = "KilledError";
  }
}

function failureOf(output: string): Error {
  if (/was killed with signal/.test(output)) return new KilledError("ffmpeg", "a signal");
  if (/No space left on device/i.test(output)) return new FfmpegError("disk_full", output);
  return new FfmpegError("failed", output.trim() || "no reason given");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** "30000/1001" as a number; 0 where it is none. */
function fraction(text: string | undefined): number {
  const [over = 0, under = 1] = (text ?? "0/1").split("/").map(Number);
  return over > 0 && under > 0 ? over / under : 0;
}

function squareness(ratio: string | undefined): number {
  const [over = 1, under = 1] = (ratio ?? "1:1").split(":").map(Number);
  return over > 0 && under > 0 ? over / under : 1;
}

/** "00:01:02.5" in seconds; 0 where it is none. */
function clockSeconds(text: string | undefined): number {
  const parts = /^(\d+):(\d+):(\d+(?:\.\d+)?)/.exec(text ?? "");
  return parts ? Number(parts[1]) * 3_600 + Number(parts[2]) * 60 + Number(parts[3]) : 0;
}
