import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Viewer } from "@/lib/access/viewer";
import { db } from "@/lib/db";

/** Whether there is an ffmpeg on the PATH to make clips with. */
export const hasFfmpeg =
  spawnSync("ffmpeg", ["-version"]).status === 0 && spawnSync("ffprobe", ["-version"]).status === 0;

/** Real files of phones and cameras, where they are. */
export const realVideos = path.resolve("../shared/data/video");
export const hasRealVideos = existsSync(realVideos);

/** Runs ffmpeg to make a file for a test. @throws Error with what it said */
export async function makeClip(target: string, ...args: string[]): Promise<string> {
  const child = spawn("ffmpeg", ["-nostdin", "-v", "error", "-y", ...args, target], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (text) => {
    said += text;
  });
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`ffmpeg made no ${target}: ${said}`);
  return target;
}

/** A clip with motion and a tone. */
export function makeMotion(target: string, seconds: number, size = "320x240", rate = 25): Promise<string> {
  return makeClip(
    target,
    ...["-f", "lavfi", "-i", `testsrc2=size=${size}:rate=${rate}:duration=${seconds}`],
    ...["-f", "lavfi", "-i", `sine=duration=${seconds}`],
    ...[
      "-c:v",
      "libx264",
      "-preset",
      "ultrafast",
      "-pix_fmt",
      "yuv420p",
      "-c:a",
      "aac",
      "-movflags",
      "+faststart",
    ],
  );
}

/** A folder of this test's own, which is also where its uploads go. */
export function useMediaFolder(): { folder: string; remove: () => void } {
  const folder = mkdtempSync(path.join(os.tmpdir(), "lockstep-media-"));
  process.env.LOCKSTEP_DATA_DIR = folder;
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** An admin of this test's own. */
export async function createAdmin(): Promise<Viewer> {
  const { id, email } = await db().user.create({
    data: {
      email: `admin-${crypto.randomUUID()}@lockstep.test`,
      firstName: "Amira",
      lastName: "Test",
      role: "ADMIN",
      timeZone: "UTC",
      passwordHash: "x",
    },
  });
  return {
    userId: id,
    role: "ADMIN",
    organizationId: null,
    organizationName: null,
    name: "Amira Test",
    email,
    timeZone: "UTC",
  };
}
