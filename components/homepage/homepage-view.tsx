import type { ReactNode } from "react";
import { HeroVideo } from "@/components/homepage/hero-video";
import { ButtonLink } from "@/components/ui/button-link";
import type { Homepage, ShownElement } from "@/lib/homepage/schema";

const SENTENCE = "Courses and classes on screens that move together.";

type HomepageViewProps = {
  homepage: Homepage;
  /** Where "Open my portal" leads; null for who is not signed in. */
  portal: string | null;
  savesData: boolean;
  /** A picture of the page, in which nothing moves. */
  isStill?: boolean;
};

/** What is above the catalogue: the hero, or the mark where there is none, then banners and texts in their order. */
export function HomepageView({
  homepage: { hero, elements },
  portal,
  savesData,
  isStill,
}: HomepageViewProps) {
  return (
    <div className="@container">
      {hero?.video ? (
        <HeroSection hero={hero} portal={portal} savesData={savesData} isStill={isStill ?? false} />
      ) : (
        <PlainSection portal={portal} />
      )}
      {elements.length > 0 && (
        <div className="mx-auto w-full max-w-[1048px] px-5 pb-10">
          {elements.map((element) =>
            element.type === "banner" ? (
              <Banner key={element.id} banner={element} />
            ) : (
              <Words key={element.id} words={element} />
            ),
          )}
        </div>
      )}
    </div>
  );
}

function HeroSection({
  hero,
  portal,
  savesData,
  isStill,
}: {
  hero: ShownElement;
  portal: string | null;
  savesData: boolean;
  isStill: boolean;
}) {
  return (
    <section className="relative mb-14 @3xl:mb-20">
      <div className="aspect-[4/3] w-full @3xl:aspect-[21/9] @3xl:max-h-[44rem] @3xl:min-h-[24rem]">
        {/* Another video is another player: nothing of the one before it stays. */}
        <HeroVideo key={hero.video?.id} hero={hero} savesData={savesData} isStill={isStill} />
      </div>
      {/* A plain ground of its own: the words are read whatever the video shows. */}
      <div className="mx-auto w-full max-w-[1048px] @3xl:absolute @3xl:inset-x-0 @3xl:-bottom-10 @3xl:px-5">
        <div className="bg-surface px-5 pt-7 @3xl:-ml-8 @3xl:w-fit @3xl:max-w-[40rem] @3xl:rounded-md @3xl:px-8 @3xl:py-8">
          <Opening sentence={hero.body ?? SENTENCE} portal={portal} link={hero.link} />
        </div>
      </div>
    </section>
  );
}

function PlainSection({ portal }: { portal: string | null }) {
  return (
    <div className="mx-auto w-full max-w-[1048px] px-5">
      <section className="relative py-16 @2xl:py-28">
        <TwoBars />
        <Opening sentence={SENTENCE} portal={portal} link={null} />
      </section>
    </div>
  );
}

function Opening({
  sentence,
  portal,
  link,
}: {
  sentence: string;
  portal: string | null;
  link: ShownElement["link"];
}) {
  return (
    <>
      <h1 className="max-w-[26ch] font-serif text-2xl tracking-tight whitespace-pre-line">{sentence}</h1>
      <div className="mt-8 flex flex-wrap gap-3">
        <ButtonLink href={portal ?? "/sign-in"} variant="primary" size="large">
          {portal ? "Open my portal" : "Sign in"}
        </ButtonLink>
        <ElementLink link={link ?? { href: "#catalogue", label: "Browse the catalogue" }} size="large" />
      </div>
    </>
  );
}

/** The mark, large: two bars of equal length, one a step behind the other. */
function TwoBars() {
  return (
    <div
      aria-hidden="true"
      className="absolute inset-y-0 right-0 flex w-[22rem] flex-col justify-center gap-5 not-@5xl:hidden"
    >
      <div className="ml-16 h-8 w-72 rounded-full bg-accent" />
      <div className="h-8 w-72 rounded-full bg-ink" />
    </div>
  );
}

function Banner({ banner: { id, title, body, picture, link } }: { banner: ShownElement }) {
  return (
    <section
      data-element={id}
      aria-labelledby={`element-${id}`}
      className="grid items-center gap-x-10 gap-y-5 border-t border-line py-8 @3xl:grid-cols-[1fr_auto]"
    >
      <div className="flex flex-col items-start gap-2">
        <h2 id={`element-${id}`} className="text-lg font-semibold tracking-tight">
          {title}
        </h2>
        <Paragraphs body={body} className="max-w-[60ch] text-md text-ink-muted" />
        {link && (
          <div className="mt-3">
            <ElementLink link={link} size="regular" />
          </div>
        )}
      </div>
      {picture && (
        <picture>
          <img
            src={picture.url}
            // What it says stands beside it.
            alt=""
            width={picture.width}
            height={picture.height}
            loading="lazy"
            className="h-auto max-h-64 w-full rounded-md object-cover @3xl:w-96"
          />
        </picture>
      )}
    </section>
  );
}

function Words({ words: { id, title, body, link } }: { words: ShownElement }) {
  return (
    <section
      data-element={id}
      aria-labelledby={`element-${id}`}
      className="flex flex-col items-start gap-3 border-t border-line py-8"
    >
      <h2 id={`element-${id}`} className="font-serif text-xl tracking-tight">
        {title}
      </h2>
      <Paragraphs body={body} className="max-w-[65ch] font-serif text-[1.0625rem] leading-7" />
      {link && (
        <div className="mt-2">
          <ElementLink link={link} size="regular" />
        </div>
      )}
    </section>
  );
}

function Paragraphs({ body, className }: { body: string | null; className: string }): ReactNode {
  if (!body) return null;
  return <p className={`whitespace-pre-line wrap-anywhere ${className}`}>{body}</p>;
}

function ElementLink({
  link: { href, label },
  size,
}: {
  link: { href: string; label: string };
  size: "regular" | "large";
}) {
  return (
    <ButtonLink href={href} size={size} {...(href.startsWith("https:") ? { rel: "noreferrer" } : {})}>
      {label}
    </ButtonLink>
  );
}
