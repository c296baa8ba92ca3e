import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, statSync } from "node:fs";
import path from "node:path";
import {
  type APIRequestContext,
  type BrowserContext,
  expect,
  type Locator,
  type Page,
} from "playwright/test";

const FOLDER = path.resolve("test-results", "clips");

/** What the pipeline has to do is not under the clock here: on a busy machine it takes its time. */
export const PIPELINE = { timeout: 120_000 };

/** A real video with motion and noise, made by ffmpeg once a run. Quality is its `-qp`: lower is larger. */
export function clip(
  name: string,
  { seconds = 4, size = "640x360", qp = 30 }: { seconds?: number; size?: string; qp?: number } = {},
): string {
  const file = path.join(FOLDER, name);
  if (existsSync(file)) return file;
  mkdirSync(FOLDER, { recursive: true });
  // Under another name first: another test worker may want the same one.
  const draft = path.join(FOLDER, `${process.pid}-${name}`);
  execFileSync(
    process.env.FFMPEG_PATH ?? "ffmpeg",
    [
      ...["-nostdin", "-y", "-v", "error", "-f", "lavfi"],
      ...["-i", `testsrc2=size=${size}:rate=30,noise=alls=60:allf=t`, "-t", String(seconds)],
      ...["-c:v", "libx264", "-preset", "ultrafast", "-qp", String(qp), "-pix_fmt", "yuv420p", draft],
    ],
    { timeout: 120_000 },
  );
  renameSync(draft, file);
  return file;
}

export function sizeOf(file: string): number {
  return statSync(file).size;
}

/** A page whose errors fail the test that looks at `errors` at its end. */
export async function watchedPage(
  context: BrowserContext,
  { expected = [] }: { expected?: RegExp[] } = {},
): Promise<{ page: Page; errors: string[] }> {
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" && !expected.some((known) => known.test(message.text())))
      errors.push(message.text());
  });
  page.on("pageerror", (error) => errors.push(String(error)));
  // A page that sends asks before it is left.
  page.on("dialog", (dialog) => void dialog.accept().catch(() => undefined));
  return { page, errors };
}

/** The homepage manager, live. */
export async function openManager(page: Page): Promise<void> {
  await page.goto("/admin/homepage");
  await expect(page.getByRole("button", { name: /^Live/ })).toBeVisible({ timeout: 30_000 });
}

export async function chooseVideos(page: Page, files: string[]): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Choose videos" }).click();
  await (await chooser).setFiles(files);
}

/** The row of an upload, by the name of its file. */
export function rowOf(page: Page, fileName: string): Locator {
  return page.locator("[data-upload-id]").filter({ hasText: fileName });
}

export type SeenStep = { status: string; progress: number };

/** Notes every status and progress that a row shows from now on, in order, without a look being missed. */
export async function watchSteps(page: Page, fileName: string): Promise<() => Promise<SeenStep[]>> {
  const handle = await page.evaluateHandle((name) => {
    const seen: { status: string; progress: number }[] = [];
    const look = () => {
      for (const row of document.querySelectorAll<HTMLElement>("[data-upload-id]")) {
        if (!row.textContent?.includes(name)) continue;
        const status = row.dataset.uploadStatus ?? "";
        const progress = Number(row.dataset.uploadProgress);
        const last = seen.at(-1);
        if (last?.status !== status || last.progress !== progress) seen.push({ status, progress });
      }
    };
    new MutationObserver(look).observe(document.body, {
      subtree: true,
      childList: true,
      attributes: true,
      characterData: true,
    });
    return seen;
  }, fileName);
  return () => handle.jsonValue();
}

/** The statuses, each once in the order of its first look. */
export function statusesOf(steps: SeenStep[]): string[] {
  return [...new Set(steps.map(({ status }) => status))];
}

export function falls(steps: SeenStep[]): SeenStep[] {
  return steps.filter(({ progress }, index) => progress < (steps[index - 1]?.progress ?? 0));
}

export type Element = { id: string; title: string; type: string; status: string; revision: number };
export type Elements = { items: Element[]; release: number };

export async function elementsOf(api: APIRequestContext): Promise<Elements> {
  const answer = await api.get("/api/homepage/elements", { params: { limit: 100 } });
  expect(answer.status()).toBe(200);
  return answer.json();
}

/** Takes everything off the homepage that a test left there, and archives it. */
export async function clearHomepage(api: APIRequestContext): Promise<void> {
  for (const { id, revision } of (await elementsOf(api)).items) {
    const { release } = await elementsOf(api);
    const answer = await api.post(`/api/homepage/elements/${id}/archive`, { data: { revision, release } });
    expect(answer.status()).toBe(200);
  }
}

/** A text on the homepage's list, as a draft. */
export async function draftText(api: APIRequestContext, title: string): Promise<Element> {
  const answer = await api.post("/api/homepage/elements", {
    data: { type: "text", title, body: `What ${title} says.` },
  });
  expect(answer.status()).toBe(201);
  return (await answer.json()).element;
}

/** Sends a file by the endpoint for scripts and waits until it is whole; answers the element that came of it. */
export async function sendHero(api: APIRequestContext, file: string, title: string): Promise<string> {
  const answer = await api.post("/api/homepage/elements", {
    multipart: {
      type: "hero-video",
      title,
      media_file: { name: path.basename(file), mimeType: "video/mp4", buffer: readFileSync(file) },
    },
    timeout: 60_000,
  });
  expect(answer.status(), await answer.text()).toBe(202);
  const { uploadId, element } = await answer.json();
  await expect
    .poll(async () => (await (await api.get(`/api/uploads/${uploadId}`)).json()).status, {
      ...PIPELINE,
      intervals: [500],
    })
    .toBe("completed");
  return element.id;
}
