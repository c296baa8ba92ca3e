import { type APIRequestContext, expect, type Page } from "playwright/test";

type Outline = {
  courseId: string;
  slug: string;
  enrolment: { progressPercentage: number; completedContent: number; totalContent: number } | null;
  modules: Array<{
    contents: Array<{
      id: string;
      slug: string;
      kind: string;
      durationSeconds: number | null;
      complete: boolean;
      completionPercentage: number;
      lastPosition: number;
      readingPosition: number;
    }>;
  }>;
};

/** The course with its items, as the person of that client has it. */
export async function outlineOf(api: APIRequestContext, slug: string): Promise<Outline> {
  const answer = await api.get(`/api/learning/courses/${slug}`);
  expect(answer.status()).toBe(200);
  return answer.json();
}

export async function itemOf(api: APIRequestContext, courseSlug: string, slug: string) {
  const outline = await outlineOf(api, courseSlug);
  const item = outline.modules.flatMap(({ contents }) => contents).find((one) => one.slug === slug);
  if (!item) throw new Error(`${courseSlug} has no ${slug}.`);
  return item;
}

/** Enrols whoever the client is of; a repeat changes nothing. */
export async function enrol(api: APIRequestContext, slug: string): Promise<string> {
  const { courseId } = await outlineOf(api, slug);
  const answer = await api.post("/api/learning/enrolments", { data: { courseId } });
  expect([200, 201]).toContain(answer.status());
  return courseId;
}

/** Opens an item and waits until the page is live and the video has loaded. */
export async function openVideo(page: Page, courseSlug: string, slug: string): Promise<void> {
  await page.goto(`/learn/${courseSlug}/${slug}`);
  await expect(page.getByRole("button", { name: /^Live/ })).toBeVisible({ timeout: 30_000 });
  // Set once the place to go on from has been looked up.
  await expect(page.locator("video[data-resumed]")).toBeAttached({ timeout: 30_000 });
}

/** Plays from a second on until another, at a rate, with the sound off. */
export async function play(page: Page, from: number, to: number, rate = 1): Promise<void> {
  await page.locator("video").evaluate(
    async (video, [start, end, speed]) => {
      if (!(video instanceof HTMLVideoElement)) throw new Error("no video");
      video.muted = true;
      video.playbackRate = speed ?? 1;
      if (Math.abs(video.currentTime - (start ?? 0)) > 0.05) {
        const sought = new Promise((resolve) => video.addEventListener("seeked", resolve, { once: true }));
        video.currentTime = start ?? 0;
        await sought;
      }
      await video.play();
      await new Promise<void>((resolve) => {
        const look = () => {
          if (video.ended || video.currentTime >= (end ?? 0)) {
            video.removeEventListener("timeupdate", look);
            video.removeEventListener("ended", look);
            resolve();
          }
        };
        video.addEventListener("timeupdate", look);
        video.addEventListener("ended", look);
        look();
      });
      video.pause();
    },
    [from, to, rate],
  );
}

/** Fails a test on what its pages complain of; the network's own words while it is cut are not among them. */
export function watchConsole(page: Page, allowed: readonly RegExp[] = []): string[] {
  const complaints: string[] = [];
  const note = (text: string) => {
    if (!allowed.some((pattern) => pattern.test(text))) complaints.push(text);
  };
  page.on("console", (message) => {
    if (message.type() === "error") note(message.text());
  });
  page.on("pageerror", (error) => note(String(error)));
  return complaints;
}
