import "server-only";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmFromMarkdown } from "mdast-util-gfm";
import { gfm } from "micromark-extension-gfm";
import { visit } from "unist-util-visit";
import { LineCounter, parseDocument } from "yaml";
import { z } from "zod";
import { type ContentBody, quizQuestion, slug } from "@/lib/learning/schema";
import { parseCues } from "@/lib/learning/web-vtt";

const WORDS_PER_MINUTE = 200;
const MAX_MARKDOWN_BYTES = 500_000;

/** What a folder may hold beside its texts, with the type that each is served as. */
const fileTypes: Record<string, string> = {
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
  ".webp": "image/webp",
  ".pdf": "application/pdf",
};

const filePath = z
  .string()
  .regex(/^[A-Za-z0-9_-][A-Za-z0-9_./-]*$/, "Please name a file in the course's folder.")
  .refine((value) => !value.split("/").includes(".."), "Please name a file in the course's folder.");
const title = z.string().trim().min(1).max(160);
const itemBase = {
  slug,
  title,
  required: z.boolean().default(true),
  /** What it takes, where that is not to be worked out. */
  minutes: z.number().positive().max(600).optional(),
};

const itemSource = z.discriminatedUnion("kind", [
  z.strictObject({
    ...itemBase,
    kind: z.literal("video"),
    file: filePath,
    captions: z.array(z.strictObject({ language: z.string().min(2).max(20), label: title, file: filePath })),
  }),
  z.strictObject({ ...itemBase, kind: z.literal("document"), file: filePath }),
  z.strictObject({ ...itemBase, kind: z.literal("quiz"), file: filePath }),
  z.strictObject({
    ...itemBase,
    kind: z.literal("assignment"),
    file: filePath,
    submission: z.enum(["none", "text", "file"]),
  }),
]);

const courseSource = z.strictObject({
  title,
  summary: z.string().trim().min(1).max(500),
  durationMinutes: z.number().int().positive().max(10_000),
  modules: z
    .array(
      z.strictObject({
        title,
        summary: z.string().trim().max(500).optional(),
        items: z.array(itemSource).min(1).max(100),
      }),
    )
    .min(1)
    .max(50),
});

const quizSource = z.strictObject({
  passPercentage: z.number().int().min(1).max(100).default(70),
  questions: z.array(quizQuestion).min(1).max(100),
});

export type FolderVideo = {
  path: string;
  captions: Array<{ language: string; label: string; vtt: string }>;
};
export type FolderItem = {
  slug: string;
  title: string;
  isRequired: boolean;
  /** Of all but videos, whose length says it. */
  estimatedSeconds: number;
  body: ContentBody;
  video: FolderVideo | null;
};
export type FolderFile = { path: string; absolutePath: string; contentType: string };

/** A course as its folder holds it, whole and checked. */
export type CourseFolder = {
  slug: string;
  title: string;
  summary: string;
  durationMinutes: number;
  sourceSha256: string;
  modules: Array<{ title: string; summary: string | null; items: FolderItem[] }>;
  files: FolderFile[];
};

/** What is wrong with a folder, each with its place. */
export class BrokenFolder extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`The course cannot be imported. Nothing was written.\n  ${problems.join("\n  ")}`);
    this.name = "BrokenFolder";
  }
}

/**
 * Reads a course's folder. Its name is the course's slug.
 * @param madeFolder where files lie that were made from what is in the folder, as videos from their scenes
 * @throws BrokenFolder
 */
export function readCourseFolder(folder: string, madeFolder: string | null = null): CourseFolder {
  return new FolderReader(path.resolve(folder), madeFolder).read();
}

class FolderReader {
  readonly #folder: string;
  readonly #madeFolder: string | null;
  readonly #problems: string[] = [];
  readonly #files = new Map<string, FolderFile>();

  constructor(folder: string, madeFolder: string | null) {
    this.#folder = folder;
    this.#madeFolder = madeFolder;
  }

  read(): CourseFolder {
    const name = path.basename(this.#folder);
    if (!existsSync(path.join(this.#folder, "course.yaml")))
      throw new BrokenFolder([`${this.#folder}: there is no course.yaml in it.`]);
    if (!slug.safeParse(name).success)
      this.#problems.push(
        `${name}: the folder's name is the course's address: small letters, digits, hyphens.`,
      );
    const source = this.#parseYaml("course.yaml", courseSource);
    const modules = (source?.modules ?? []).map((module) => ({
      title: module.title,
      summary: module.summary ?? null,
      items: module.items.flatMap((item) => this.#readItem(item)),
    }));
    const slugs = (source?.modules ?? []).flatMap(({ items }) => items.map((item) => item.slug));
    for (const repeated of new Set(slugs.filter((each, index) => slugs.indexOf(each) !== index)))
      this.#problems.push(`course.yaml: two items have the slug "${repeated}".`);
    if (source && !source.modules.some(({ items }) => items.some(({ required }) => required)))
      this.#problems.push("course.yaml: at least one item must be required.");
    if (!source || this.#problems.length > 0) throw new BrokenFolder(this.#problems);
    return {
      slug: name,
      title: source.title,
      summary: source.summary,
      durationMinutes: source.durationMinutes,
      sourceSha256: this.#hash(),
      modules,
      files: [...this.#files.values()],
    };
  }

  #readItem(item: z.infer<typeof itemSource>): FolderItem[] {
    const base = { slug: item.slug, title: item.title, isRequired: item.required };
    const given = item.minutes === undefined ? null : Math.round(item.minutes * 60);
    if (item.kind === "video") {
      const video = this.#find(item.file, `course.yaml, item "${item.slug}"`);
      const captions = item.captions.flatMap(({ file, ...caption }) => {
        const vtt = this.#readText(file, `course.yaml, item "${item.slug}"`);
        if (vtt === null) return [];
        const cues = parseCues(vtt);
        if (cues.length > 0) return [{ ...caption, vtt, cues }];
        this.#problems.push(`${file}: this is not WebVTT with at least one caption.`);
        return [];
      });
      if (!video) return [];
      return [
        {
          ...base,
          estimatedSeconds: given ?? 60,
          body: { kind: "video", transcript: captions[0]?.cues ?? [] },
          video: { path: video, captions: captions.map(({ cues: _cues, ...caption }) => caption) },
        },
      ];
    }
    if (item.kind === "quiz") {
      const quiz = this.#parseYaml(item.file, quizSource);
      if (!quiz) return [];
      for (const { id, type, options } of quiz.questions) {
        const right = options.filter(({ isCorrect }) => isCorrect).length;
        if (right === 0 || (type === "single" && right !== 1))
          this.#problems.push(
            `${item.file}, question "${id}": ${type === "single" ? "exactly one option" : "at least one option"} must be correct.`,
          );
      }
      return [
        {
          ...base,
          estimatedSeconds: given ?? quiz.questions.length * 60,
          body: { kind: "quiz", ...quiz },
          video: null,
        },
      ];
    }
    if (item.kind === "document" && item.file.endsWith(".pdf")) {
      if (given === null)
        this.#problems.push(`course.yaml, item "${item.slug}": a PDF needs its reading time in minutes.`);
      this.#keep(item.file, `course.yaml, item "${item.slug}"`);
      return [
        {
          ...base,
          estimatedSeconds: given ?? 60,
          body: { kind: "document", format: "pdf", path: item.file },
          video: null,
        },
      ];
    }
    const markdown = this.#readMarkdown(item.file, `course.yaml, item "${item.slug}"`);
    if (markdown === null) return [];
    return [
      {
        ...base,
        estimatedSeconds: given ?? readingSeconds(markdown),
        body:
          item.kind === "document"
            ? { kind: "document", format: "markdown", markdown }
            : { kind: "assignment", markdown, submission: item.submission },
        video: null,
      },
    ];
  }

  /** Markdown without raw HTML, whose links lead to the web, to a heading or to a file of the folder. */
  #readMarkdown(file: string, place: string): string | null {
    const markdown = this.#readText(file, place);
    if (markdown === null) return null;
    const tree = fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
    visit(tree, (node) => {
      const at = `${file}, line ${node.position?.start.line ?? 1}`;
      if (node.type === "html") this.#problems.push(`${at}: HTML is not allowed in a course's text.`);
      if (node.type === "image" || node.type === "link" || node.type === "definition")
        this.#checkAddress(node.url, at, node.type === "image");
      if (node.type === "image" && !node.alt)
        this.#problems.push(`${at}: a picture needs words for those who do not see it.`);
    });
    return markdown;
  }

  #checkAddress(url: string, at: string, isPicture: boolean): void {
    if (!isPicture && (/^https?:\/\//.test(url) || url.startsWith("mailto:") || url.startsWith("#"))) return;
    if (filePath.safeParse(url).success) this.#keep(url, at);
    else this.#problems.push(`${at}: "${url}" leads neither to the web nor to a file of this folder.`);
  }

  #keep(file: string, place: string): void {
    const absolutePath = this.#find(file, place);
    const contentType = fileTypes[path.extname(file).toLowerCase()];
    if (absolutePath && !contentType)
      this.#problems.push(`${place}: ${file} is of a kind that is not shown.`);
    if (absolutePath && contentType) this.#files.set(file, { path: file, absolutePath, contentType });
  }

  #find(file: string, place: string): string | null {
    for (const folder of [this.#folder, this.#madeFolder]) {
      const found = folder && path.join(folder, file);
      if (found && existsSync(found) && statSync(found).isFile()) return found;
    }
    this.#problems.push(`${place}: there is no file ${file}.`);
    return null;
  }

  #readText(file: string, place: string): string | null {
    const found = this.#find(file, place);
    if (!found) return null;
    if (statSync(found).size <= MAX_MARKDOWN_BYTES) return readFileSync(found, "utf8");
    this.#problems.push(`${file}: this is longer than a text can be (${MAX_MARKDOWN_BYTES} bytes).`);
    return null;
  }

  #parseYaml<S extends z.ZodType>(file: string, shape: S): z.infer<S> | null {
    const text = this.#readText(file, "course.yaml");
    if (text === null) return null;
    const lines = new LineCounter();
    const document = parseDocument(text, { lineCounter: lines });
    for (const error of document.errors)
      this.#problems.push(
        `${file}, line ${lines.linePos(error.pos[0]).line}: ${error.message.split("\n")[0]}`,
      );
    if (document.errors.length > 0) return null;
    const parsed = shape.safeParse(document.toJS());
    if (parsed.success) return parsed.data;
    for (const issue of parsed.error.issues) {
      // What is missing has no place of its own: the nearest thing around it has.
      let where = [...issue.path];
      let node = document.getIn(where, true);
      while (node === undefined && where.length > 0) {
        where = where.slice(0, -1);
        node = document.getIn(where, true);
      }
      const range = z.object({ range: z.array(z.number()) }).safeParse(node);
      const line = lines.linePos(range.data?.range[0] ?? 0).line;
      this.#problems.push(`${file}, line ${line}: ${issue.path.map(String).join(".")}: ${issue.message}`);
    }
    return null;
  }

  /** Of all files of the folder, by name and content. */
  #hash(): string {
    const hash = createHash("sha256");
    for (const name of readdirSync(this.#folder, { recursive: true, encoding: "utf8" }).sort()) {
      const file = path.join(this.#folder, name);
      if (!statSync(file).isFile()) continue;
      hash.update(`${name}\0`).update(createHash("sha256").update(readFileSync(file)).digest());
    }
    return hash.digest("hex");
  }
}

function readingSeconds(markdown: string): number {
  const words = markdown.split(/\s+/).filter(Boolean).length;
  return Math.max(30, Math.round((words * 60) / WORDS_PER_MINUTE));
}
