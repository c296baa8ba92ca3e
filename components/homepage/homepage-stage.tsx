"use client";

import { ArrowUp } from "lucide-react";
import { useLayoutEffect, useRef, useState } from "react";
import { HomepageView } from "@/components/homepage/homepage-view";
import { Button } from "@/components/ui/button";
import { announce } from "@/components/ui/live-region";
import { useHomepage } from "@/lib/homepage/client";
import type { Homepage } from "@/lib/homepage/schema";

/** A visitor who has scrolled less than this looks at the top of the page. */
const TOP_PX = 52;

type HomepageStageProps = { initial: Homepage; portal: string | null; savesData: boolean };

/**
 * The homepage above its catalogue, live. A new release goes straight in for who is at the top and for who has scrolled
 * past it all, whose page stays where it is; who is between the two, or has the focus here, gets it when they ask.
 */
export function HomepageStage({ initial, portal, savesData }: HomepageStageProps) {
  const newest = useHomepage(initial).data ?? initial;
  const [shown, setShown] = useState(initial);
  const frame = useRef<HTMLDivElement>(null);
  const bottomBefore = useRef<number | null>(null);
  const isWaiting = !isSame(newest, shown);

  useLayoutEffect(() => {
    if (!isWaiting || isReading(frame.current)) return;
    bottomBefore.current = passedBottom(frame.current);
    setShown(newest);
    announce("The homepage has changed");
  }, [isWaiting, newest]);

  // What is looked at below stays where it is, whatever has become higher or lower above it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: after each change of what is shown
  useLayoutEffect(() => {
    const before = bottomBefore.current;
    bottomBefore.current = null;
    const after = frame.current?.getBoundingClientRect().bottom;
    if (before !== null && after !== undefined) window.scrollBy({ top: after - before, behavior: "instant" });
  }, [shown]);

  return (
    <div ref={frame} data-release={shown.release} className="[overflow-anchor:none]">
      {isWaiting && (
        // Takes no room: what is read stays where it is.
        <div className="sticky top-3 z-10 flex h-0 justify-center">
          <Button
            variant="primary"
            icon={<ArrowUp aria-hidden="true" className="size-4" />}
            className="shadow-overlay"
            onPress={() => {
              setShown(newest);
              window.scrollTo({ top: 0 });
            }}
          >
            The page has changed
          </Button>
        </div>
      )}
      <HomepageView homepage={shown} portal={portal} savesData={savesData} />
    </div>
  );
}

/** Which elements are shown, and as what; a release that changes nothing of it is none. */
function isSame(one: Homepage, other: Homepage): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

function isReading(frame: HTMLElement | null): boolean {
  if (!frame) return false;
  if (frame.contains(document.activeElement)) return true;
  return window.scrollY >= TOP_PX && passedBottom(frame) === null;
}

/** Where its end is, for who has scrolled past it. */
function passedBottom(frame: HTMLElement | null): number | null {
  const bottom = frame?.getBoundingClientRect().bottom ?? 0;
  return window.scrollY >= TOP_PX && bottom <= 0 ? bottom : null;
}
