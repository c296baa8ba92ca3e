"use client";

import { CalendarClock, Check } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { itemHref, lengthWords, progressWords, resumeWords } from "@/components/learning/figures";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { ButtonLink } from "@/components/ui/button-link";
import { ChangedMark } from "@/components/ui/changed-mark";
import { EmptyState } from "@/components/ui/empty-state";
import { Notice } from "@/components/ui/notice";
import { ProgressBar } from "@/components/ui/progress-bar";
import { RelativeTime } from "@/components/ui/relative-time";
import { TableSkeleton } from "@/components/ui/skeleton";
import { useNow } from "@/components/ui/use-now";
import { useMyCourses } from "@/lib/learning/client";
import type { MyCourse, MyCoursesPage } from "@/lib/learning/schema";

type MyCoursesProps = {
  initial: MyCoursesPage;
  zone: string;
  /** Staff see what was assigned to them apart from what they chose. */
  isStaff: boolean;
};

/** The viewer's courses, moving as they learn in whichever tab or device. */
export function MyCourses({ initial, zone, isStaff }: MyCoursesProps) {
  const [cursors, setCursors] = useState<string[]>([]);
  const cursor = cursors.at(-1) ?? null;
  const { data, error, isValidating, mutate } = useMyCourses(cursor, cursor === null ? initial : undefined);

  if (!data) return <TableSkeleton label="Fetching your courses" />;
  if (data.total === 0)
    return (
      <EmptyState
        title="Your courses will be here"
        action={
          <ButtonLink href="/#catalogue" variant="primary">
            Browse the catalogue
          </ButtonLink>
        }
      >
        {isStaff
          ? "Those that your organization assigns, with their due dates, and those that you choose yourself."
          : "With what you have done in each, and where you left off."}
      </EmptyState>
    );

  const assigned = data.items.filter(({ source }) => source === "assigned");
  const chosen = data.items.filter(({ source }) => source !== "assigned");
  return (
    <div className="flex flex-col gap-8 pt-5">
      {error !== undefined && (
        <Notice
          tone="caution"
          action={
            <Button size="compact" onPress={() => void mutate()} isPending={isValidating}>
              Try again
            </Button>
          }
        >
          Your courses could not be refreshed; what you see may be a little old.
        </Notice>
      )}
      {cursor === null && <LeftOff items={data.items} />}
      {isStaff ? (
        <>
          <CourseList title="Assigned" items={assigned} zone={zone} />
          <CourseList title="Chosen" items={chosen} zone={zone} />
        </>
      ) : (
        <CourseList title="Courses" items={data.items} zone={zone} />
      )}
      {(cursors.length > 0 || data.nextCursor) && (
        <nav aria-label="Pages" className="flex justify-end gap-2">
          <Button
            size="compact"
            isDisabled={cursors.length === 0}
            onPress={() => setCursors((before) => before.slice(0, -1))}
          >
            Previous
          </Button>
          <Button
            size="compact"
            isDisabled={!data.nextCursor}
            onPress={() => {
              const next = data.nextCursor;
              if (next) setCursors((before) => [...before, next]);
            }}
          >
            Next
          </Button>
        </nav>
      )}
    </div>
  );
}

/** The first line: the course last learned in, and one button to its exact place. */
function LeftOff({ items }: { items: readonly MyCourse[] }) {
  const last = items
    .filter(({ resume, lastActivityAt, completedAt, isOpen }) =>
      Boolean(isOpen && resume && lastActivityAt && !completedAt),
    )
    .sort((a, b) => (b.lastActivityAt ?? "").localeCompare(a.lastActivityAt ?? ""))[0];
  if (!last?.resume) return null;
  return (
    <section
      aria-label="Where you left off"
      className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3 border-y border-line py-4"
    >
      <div className="min-w-0">
        <p className="text-sm text-ink-muted">Where you left off · {last.title}</p>
        <p className="text-md font-medium">{resumeWords(last.resume)}</p>
      </div>
      <ButtonLink href={itemHref(last.slug, last.resume.contentSlug)} variant="primary" prefetch={false}>
        Continue
      </ButtonLink>
    </section>
  );
}

function CourseList({ title, items, zone }: { title: string; items: readonly MyCourse[]; zone: string }) {
  if (items.length === 0) return null;
  return (
    <section aria-label={title}>
      <h2 className="border-b border-line pb-2 text-sm font-semibold">{title}</h2>
      <ul>
        {items.map((course) => (
          <li key={course.id} className="border-b border-line">
            <CourseRow course={course} zone={zone} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function CourseRow({ course, zone }: { course: MyCourse; zone: string }) {
  const now = useNow();
  const isLate =
    course.dueAt !== null && course.completedAt === null && Date.parse(course.dueAt) < now.getTime();
  return (
    <ChangedMark revision={`${course.completedContent} ${course.progressPercentage}`}>
      <div
        data-course={course.slug}
        className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-6 gap-y-2 py-3.5 md:grid-cols-[minmax(0,1fr)_13rem_8.5rem_6.5rem]"
      >
        <div className="min-w-0">
          <h3 className="text-md leading-5 font-medium">
            {course.isOpen ? (
              <Link href={`/learn/${course.slug}`} prefetch={false} className="rounded-sm hover:underline">
                {course.title}
              </Link>
            ) : (
              course.title
            )}
          </h3>
          <p className="truncate pt-0.5 text-sm text-ink-muted">
            {course.isOpen
              ? course.completedAt === null && course.resume
                ? `Next: ${resumeWords(course.resume)}`
                : course.summary
              : "Withdrawn: nothing more is recorded, and what you did is kept."}
          </p>
        </div>
        <div className="col-span-2 row-start-2 flex flex-col gap-1.5 md:col-span-1 md:row-start-auto">
          <p data-testid="course-progress" className="tabular flex justify-between gap-3 text-sm">
            <span>{progressWords(course)}</span>
            <span className="text-ink-muted">
              <span className="spoken-only">, time spent: </span>
              {lengthWords(course.timeSpentSeconds)}
            </span>
          </p>
          <ProgressBar label={`Progress in ${course.title}`} percentage={course.progressPercentage} />
        </div>
        <div className="col-span-2 text-sm empty:hidden md:col-span-1 md:empty:block">
          {course.completedAt !== null ? (
            <Badge tone="positive" icon={Check}>
              Done
            </Badge>
          ) : (
            course.dueAt !== null && (
              <span
                className={`inline-flex items-center gap-1.5 ${isLate ? "text-critical" : "text-ink-muted"}`}
              >
                <CalendarClock aria-hidden="true" className="size-3.5 shrink-0" />
                <span>
                  {isLate ? "Overdue: " : "Due "}
                  <RelativeTime at={course.dueAt} zone={zone} />
                </span>
              </span>
            )
          )}
        </div>
        <div className="col-start-2 row-start-1 flex justify-end md:col-start-auto md:row-start-auto">
          {course.isOpen && (
            <ButtonLink
              href={
                course.resume ? itemHref(course.slug, course.resume.contentSlug) : `/learn/${course.slug}`
              }
              size="compact"
              prefetch={false}
              aria-label={`${actionOf(course)} ${course.title}`}
            >
              {actionOf(course)}
            </ButtonLink>
          )}
        </div>
      </div>
    </ChangedMark>
  );
}

function actionOf(course: MyCourse): string {
  if (course.completedAt !== null) return "Review";
  return course.lastActivityAt === null ? "Begin" : "Continue";
}
