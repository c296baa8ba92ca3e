"use client";

import { type RefObject, useEffect, useRef } from "react";
import type { ItemRecorder } from "@/lib/learning/browser/item-recorder";
import { useOutbox } from "@/lib/learning/browser/provider";
import { formatAnchor, parseAnchor, type ReadingAnchor } from "@/lib/learning/browser/recording-rules";
import { END_REACHED } from "@/lib/learning/rules";
import type { ContentDetail } from "@/lib/learning/schema";

/** Under the page's header, where the line lies that one reads on from. */
const TOP_PX = 72;

/**
 * Keeps where one is in a document, and returns there. The place is a block of it (a paragraph, a page) and how far into
 * that block, so that another width or type size leads to the same words.
 * @param isReady once the blocks have their sizes
 */
export function useReadingPlace(
  article: RefObject<HTMLElement | null>,
  content: ContentDetail,
  recorder: ItemRecorder | null,
  isReady: boolean,
): void {
  const outbox = useOutbox();
  const { item, isEnrolled } = content;
  const restored = useRef(false);

  useEffect(() => {
    if (!isReady || !isEnrolled || !outbox || restored.current) return;
    restored.current = true;
    // A link into the document says itself where to go.
    if (window.location.hash !== "") return;
    void (async () => {
      const kept = await outbox.lastPlace(item.id);
      await document.fonts.ready;
      const anchor = parseAnchor(kept?.readingAnchor ?? item.readingAnchor);
      if (article.current && anchor) scrollToAnchor(article.current, anchor);
    })();
  }, [article, outbox, item, isEnrolled, isReady]);

  useEffect(() => {
    if (!isReady || !recorder) return;
    let furthest = item.readingPosition;
    let isFirst = true;
    const look = () => {
      const element = article.current;
      if (!element) return;
      const place = readPlace(element);
      // Looking at the top of a document that one comes back to is not yet reading it again.
      if (isFirst && place.position < furthest && window.scrollY === 0) return;
      isFirst = false;
      recorder.setPlace({
        interaction_type: "scroll",
        data: { reading_position: place.position, reading_anchor: formatAnchor(place.anchor) },
      });
      if (furthest < END_REACHED && place.position >= END_REACHED) recorder.tellNow();
      furthest = Math.max(furthest, place.position);
    };
    const first = setTimeout(look, 600);
    window.addEventListener("scroll", look, { passive: true });
    return () => {
      clearTimeout(first);
      window.removeEventListener("scroll", look);
    };
  }, [article, recorder, item, isReady]);
}

function readPlace(element: HTMLElement): { position: number; anchor: ReadingAnchor } {
  const { top, height } = element.getBoundingClientRect();
  const position = height <= 0 ? 0 : Math.min(1, Math.max(0, (window.innerHeight - top) / height));
  const blocks = [...element.children];
  const block = Math.max(
    0,
    blocks.findIndex((child) => child.getBoundingClientRect().bottom > TOP_PX),
  );
  const box = blocks[block]?.getBoundingClientRect();
  const fraction = box && box.height > 0 ? Math.min(1, Math.max(0, (TOP_PX - box.top) / box.height)) : 0;
  return { position: Math.round(position * 1000) / 1000, anchor: { block, fraction } };
}

function scrollToAnchor(element: HTMLElement, { block, fraction }: ReadingAnchor): void {
  const box = element.children[block]?.getBoundingClientRect();
  if (!box || (block === 0 && fraction === 0)) return;
  window.scrollTo({ top: window.scrollY + box.top + box.height * fraction - TOP_PX, behavior: "instant" });
}
