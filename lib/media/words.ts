import type { UploadErrorCode } from "@/lib/media/schema";

const units = ["bytes", "KB", "MB", "GB"] as const;

/** "1.5 GB": decimal units, as shops and phones count. */
export function sizeWords(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1_000 && unit < units.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 || Number.isInteger(value) ? 0 : 1;
  return `${value.toFixed(digits)} ${units[unit]}`;
}

/** "2 hours", "90 seconds", "5 minutes". */
export function lengthWords(seconds: number): string {
  const [count, unit] =
    seconds >= 7_200 && seconds % 3_600 === 0
      ? [seconds / 3_600, "hour"]
      : seconds >= 120 && seconds % 60 === 0
        ? [seconds / 60, "minute"]
        : [Math.round(seconds), "second"];
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}

/** What an upload says of itself on its way. */
export const messages = {
  receiving: (fileName: string) => `Receiving ${fileName}`,
  interrupted: (fileName: string, percent: number) => `Choose ${fileName} again to go on from ${percent} %`,
  waiting: "Received; waiting for its turn",
  checking: "Checking the video",
  compressing: "Compressing",
  compressingOne: (height: number, place: number, of: number) =>
    of === 1 ? "Compressing" : `Compressing ${height}p (${place} of ${of})`,
  storing: "Storing",
  completed: { "hero-video": "Ready to publish", "course-video": "Ready" },
  cancelled: "Cancelled",
  retrying: "Trying again; waiting for its turn",
  lostWorker: "Going on after an interruption",
} as const;

export type LimitWords = { maxBytes: number; maxSeconds: number; maxSide: number; maxFrameRate: number };

/** Why an upload was refused or failed, and what to do. */
export function errorWords(code: UploadErrorCode, limits: LimitWords): string {
  return {
    too_large: `This file is larger than the ${sizeWords(limits.maxBytes)} that are allowed. Please send a shorter or smaller version.`,
    empty: "This file is empty. Please choose another one.",
    not_a_video: "This is not a video file. Please send MP4, MOV or WebM.",
    forbidden_format: "This kind of file is not accepted. Please send MP4, MOV or WebM.",
    no_video: "There is no picture in this file. Please send a video.",
    several_videos: "This file holds several videos. Please send one with a single picture track.",
    too_long: `This video is longer than the ${lengthWords(limits.maxSeconds)} that are allowed. Please shorten it.`,
    no_duration: "The length of this video cannot be read. Please export it again.",
    frame_too_large: `The picture is larger than the ${limits.maxSide} pixels a side that are allowed. Please export it smaller.`,
    frame_rate: `This video has more than the ${limits.maxFrameRate} frames a second that are allowed. Please export it with fewer.`,
    truncated:
      "This file is cut off: its end is missing. Please copy it again from its source and send that.",
    damaged: "This video is damaged and cannot be read. Please export it again.",
    size_differs: "What arrived is not as long as what was announced. Please send it again.",
    connection_lost: "The connection was lost before the whole file had arrived. What arrived is kept.",
    expired:
      "The rest of this file was not sent in time, and what had arrived was removed. Please send it again.",
    disk_full: "The server's disk is full. Please tell whoever runs it, then try again.",
    compress_failed: "Compressing failed. Please try again; if it fails again, export the video anew.",
    store_failed: "The video could not be stored. Please try again in a moment.",
    time_limit: "Compressing took longer than is allowed and was stopped. Please try again.",
    stalled: "Compressing stopped moving and was ended. Please try again.",
    worker_lost: "The server was interrupted several times while it worked on this. Please try again.",
    source_missing: "What had arrived of this file is no longer there. Please send it again.",
    ffmpeg_missing:
      "There is no ffmpeg on the server to work with. Please tell whoever runs it, then try again.",
    internal: "Something went wrong on our side. Please try again.",
  }[code];
}
