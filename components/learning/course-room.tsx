"use client";

import { ListTree, Maximize2, Minimize2 } from "lucide-react";
import Link from "next/link";
import { useSelectedLayoutSegment } from "next/navigation";
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from "react";
import { Outline } from "@/components/learning/course-outline";
import { progressWords } from "@/components/learning/figures";
import { ProgressInfo } from "@/components/learning/progress-info";
import { SessionNotice } from "@/components/learning/session-notice";
import { Button } from "@/components/ui/button";
import { SidePanel } from "@/components/ui/side-panel";
import { useOutbox, useRecorded } from "@/lib/learning/browser/provider";
import { useCourseOutline } from "@/lib/learning/client";
import type { CourseOutline } from "@/lib/learning/schema";
import { useLiveStatus } from "@/lib/live/client";

type Room = { outline: CourseOutline; isFocused: boolean; toggleFocus: () => void };
const RoomContext = createContext<Room | null>(null);

/** The course that an item is shown in. @throws outside of a course */
export function useRoom(): Room {
  const room = useContext(RoomContext);
  if (!room) throw new Error("useRoom is for what is shown within a course.");
  return room;
}

type CourseRoomProps = { initial: CourseOutline; zone: string; children: ReactNode };

/** A course: its outline at the left (a sheet on phones), the open item beside it; in focus mode the item alone. */
export function CourseRoom({ initial, zone, children }: CourseRoomProps) {
  const { data, mutate } = useCourseOutline(initial.slug, initial);
  const outline = data ?? initial;
  const current = useSelectedLayoutSegment();
  const [isFocused, setFocused] = useState(false);
  const [isSheetOpen, setSheetOpen] = useState(false);
  const outbox = useOutbox();
  const { state } = useLiveStatus();
  const toggleFocus = useCallback(() => setFocused((before) => !before), []);

  // Where the stream does not bring one's own progress back, the answer does.
  useRecorded(({ content }) => {
    if (state !== "live" && content.length > 0) void mutate();
  });

  useEffect(() => {
    if (!isFocused) return;
    const leave = (event: KeyboardEvent) => {
      if (event.key === "Escape" && !event.defaultPrevented) setFocused(false);
    };
    window.addEventListener("keydown", leave);
    return () => window.removeEventListener("keydown", leave);
  }, [isFocused]);

  const courseId = initial.courseId;
  useEffect(() => {
    return () => void outbox?.end(courseId);
  }, [outbox, courseId]);

  const room = useMemo(() => ({ outline, isFocused, toggleFocus }), [outline, isFocused, toggleFocus]);
  const title = (
    <Link href={`/learn/${outline.slug}`} prefetch={false} className="hover:underline">
      {outline.title}
    </Link>
  );

  return (
    <RoomContext value={room}>
      <div className="flex flex-1">
        {!isFocused && (
          <nav
            aria-label="Course outline"
            className="sticky top-13 h-[calc(100dvh-3.25rem)] w-[300px] shrink-0 overflow-y-auto border-r border-line bg-surface-sunken max-lg:hidden"
          >
            <div className="flex flex-col gap-3 border-b border-line px-5 py-4">
              <p className="text-md leading-5 font-semibold text-balance">{title}</p>
              <ProgressInfo outline={outline} zone={zone} />
            </div>
            <div className="px-3 py-4">
              <Outline outline={outline} current={current} />
            </div>
          </nav>
        )}
        <div className="flex min-w-0 flex-1 flex-col">
          <div
            className={`flex items-center gap-3 border-b border-line bg-surface px-4 py-2 md:px-6 ${isFocused ? "" : "lg:hidden"}`}
          >
            <div className="min-w-0 flex-1">
              <CompactProgress outline={outline} />
            </div>
            {isFocused ? (
              <Button
                size="compact"
                icon={<Minimize2 aria-hidden="true" className="size-3.5" />}
                onPress={toggleFocus}
              >
                Leave focus
              </Button>
            ) : (
              <Button
                size="compact"
                icon={<ListTree aria-hidden="true" className="size-4" />}
                onPress={() => setSheetOpen(true)}
              >
                Outline
              </Button>
            )}
          </div>
          <main
            id="content"
            tabIndex={-1}
            className={`mx-auto w-full flex-1 px-4 pt-5 pb-16 outline-none md:px-8 ${isFocused ? "max-w-[1120px]" : "max-w-[1000px]"}`}
          >
            <SessionNotice />
            {children}
          </main>
        </div>
      </div>
      <SidePanel
        title={outline.title}
        subtitle={outline.enrolment && <span className="tabular">{progressWords(outline.enrolment)}</span>}
        isOpen={isSheetOpen}
        onOpenChange={setSheetOpen}
      >
        <nav aria-label="Course outline" className="-mx-2">
          <Outline outline={outline} current={current} onChoose={() => setSheetOpen(false)} />
        </nav>
      </SidePanel>
    </RoomContext>
  );
}

/** Hides the outline, or shows it again. */
export function FocusButton() {
  const { isFocused, toggleFocus } = useRoom();
  if (isFocused) return null;
  return (
    <span className="max-lg:hidden">
      <Button
        size="compact"
        variant="quiet"
        icon={<Maximize2 aria-hidden="true" className="size-3.5" />}
        onPress={toggleFocus}
      >
        Focus
      </Button>
    </span>
  );
}

function CompactProgress({ outline }: { outline: CourseOutline }) {
  return (
    <p className="truncate text-sm">
      <span className="font-medium">{outline.title}</span>
      {outline.enrolment && (
        <span className="tabular text-ink-muted">
          {" · "}
          {progressWords(outline.enrolment)}
        </span>
      )}
    </p>
  );
}
