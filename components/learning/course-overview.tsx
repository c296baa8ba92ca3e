import { Outline } from "@/components/learning/course-outline";
import { EnrolButton } from "@/components/learning/enrol-button";
import { lengthWords } from "@/components/learning/figures";
import type { CourseOutline } from "@/lib/learning/schema";

/** What a course is, for who has not enrolled in it. */
export function CourseOverview({ outline }: { outline: CourseOutline }) {
  const items = outline.modules.flatMap(({ contents }) => contents);
  const seconds = items.reduce((sum, { estimatedSeconds }) => sum + estimatedSeconds, 0);
  return (
    <main id="content" tabIndex={-1} className="mx-auto w-full max-w-[760px] px-4 py-10 outline-none md:px-8">
      <p className="tabular text-sm text-ink-muted">
        {items.length} items · {lengthWords(seconds)}
      </p>
      <h1 className="pt-1 text-2xl font-semibold tracking-tight">{outline.title}</h1>
      <p className="max-w-[65ch] pt-3 font-serif text-md text-ink-muted">{outline.summary}</p>
      {outline.canEnrol && (
        <div className="pt-6">
          <EnrolButton courseId={outline.courseId} title={outline.title} size="large" />
        </div>
      )}
      <section aria-labelledby="contents-title" className="pt-10">
        <h2 id="contents-title" className="border-b border-line pb-3 text-lg font-semibold tracking-tight">
          What is in it
        </h2>
        <div className="-mx-2 pt-4">
          <Outline outline={outline} current={null} />
        </div>
      </section>
    </main>
  );
}
