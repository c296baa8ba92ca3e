"use client";

import { Check, Circle, CircleDashed, FileText, ListChecks, PencilLine, Play } from "lucide-react";
import Link from "next/link";
import { itemHref, kindWords, lengthWords } from "@/components/learning/figures";
import { ProgressBar } from "@/components/ui/progress-bar";
import type { CourseOutline, OutlineItem } from "@/lib/learning/schema";

const kindIcons: Record<OutlineItem["kind"], typeof Play> = {
  video: Play,
  document: FileText,
  quiz: ListChecks,
  assignment: PencilLine,
};

type OutlineProps = {
  outline: CourseOutline;
  /** The slug of the item that is open, if one is. */
  current: string | null;
  onChoose?: () => void;
};

/** The modules of a course with their items: what is done, how long each takes, how far one is in it. */
export function Outline({ outline, current, onChoose }: OutlineProps) {
  return (
    <ol className="flex flex-col gap-5">
      {outline.modules.map((module, index) => (
        <li key={module.id}>
          <div className="flex items-baseline justify-between gap-3 px-2 pb-1.5">
            <h3 className="text-sm font-semibold">
              <span className="tabular font-normal text-ink-muted">{index + 1}</span>
              <span className="pl-2">{module.title}</span>
            </h3>
            {outline.enrolment && (
              <span className="tabular shrink-0 text-xs text-ink-muted">
                {module.complete ? "done" : `${module.completionPercentage} %`}
              </span>
            )}
          </div>
          <ol className="flex flex-col gap-px">
            {module.contents.map((item) => (
              <li key={item.id}>
                <OutlineRow
                  item={item}
                  href={itemHref(outline.slug, item.slug)}
                  isCurrent={item.slug === current}
                  isLink={outline.enrolment !== null || !outline.canEnrol}
                  onChoose={onChoose}
                />
              </li>
            ))}
          </ol>
        </li>
      ))}
    </ol>
  );
}

type OutlineRowProps = {
  item: OutlineItem;
  href: string;
  isCurrent: boolean;
  /** False where one must enrol first. */
  isLink: boolean;
  onChoose: (() => void) | undefined;
};

function OutlineRow({ item, href, isCurrent, isLink, onChoose }: OutlineRowProps) {
  const Kind = kindIcons[item.kind];
  const isBegun = !item.complete && item.completionPercentage > 0;
  const content = (
    <>
      <Tick item={item} />
      <span className="min-w-0 flex-1">
        <span className={`block text-sm leading-5 ${isCurrent ? "font-medium" : ""}`}>{item.title}</span>
        <span className="tabular flex items-center gap-1.5 text-xs text-ink-muted">
          <Kind aria-hidden="true" className="size-3" />
          <span className="spoken-only">{kindWords[item.kind]}, </span>
          {lengthWords(item.durationSeconds ?? item.estimatedSeconds)}
          {!item.isRequired && <span>· optional</span>}
          {item.basis === "excused" && <span>· excused</span>}
          {isBegun && <span>· {item.completionPercentage} %</span>}
        </span>
        {isBegun && (
          <ProgressBar
            label={`Progress in ${item.title}`}
            percentage={item.completionPercentage}
            size="thin"
            className="mt-1.5"
          />
        )}
      </span>
    </>
  );
  const row = "flex min-h-10 items-start gap-2.5 rounded-sm px-2 py-2";
  if (!isLink) return <div className={row}>{content}</div>;
  return (
    <Link
      href={href}
      aria-current={isCurrent ? "page" : undefined}
      data-content={item.slug}
      data-complete={item.complete}
      onClick={onChoose}
      className={`${row} transition-colors hover:bg-surface-hover ${isCurrent ? "bg-surface-hover" : ""}`}
    >
      {content}
    </Link>
  );
}

function Tick({ item }: { item: OutlineItem }) {
  if (item.complete)
    return (
      <span className="mt-0.5 grid size-4 shrink-0 place-items-center rounded-full bg-accent text-accent-ink">
        <Check aria-hidden="true" className="size-3" strokeWidth={3} />
        <span className="spoken-only">Done: </span>
      </span>
    );
  const Icon = item.completionPercentage > 0 ? CircleDashed : Circle;
  return (
    <span className="mt-0.5 shrink-0 text-ink-muted">
      <Icon aria-hidden="true" className="size-4" />
      <span className="spoken-only">{item.completionPercentage > 0 ? "Begun: " : "Not begun: "}</span>
    </span>
  );
}
