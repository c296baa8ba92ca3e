import "server-only";
import { execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { promisify } from "node:util";
import { env } from "@/lib/env";

export type Binary = {
  path: string;
  version: string;
  source: "setting" | "path" | "package";
  isOld: boolean;
};
export type Binaries = { ffmpeg: Binary; ffprobe: Binary };

/** Older ones have known holes in what they read; the one that npm has is of 2018. */
const OLDEST_MAJOR = 5;

const run = promisify(execFile);

/**
 * The ffmpeg and ffprobe to work with: FFMPEG_PATH and FFPROBE_PATH, else those on the PATH, else those that npm has.
 * Null where one of them is missing or does not run.
 */
export async function findBinaries(): Promise<Binaries | null> {
  const { FFMPEG_PATH, FFPROBE_PATH } = env();
  const ffmpeg = await find("ffmpeg", FFMPEG_PATH);
  const ffprobe = await find("ffprobe", FFPROBE_PATH);
  return ffmpeg && ffprobe ? { ffmpeg, ffprobe } : null;
}

async function find(name: "ffmpeg" | "ffprobe", setting: string | undefined): Promise<Binary | null> {
  // One that was asked for and does not run is not replaced behind somebody's back.
  if (setting) return describe(setting, "setting");
  for (const folder of (process.env.PATH ?? "").split(path.delimiter).filter(Boolean)) {
    const found = await describe(path.join(folder, name), "path");
    if (found) return found;
  }
  return describe(packaged(name), "package");
}

function packaged(name: "ffmpeg" | "ffprobe"): string {
  const platform = `${process.platform}-${process.arch}`;
  try {
    return createRequire(path.resolve("package.json")).resolve(`@${name}-installer/${platform}/${name}`);
  } catch {
    // There is none for this platform.
    return "";
  }
}

async function describe(file: string, source: Binary["source"]): Promise<Binary | null> {
  try {
    accessSync(file, constants.X_OK);
    const { stdout } = await run(file, ["-version"], { timeout: 20_000 });
    const version = /version (\S+)/.exec(stdout)?.[1] ?? "unknown";
    return { path: path.resolve(file), version, source, isOld: isOldVersion(version) };
  } catch {
    // Not there, not executable, or not what its name says.
    return null;
  }
}

/** Releases count by their number ("n7.1" too); builds from a development branch by the year in their name. */
export function isOldVersion(version: string): boolean {
  const year = /(20\d\d)\d{4}|(20\d\d)-\d\d/.exec(version);
  const release = /^n?(\d{1,2})\./.exec(version);
  if (release) return Number(release[1]) < OLDEST_MAJOR;
  return year ? Number(year[1] ?? year[2]) < 2022 : /^N-[0-8]\d{4}-/.test(version);
}
