"use client";

import { Settings2 } from "lucide-react";
import {
  MediaCaptionsButton,
  MediaControlBar,
  MediaController,
  MediaFullscreenButton,
  MediaLoadingIndicator,
  MediaMuteButton,
  MediaPipButton,
  MediaPlayButton,
  MediaPlaybackRateButton,
  MediaSeekBackwardButton,
  MediaSeekForwardButton,
  MediaTimeDisplay,
  MediaTimeRange,
  MediaVolumeRange,
} from "media-chrome/react";
import { useEffect, useRef, useState } from "react";
import { clockWords } from "@/components/learning/figures";
import { Transcript } from "@/components/learning/transcript";
import { useItemRecorder } from "@/components/learning/use-item-recorder";
import { Button } from "@/components/ui/button";
import { Menu, MenuItem, MenuSection } from "@/components/ui/menu";
import { Notice } from "@/components/ui/notice";
import { useIsHydrated } from "@/components/ui/use-now";
import { useOutbox, useRecorded } from "@/lib/learning/browser/provider";
import { playedStretches, quarterOf } from "@/lib/learning/browser/recording-rules";
import { coveredSeconds, isVideoComplete, mergeStretches, type Stretches } from "@/lib/learning/rules";
import type { ContentDetail } from "@/lib/learning/schema";

declare module "react" {
  interface CSSProperties {
    /** The ground of the player's seek bar. */
    "--watched"?: string;
  }
}

type VideoBody = Extract<ContentDetail["body"], { kind: "video" }>;
type VideoItemProps = { content: ContentDetail; body: VideoBody };

/** Within so little of its end a video is begun anew. */
const END_SECONDS = 1;

/** A video with its transcript. What has been watched is filled on the seek bar; gaps are what is missing. */
export function VideoItem({ content, body }: VideoItemProps) {
  const { item } = content;
  const video = useRef<HTMLVideoElement>(null);
  const recorder = useItemRecorder(
    { courseId: content.courseId, contentId: item.id, isEnrolled: content.isEnrolled },
    "playing",
  );
  const outbox = useOutbox();
  const [watched, setWatched] = useState<Stretches>(body.watched);
  const [position, setPosition] = useState(0);
  const [hasFailed, setFailed] = useState(false);
  const [source, setSource] = useState(body.videoUrl);
  /** What was played of files that are no longer in the player. */
  const playedBefore = useRef<Stretches>([]);
  /** Where a newly loaded file goes on. */
  const goOn = useRef<{ at: number; isPlaying: boolean } | null>(null);
  const duration = body.durationSeconds;
  const isHydrated = useIsHydrated();

  useRecorded((answer) => {
    const mine = answer.content.find(({ content_id }) => content_id === item.id);
    if (mine) setWatched((before) => mergeStretches([...before, ...mine.watched]));
  });

  useEffect(() => {
    const element = video.current;
    if (!element || !recorder || !outbox || !isHydrated) return;
    let isOurSeek = false;
    let quarter = quarterOf(coveredSeconds(body.watched), duration);

    const seek = (seconds: number) => {
      isOurSeek = true;
      element.currentTime = seconds;
    };
    const ranges = () =>
      playedStretches(
        playedBefore.current,
        Array.from({ length: element.played.length }, (_, index) => [
          element.played.start(index),
          element.played.end(index),
        ]),
        duration,
      );
    const note = (): Stretches => {
      const played = ranges();
      recorder.setPlace({
        interaction_type: "progress",
        data: {
          position: Math.min(element.currentTime, duration),
          ranges: played.map(([from, to]) => [from, to]),
          playback_rate: element.playbackRate,
        },
      });
      return played;
    };
    const at = () => ({ position: Math.min(element.currentTime, duration) });

    const onTime = () => {
      setPosition(element.currentTime);
      if (element.paused || element.seeking) return;
      const played = note();
      const all = mergeStretches([...body.watched, ...played]);
      setWatched((before) => mergeStretches([...before, ...played]));
      const reached = isVideoComplete(all, duration) ? 4 : quarterOf(coveredSeconds(all), duration);
      if (reached > quarter) {
        quarter = reached;
        recorder.tellNow();
      }
    };
    const onPlay = () => {
      recorder.clock.setPlaying(true);
      recorder.record({ interaction_type: "play", data: at() });
    };
    const onPause = () => {
      recorder.clock.setPlaying(false);
      note();
      recorder.record({ interaction_type: "pause", data: at() });
      recorder.tellNow();
    };
    const onSeeked = () => {
      setPosition(element.currentTime);
      if (isOurSeek) {
        isOurSeek = false;
        return;
      }
      note();
      recorder.record({ interaction_type: "seek", data: at() });
    };
    const onRate = () =>
      recorder.record({
        interaction_type: "ratechange",
        data: { ...at(), playback_rate: element.playbackRate },
      });
    const onWaiting = () => recorder.clock.setPlaying(false);
    const onPlaying = () => recorder.clock.setPlaying(true);
    const onEnded = () => {
      note();
      recorder.record({ interaction_type: "complete" });
      recorder.tellNow();
    };

    const listeners = [
      ["timeupdate", onTime],
      ["play", onPlay],
      ["pause", onPause],
      ["seeked", onSeeked],
      ["ratechange", onRate],
      ["waiting", onWaiting],
      ["playing", onPlaying],
      ["ended", onEnded],
    ] as const;
    for (const [name, listener] of listeners) element.addEventListener(name, listener);

    let isOver = false;
    void (async () => {
      const kept = await outbox.lastPlace(item.id);
      await untilLoaded(element);
      if (isOver || element.currentTime > 0) return;
      const last = kept?.position ?? item.lastPosition;
      if (last >= 1 && last < duration - END_SECONDS) seek(last);
      element.dataset.resumed = String(Math.floor(last));
    })();

    return () => {
      isOver = true;
      for (const [name, listener] of listeners) element.removeEventListener(name, listener);
      recorder.clock.setPlaying(false);
    };
  }, [recorder, outbox, body, item, duration, isHydrated]);

  function choose(url: string) {
    const element = video.current;
    if (!element || url === source) return;
    playedBefore.current = playedStretches(
      playedBefore.current,
      Array.from({ length: element.played.length }, (_, index) => [
        element.played.start(index),
        element.played.end(index),
      ]),
      duration,
    );
    goOn.current = { at: element.currentTime, isPlaying: !element.paused };
    setSource(url);
  }

  function onLoaded() {
    const element = video.current;
    const place = goOn.current;
    goOn.current = null;
    if (!element || !place) return;
    element.currentTime = place.at;
    if (place.isPlaying) void element.play().catch(() => undefined);
  }

  const share = duration === 0 ? 0 : Math.floor((coveredSeconds(watched) * 100) / duration);
  return (
    <div className="flex flex-col gap-4">
      {hasFailed && (
        <Notice
          tone="critical"
          title="The video could not be loaded"
          action={
            <Button
              size="compact"
              onPress={() => {
                setFailed(false);
                video.current?.load();
              }}
            >
              Try again
            </Button>
          }
        >
          What you watched so far is kept. Check your connection, then try again.
        </Notice>
      )}
      {isHydrated ? (
        <MediaController className="player" style={{ "--watched": watchedTrack(watched, duration) }}>
          {/* biome-ignore lint/a11y/useMediaCaption: a video without spoken words has no captions; those there are follow. */}
          <video
            ref={video}
            slot="media"
            src={source}
            poster={body.posterUrl}
            preload="metadata"
            playsInline
            aria-label={item.title}
            onError={() => setFailed(true)}
            onLoadedMetadata={onLoaded}
          >
            {body.captions.map(({ url, language, label }) => (
              <track key={url} kind="captions" src={url} srcLang={language} label={label} />
            ))}
          </video>
          <MediaLoadingIndicator slot="centered-chrome" noAutohide />
          <MediaTimeRange className="player-range" aria-label="Seek" />
          <MediaControlBar className="player-bar">
            <MediaPlayButton />
            <MediaSeekBackwardButton seekOffset={10} />
            <MediaSeekForwardButton seekOffset={10} />
            <MediaMuteButton />
            <MediaVolumeRange />
            <MediaTimeDisplay showDuration />
            <span className="player-gap" />
            <MediaPlaybackRateButton rates={[0.75, 1, 1.25, 1.5, 2]} />
            {body.captions.length > 0 && <MediaCaptionsButton ref={nameSwitch} />}
            <MediaPipButton />
            <MediaFullscreenButton />
          </MediaControlBar>
        </MediaController>
      ) : (
        // The controls are elements that dress themselves in the browser.
        // biome-ignore lint/performance/noImgElement: the poster as it is stored.
        <img className="player object-contain" src={body.posterUrl} alt="" />
      )}
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p data-testid="watched" className="tabular text-sm text-ink-muted">
          {watched.length === 0
            ? "Not watched yet"
            : `Watched ${Math.min(100, share)} %: ${watched.map(([from, to]) => `${clockWords(from)} to ${clockWords(to)}`).join(", ")}`}
        </p>
        {body.renditions.length > 1 && (
          <Menu
            label="Quality"
            trigger={
              <Button
                size="compact"
                variant="quiet"
                icon={<Settings2 aria-hidden="true" className="size-3.5" />}
              >
                {qualityOf(body, source)}
              </Button>
            }
          >
            <MenuSection
              title="Quality"
              chosen={source}
              choices={body.renditions.map(({ url }) => url)}
              onChoose={choose}
            >
              {body.renditions.map(({ url }) => (
                <MenuItem key={url} id={url}>
                  {qualityOf(body, url)}
                </MenuItem>
              ))}
            </MenuSection>
          </Menu>
        )}
      </div>
      {body.transcript.length > 0 && (
        <Transcript
          cues={body.transcript}
          position={position}
          onSeek={(seconds) => {
            if (video.current) video.current.currentTime = seconds;
          }}
        />
      )}
    </div>
  );
}

function qualityOf(body: VideoBody, url: string): string {
  const rendition = body.renditions.find((one) => one.url === url);
  return rendition?.height ? `${rendition.height}p` : "Original";
}

/** The seek bar's ground: filled where it was watched. */
function watchedTrack(watched: Stretches, duration: number): string {
  const stops = watched.flatMap(([from, to]) => {
    const [a, b] = [from, to].map((seconds) => `${Math.min(100, (seconds * 100) / Math.max(1, duration))}%`);
    return [`var(--player-track) ${a}`, `var(--player-watched) ${a} ${b}`, `var(--player-track) ${b}`];
  });
  return stops.length === 0 ? "var(--player-track)" : `linear-gradient(to right, ${stops.join(", ")})`;
}

function untilLoaded(element: HTMLVideoElement): Promise<void> {
  if (element.readyState >= HTMLMediaElement.HAVE_METADATA) return Promise.resolve();
  return new Promise((resolve) =>
    element.addEventListener("loadedmetadata", () => resolve(), { once: true }),
  );
}

/** It says whether it is on as switches do, but calls itself a button, of which that may not be said. */
function nameSwitch(element: HTMLElement | null): void {
  element?.setAttribute("role", "switch");
}
