"use client";

import { useEffect, useRef } from "react";
import { clockWords } from "@/components/learning/figures";
import type { ContentDetail } from "@/lib/learning/schema";

type Cues = Extract<ContentDetail["body"], { kind: "video" }>["transcript"];
type TranscriptProps = {
  cues: Cues;
  /** In seconds. */
  position: number;
  onSeek: (seconds: number) => void;
};

/** What is said, following the video; each line goes to where it is said. */
export function Transcript({ cues, position, onSeek }: TranscriptProps) {
  const list = useRef<HTMLOListElement>(null);
  const current = cues.findLastIndex(({ from }) => position >= from - 0.05);

  useEffect(() => {
    const box = list.current;
    const line = box?.children[current];
    // Whoever is in the list with the keyboard or the pointer reads by themselves.
    if (!box || !(line instanceof HTMLElement) || box.matches(":hover, :focus-within")) return;
    const above = line.offsetTop - box.offsetTop - box.clientHeight / 3;
    box.scrollTo({ top: above });
  }, [current]);

  return (
    <section aria-labelledby="transcript-title">
      <h2 id="transcript-title" className="pb-1.5 text-sm font-semibold">
        Transcript
      </h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it. */}
      <ol ref={list} tabIndex={0} className="max-h-56 overflow-y-auto rounded-md border border-line p-1.5">
        {cues.map((cue, index) => (
          <li key={`${cue.from} ${cue.to}`}>
            <button
              type="button"
              aria-current={index === current || undefined}
              onClick={() => onSeek(cue.from)}
              className={`flex min-h-9 touch:min-h-10 w-full items-baseline gap-3 rounded-sm px-2 py-1.5 text-left transition-colors hover:bg-surface-hover ${index === current ? "bg-accent-soft" : ""}`}
            >
              <span className="tabular w-9 shrink-0 text-xs text-ink-muted">{clockWords(cue.from)}</span>
              <span>{cue.text}</span>
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}
