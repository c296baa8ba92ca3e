import { execFile } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { parse } from "yaml";
import { z } from "zod";
import { findBinaries } from "@/lib/media/ffmpeg-binary";

const run = promisify(execFile);

const WIDTH = 640;
const HEIGHT = 360;
const FRAME_RATE = 15;
const ENDING = ".scenes.yaml";
const FONTS = ["/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", "/usr/share/fonts/TTF/DejaVuSans.ttf"];

const scenes = z.strictObject({
  scenes: z.array(
    z.strictObject({
      seconds: z.number().int().min(2).max(60),
      heading: z.string().regex(/^[A-Za-z0-9 ,.-]{1,40}$/),
      /** What is said, as captions and transcript have it. */
      says: z.array(z.string().min(1)).min(1),
      motion: z.enum(["beat", "sweep", "orbit", "fall"]),
      /** Movements a minute. */
      rate: z.number().positive().max(240),
      color: z.string().regex(/^[0-9a-f]{6}$/),
    }),
  ),
});
type Scene = z.infer<typeof scenes>["scenes"][number];

/**
 * Makes the videos, with their captions, that a course's folder describes as scenes; those that are there already stay.
 * @returns how many were made
 */
export async function makeCourseVideos(courseFolder: string, madeFolder: string): Promise<number> {
  let made = 0;
  for (const name of readdirSync(courseFolder, { recursive: true, encoding: "utf8" })) {
    if (!name.endsWith(ENDING)) continue;
    const target = path.join(madeFolder, `${name.slice(0, -ENDING.length)}.mp4`);
    const parsed = scenes.parse(parse(readFileSync(path.join(courseFolder, name), "utf8")));
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target.replace(/\.mp4$/, ".vtt"), captionsOf(parsed.scenes));
    if (existsSync(target)) continue;
    await makeVideo(parsed.scenes, target);
    made += 1;
  }
  return made;
}

async function makeVideo(all: readonly Scene[], target: string): Promise<void> {
  const binaries = await findBinaries();
  if (!binaries) throw new Error("The demo's videos need ffmpeg: please install it, or set FFMPEG_PATH.");
  const font = FONTS.find((file) => existsSync(file));
  const graph = [
    ...all.map((scene, index) => pictureOf(scene, index, font)),
    ...all.map(soundOf),
    `${all.map((_, index) => `[v${index}][a${index}]`).join("")}concat=n=${all.length}:v=1:a=1[v][a]`,
  ].join(";");
  const draft = `${target}.part.mp4`;
  await run(
    binaries.ffmpeg.path,
    [
      ...["-nostdin", "-v", "error", "-y", "-filter_complex", graph, "-map", "[v]", "-map", "[a]"],
      ...["-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "64k"],
      ...["-movflags", "+faststart", draft],
    ],
    { timeout: 120_000 },
  );
  renameSync(draft, target);
}

function pictureOf({ seconds, heading, motion, rate, color }: Scene, index: number, font?: string): string {
  const source = (name: string, fill: string, size: string) =>
    `color=c=${fill}:s=${size}:r=${FRAME_RATE}:d=${seconds}[${name}${index}]`;
  const turn = `2*PI*${rate}/60*t`;
  const places = {
    beat: [`(W-w)/2`, `H/2-h+50*abs(sin(${turn}/2))`],
    sweep: [`(W-w)*mod(t*${rate}/60\\,1)`, `(H-h)/2`],
    orbit: [`(W-w)/2+150*cos(${turn})`, `(H-h)/2+80*sin(${turn})`],
    fall: [`(W-w)/2`, `(H-h)*mod(t*${rate}/60\\,1)`],
  } as const;
  const [x, y] = places[motion];
  const title = font
    ? `,drawtext=fontfile=${font}:text='${heading.replaceAll(",", "\\,")}':fontcolor=white:fontsize=30:x=24:y=24`
    : "";
  return [
    source("ground", "0x16202e", `${WIDTH}x${HEIGHT}`),
    source("mark", `0x${color}`, "110x70"),
    source("line", "0x2d3b4f", `${WIDTH}x6`),
    `[ground${index}][line${index}]overlay=x=0:y=${HEIGHT - 60}[lined${index}]`,
    `[lined${index}][mark${index}]overlay=x='${x}':y='${y}'${title},format=yuv420p,setsar=1[v${index}]`,
  ].join(";");
}

/** A tick for each movement, over a quiet tone. */
function soundOf({ seconds, rate }: Scene, index: number): string {
  const tick = `0.25*sin(2*PI*660*t)*lt(mod(t\\,60/${rate})\\,0.07)`;
  return `aevalsrc='${tick}+0.02*sin(2*PI*110*t)':s=44100:d=${seconds}[a${index}]`;
}

function captionsOf(all: readonly Scene[]): string {
  let at = 0;
  const cues = all.flatMap(({ seconds, says }) => {
    const each = seconds / says.length;
    return says.map((text) => {
      const from = at;
      at += each;
      return `${timeOf(from)} --> ${timeOf(at)}\n${text}`;
    });
  });
  return `WEBVTT\n\n${cues.join("\n\n")}\n`;
}

function timeOf(seconds: number): string {
  return new Date(Math.round(seconds * 1000)).toISOString().slice(11, 23);
}
