import Form from "next/form";
import { headers } from "next/headers";
import Link from "next/link";
import { HomepageStage } from "@/components/homepage/homepage-stage";
import { ButtonLink } from "@/components/ui/button-link";
import { EmptyState } from "@/components/ui/empty-state";
import { SearchField } from "@/components/ui/search-field";
import { portalOf } from "@/lib/access/roles";
import { findViewer } from "@/lib/access/viewer";
import { now } from "@/lib/clock";
import { readHomepage } from "@/lib/homepage/queries";
import { canEnrol } from "@/lib/learning/policy";
import { listCatalogue } from "@/lib/learning/queries";
import { readCursor } from "@/lib/live/answer";
import { LiveProvider } from "@/lib/live/provider";

type CatalogueItem = Awaited<ReturnType<typeof listCatalogue>>["items"][number];

type HomePageProps = { searchParams: Promise<Record<string, string | string[] | undefined>> };

/** Beyond this many pages a visitor is better served by the search box. */
const MAX_PAGES = 20;

export default async function HomePage({ searchParams }: HomePageProps) {
  const { q, pages } = await searchParams;
  const query = typeof q === "string" && q.trim() !== "" ? q.trim() : null;
  const pageCount = Math.min(
    MAX_PAGES,
    Math.max(1, Number.parseInt(typeof pages === "string" ? pages : "1", 10) || 1),
  );
  const viewer = await findViewer();
  // Before the data are read: what happens in between comes by the stream.
  const cursor = await readCursor(viewer);
  const [homepage, { items, hasMore }] = await Promise.all([
    readHomepage(now()),
    listPages(query, pageCount),
  ]);
  const savesData = (await headers()).get("save-data") === "on";

  return (
    <LiveProvider cursor={cursor} viewerId={viewer?.userId ?? null}>
      <HomepageStage initial={homepage} portal={viewer && portalOf[viewer.role]} savesData={savesData} />
      <div className="mx-auto w-full max-w-[1048px] px-5">
        <section id="catalogue" aria-labelledby="catalogue-title" className="pb-24">
          <div className="flex flex-wrap items-end justify-between gap-x-8 gap-y-3 border-b border-line pb-4">
            <h2 id="catalogue-title" className="text-lg font-semibold tracking-tight">
              Catalogue
            </h2>
            <Form action="/" replace scroll={false} role="search" className="w-full sm:w-72">
              <SearchField
                label="Search the catalogue"
                placeholder="Search courses"
                name="q"
                defaultValue={query ?? ""}
              />
            </Form>
          </div>
          <p
            role="status"
            className={query === null || items.length === 0 ? "spoken-only" : "pt-3 text-sm text-ink-muted"}
          >
            {query !== null && resultWords(items.length, hasMore, query)}
          </p>
          {items.length === 0 ? (
            <NothingListed query={query} />
          ) : (
            <ul>
              {items.map((course) => (
                <CatalogueRow key={course.id} course={course} mayOpen={viewer !== null && canEnrol(viewer)} />
              ))}
            </ul>
          )}
          {hasMore && pageCount < MAX_PAGES && (
            <div className="pt-5">
              <ButtonLink
                href={{ pathname: "/", query: { ...(query !== null && { q: query }), pages: pageCount + 1 } }}
                scroll={false}
              >
                Show more
              </ButtonLink>
            </div>
          )}
        </section>
      </div>
    </LiveProvider>
  );
}

/** A course that can be taken by oneself opens for who may take or teach it. */
function CatalogueRow({ course, mayOpen }: { course: CatalogueItem; mayOpen: boolean }) {
  return (
    <li id={course.slug} className="grid grid-cols-[1fr_auto] gap-x-6 gap-y-0.5 border-b border-line py-4">
      <h3 className="text-md font-medium">
        {mayOpen && course.isSelfPaced ? (
          <Link href={`/learn/${course.slug}`} prefetch={false} className="rounded-sm hover:underline">
            {course.title}
          </Link>
        ) : (
          course.title
        )}
      </h3>
      <p className="tabular pt-0.5 text-right text-ink-muted">{durationWords(course.durationMinutes)}</p>
      <p className="col-span-2 max-w-[70ch] text-ink-muted sm:col-span-1">{course.summary}</p>
      {mayOpen && (
        <div className="col-span-2 pt-2 sm:col-span-1 sm:pt-1 sm:text-right">
          {course.isSelfPaced ? (
            <ButtonLink
              href={`/learn/${course.slug}`}
              size="compact"
              prefetch={false}
              aria-label={`Open ${course.title}`}
            >
              Open
            </ButtonLink>
          ) : (
            <span className="text-sm text-ink-muted">As a class</span>
          )}
        </div>
      )}
    </li>
  );
}

function NothingListed({ query }: { query: string | null }) {
  if (query === null) {
    return <EmptyState title="No courses yet">Courses appear here as soon as they are published.</EmptyState>;
  }
  return (
    <EmptyState
      title={`No course matches “${query}”`}
      action={
        <ButtonLink href="/" scroll={false}>
          Show all courses
        </ButtonLink>
      }
    >
      Try fewer or other words.
    </EmptyState>
  );
}

/** The first pages of the catalogue as one list; the address keeps how many, so a reload or a shared link shows the same. */
async function listPages(query: string | null, pageCount: number) {
  const items: CatalogueItem[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < pageCount; page++) {
    const answer: Awaited<ReturnType<typeof listCatalogue>> = await listCatalogue({ query, cursor });
    items.push(...answer.items);
    cursor = answer.nextCursor;
    if (cursor === null) break;
  }
  return { items, hasMore: cursor !== null };
}

function durationWords(minutes: number): string {
  const hours = Math.floor(minutes / 60);
  const rest = minutes % 60;
  if (hours === 0) return `${rest} min`;
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
}

function resultWords(count: number, hasMore: boolean, query: string): string {
  const courses = hasMore ? `The first ${count} courses` : count === 1 ? "1 course" : `${count} courses`;
  return `${courses} for “${query}”`;
}
