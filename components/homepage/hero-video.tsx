"use client";

import { Pause, Play } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useMedia } from "@/components/training/use-media";
import type { ShownElement } from "@/lib/homepage/schema";

type HeroVideoProps = {
  hero: ShownElement;
  /** Whether the visitor's browser said, with its request, that data are to be saved. */
  savesData: boolean;
  /** A picture only, as in a preview. */
  isStill?: boolean;
};

/**
 * A hero as a good citizen: its poster first, then the video, muted and inline, with a control that is easy to find.
 * Who asked for less movement or fewer data gets the poster, and the video when they ask for it; nobody pays for what is
 * out of sight.
 */
export function HeroVideo({ hero, savesData, isStill = false }: HeroVideoProps) {
  const { video, captions, title } = hero;
  const description = hero.description ?? title;
  const element = useRef<HTMLVideoElement>(null);
  const wantsStill = useMedia("(prefers-reduced-motion: reduce)", true);
  const wantsLess = useMedia("(prefers-reduced-data: reduce)", savesData) || savesData || readSavesData();
  /** What the visitor chose; null while it is left to us. */
  const [chosen, setChosen] = useState<"play" | "pause" | null>(null);
  const [isInSight, setInSight] = useState(true);
  const [isPlaying, setPlaying] = useState(false);
  const [hasFailed, setFailed] = useState(false);
  const isWanted = chosen === null ? !wantsStill && !wantsLess : chosen === "play";
  const isLoaded = isWanted || chosen !== null;

  useEffect(() => {
    const player = element.current;
    if (!player || isStill) return;
    const watch = new IntersectionObserver(([entry]) => setInSight(entry?.isIntersecting ?? true));
    watch.observe(player);
    return () => watch.disconnect();
  }, [isStill]);

  useEffect(() => {
    const player = element.current;
    if (!player || isStill) return;
    if (isWanted && isInSight) {
      // A browser that does not allow it keeps the poster, and the control says "Play".
      player.play().catch(() => setPlaying(false));
    } else player.pause();
  }, [isWanted, isInSight, isStill]);

  if (!video) return null;
  return (
    <figure
      data-hero={hero.id}
      data-hero-state={isPlaying ? "playing" : "still"}
      className="relative h-full overflow-hidden bg-surface-sunken"
    >
      <picture>
        <source srcSet={video.posterWebpUrl} type="image/webp" />
        <img
          src={video.posterUrl}
          alt={description}
          width={video.width}
          height={video.height}
          fetchPriority={isStill ? "auto" : "high"}
          className="absolute inset-0 size-full object-cover"
        />
      </picture>
      {!isStill && !hasFailed && (
        <>
          <video
            ref={element}
            // Its picture is described by the poster's text, which stays for who does not see either.
            aria-hidden={captions === null}
            aria-label={captions === null ? undefined : description}
            tabIndex={-1}
            muted
            loop
            playsInline
            disablePictureInPicture
            preload="none"
            src={isLoaded ? video.videoUrl : undefined}
            onPlaying={() => setPlaying(true)}
            onPause={() => setPlaying(false)}
            onError={() => setFailed(true)}
            className={`absolute inset-0 size-full object-cover transition-opacity duration-300 ${isPlaying || chosen !== null ? "" : "opacity-0"}`}
          >
            {captions && (
              <track
                kind="captions"
                src={captions.url}
                srcLang={captions.language}
                label={captions.language}
                default
              />
            )}
          </video>
          <button
            type="button"
            onClick={() => setChosen(isWanted ? "pause" : "play")}
            className="absolute top-4 right-4 inline-flex h-11 items-center gap-2 rounded-sm border border-line-medium bg-surface-raised px-4 font-medium text-ink transition-colors hover:bg-surface-hover"
          >
            {isWanted ? (
              <Pause aria-hidden="true" className="size-4" />
            ) : (
              <Play aria-hidden="true" className="size-4" />
            )}
            {isWanted ? "Pause video" : "Play video"}
          </button>
        </>
      )}
    </figure>
  );
}

/** What the browser itself knows of the visitor's wish, where it tells. */
function readSavesData(): boolean {
  if (typeof navigator === "undefined" || !("connection" in navigator)) return false;
  const { connection } = navigator;
  return (
    typeof connection === "object" &&
    connection !== null &&
    "saveData" in connection &&
    connection.saveData === true
  );
}
