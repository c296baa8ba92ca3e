"use client";

import { ArrowLeft, ArrowRight } from "lucide-react";
import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { AssignmentItem } from "@/components/learning/assignment-item";
import { FocusButton, useRoom } from "@/components/learning/course-room";
import { DocumentItem } from "@/components/learning/document-item";
import { itemHref, kindWords, lengthWords } from "@/components/learning/figures";
import { PdfItem } from "@/components/learning/pdf-item";
import { QuizItem } from "@/components/learning/quiz-item";
import { VideoItem } from "@/components/learning/video-item";
import { ButtonLink } from "@/components/ui/button-link";
import { Notice } from "@/components/ui/notice";
import { ProgressBar } from "@/components/ui/progress-bar";
import type { ContentDetail, OutlineItem } from "@/lib/learning/schema";

/** One item of a course: what it is, the thing itself, and the way to the one before and the one after. */
export function ContentView({ content }: { content: ContentDetail }) {
  const { outline } = useRoom();
  const live = outline.modules.flatMap(({ contents }) => contents).find(({ id }) => id === content.item.id);
  const item = live ?? content.item;
  useNeighbourKeys(content);

  return (
    <article aria-labelledby="item-title" className="flex flex-col">
      <header className="flex flex-wrap items-start justify-between gap-x-6 gap-y-2 pb-5">
        <div className="min-w-0 flex-1">
          <p className="text-sm text-ink-muted">
            {content.moduleTitle} · {kindWords[item.kind]}
            {" · "}
            <span className="tabular">{lengthWords(item.durationSeconds ?? item.estimatedSeconds)}</span>
          </p>
          <h1 id="item-title" className="pt-0.5 text-xl font-semibold tracking-tight">
            {item.title}
          </h1>
        </div>
        <FocusButton />
      </header>
      {!content.isEnrolled && (
        <div className="pb-4">
          <Notice tone="info">You look at this as its learners see it. Nothing is recorded.</Notice>
        </div>
      )}
      <Body content={content} />
      {content.isEnrolled && <ItemProgress item={item} />}
      <nav
        aria-label="Items"
        className="mt-8 flex flex-wrap items-center justify-between gap-3 border-t border-line pt-4"
      >
        {content.previous ? (
          <ButtonLink
            href={itemHref(content.courseSlug, content.previous.slug)}
            aria-keyshortcuts="Alt+PageUp"
            title="Alt Page Up"
          >
            <ArrowLeft aria-hidden="true" className="size-4" />
            <span className="max-w-[14rem] truncate">
              <span className="spoken-only">Previous: </span>
              {content.previous.title}
            </span>
          </ButtonLink>
        ) : (
          <span />
        )}
        {content.next ? (
          <ButtonLink
            href={itemHref(content.courseSlug, content.next.slug)}
            variant={item.complete ? "primary" : "secondary"}
            aria-keyshortcuts="Alt+PageDown"
            title="Alt Page Down"
          >
            <span className="max-w-[14rem] truncate">
              <span className="spoken-only">Next: </span>
              {content.next.title}
            </span>
            <ArrowRight aria-hidden="true" className="size-4" />
          </ButtonLink>
        ) : (
          <p className="text-ink-muted">This is the last item of the course.</p>
        )}
      </nav>
    </article>
  );
}

function Body({ content }: { content: ContentDetail }) {
  const { body } = content;
  switch (body.kind) {
    case "video":
      return <VideoItem key={content.item.id} content={content} body={body} />;
    case "document":
      return body.format === "markdown" ? (
        <DocumentItem key={content.item.id} content={content} body={body} />
      ) : (
        <PdfItem key={content.item.id} content={content} url={body.url} />
      );
    case "quiz":
      return <QuizItem body={body} />;
    case "assignment":
      return <AssignmentItem key={content.item.id} content={content} body={body} />;
  }
}

const doneWords: Record<NonNullable<OutlineItem["basis"]>, string> = {
  earned: "Done",
  marked: "Marked as done by hand",
  excused: "Excused",
};

function ItemProgress({ item }: { item: OutlineItem }) {
  if (item.kind === "quiz" && !item.complete) return null;
  return (
    <div className="mt-6 flex items-center gap-3">
      <ProgressBar
        label={`Progress in ${item.title}`}
        percentage={item.completionPercentage}
        className="w-40"
      />
      <p data-testid="item-progress" className="tabular text-sm text-ink-muted">
        {item.complete ? doneWords[item.basis ?? "earned"] : `${item.completionPercentage} %`}
      </p>
    </div>
  );
}

/** Alt with Page Up and Page Down go to the item before and after. */
function useNeighbourKeys({ courseSlug, previous, next }: ContentDetail) {
  const router = useRouter();
  const before = previous?.slug ?? null;
  const after = next?.slug ?? null;
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      const slug = event.key === "PageDown" ? after : event.key === "PageUp" ? before : null;
      if (slug === null) return;
      event.preventDefault();
      router.push(itemHref(courseSlug, slug));
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, [router, courseSlug, before, after]);
}
