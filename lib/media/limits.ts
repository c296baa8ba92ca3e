import "server-only";
import { env } from "@/lib/env";
import type { Limits } from "@/lib/media/rules";
import type { UploadKindName } from "@/lib/media/schema";

/** Nobody films larger, and what is taken is shown at 1080p. */
const MAX_SIDE = 8_192;
const MAX_FRAME_RATE = 240;

/** What may be sent of each kind, by the settings. */
export function limitsOf(kind: UploadKindName): Limits {
  const settings = env();
  const isHero = kind === "hero-video";
  return {
    maxBytes: isHero ? settings.MEDIA_HERO_MAX_BYTES : settings.MEDIA_COURSE_MAX_BYTES,
    maxSeconds: isHero ? settings.MEDIA_HERO_MAX_SECONDS : settings.MEDIA_COURSE_MAX_SECONDS,
    maxSide: MAX_SIDE,
    maxFrameRate: MAX_FRAME_RATE,
  };
}
