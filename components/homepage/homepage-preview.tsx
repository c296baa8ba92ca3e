"use client";

import { useEffect, useRef, useState } from "react";
import { HomepageView } from "@/components/homepage/homepage-view";
import { Mark } from "@/components/ui/mark";
import { Skeleton } from "@/components/ui/skeleton";
import type { Homepage } from "@/lib/homepage/schema";

export const devices = ["desktop", "phone"] as const;
export type Device = (typeof devices)[number];

/** In pixels of the device's own. */
const sizes: Record<Device, { width: number; height: number }> = {
  desktop: { width: 1280, height: 800 },
  phone: { width: 390, height: 760 },
};

/** The homepage as that device shows it, smaller. It is the page's own parts, laid out at the device's width. */
export function HomepagePreview({ homepage, device }: { homepage: Homepage; device: Device }) {
  const frame = useRef<HTMLElement>(null);
  const [room, setRoom] = useState<number | null>(null);
  const page = useRef<HTMLDivElement>(null);
  const [pageHeight, setPageHeight] = useState(0);
  const { width, height } = sizes[device];
  const scale = room === null ? 0 : Math.min(1, room / width);

  useEffect(() => {
    if (!frame.current || !page.current) return;
    const watch = new ResizeObserver((entries) => {
      for (const { target, contentRect } of entries) {
        if (target === frame.current) setRoom(contentRect.width);
        else setPageHeight(contentRect.height);
      }
    });
    watch.observe(frame.current);
    watch.observe(page.current);
    return () => watch.disconnect();
  }, []);

  return (
    <section
      ref={frame}
      aria-label={`Preview, ${device}`}
      data-preview={device}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard must be able to scroll it
      tabIndex={0}
      className={`mx-auto w-full overflow-x-hidden overflow-y-auto rounded-md border border-line bg-surface ${device === "phone" ? "max-w-80" : ""}`}
      style={{ height: room === null ? undefined : height * scale, aspectRatio: `${width} / ${height}` }}
    >
      <div className="overflow-hidden" style={{ height: pageHeight * scale }}>
        <div
          ref={page}
          inert
          className="origin-top-left"
          style={{ width, transform: `scale(${scale})`, visibility: room === null ? "hidden" : undefined }}
        >
          <div className="flex h-13 items-center gap-2.5 border-b border-line px-6 text-md font-semibold tracking-tight">
            <Mark size={24} />
            Lockstep
          </div>
          <HomepageView homepage={homepage} portal={null} savesData={false} isStill />
          <div className="mx-auto w-full max-w-[1048px] px-5 pb-12">
            <p className="border-b border-line pb-4 text-lg font-semibold tracking-tight">Catalogue</p>
            {["w-2/5", "w-1/3", "w-1/2"].map((length) => (
              <div key={length} className="flex flex-col gap-2 border-b border-line py-4">
                <Skeleton className={`h-5 ${length}`} />
                <Skeleton className="h-4 w-3/5" />
              </div>
            ))}
          </div>
        </div>
      </div>
    </section>
  );
}
