import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BrokenFolder, readCourseFolder } from "@/lib/learning/course-folder";
import { parseCues } from "@/lib/learning/web-vtt";

let parent: string;
let folder: string;

beforeEach(() => {
  parent = mkdtempSync(path.join(os.tmpdir(), "lockstep-course-"));
  folder = path.join(parent, "data-protection");
  cpSync("courses/data-protection", folder, { recursive: true });
  // The real ones are made by ffmpeg; here it is only looked whether they are there.
  writeFileSync(path.join(folder, "videos/the-first-hour.mp4"), "video");
  writeFileSync(
    path.join(folder, "videos/the-first-hour.vtt"),
    "WEBVTT\n\n00:00.000 --> 00:04.000\n<b>Stop</b> it\n",
  );
});

afterEach(() => rmSync(parent, { recursive: true, force: true }));

function edit(file: string, change: (text: string) => string): void {
  const target = path.join(folder, file);
  writeFileSync(target, change(readFileSync(target, "utf8")));
}

function problems(): readonly string[] {
  try {
    readCourseFolder(folder);
  } catch (error) {
    if (error instanceof BrokenFolder) return error.problems;
    throw error;
  }
  return [];
}

describe("a course's folder", () => {
  it("is read whole: items in order, pictures, transcript, reading times", () => {
    const course = readCourseFolder(folder);
    expect(course).toMatchObject({ slug: "data-protection", title: "Data protection", durationMinutes: 120 });
    const items = course.modules.flatMap((module) => module.items);
    expect(items.map(({ body }) => body.kind)).toEqual([
      "document",
      "document",
      "quiz",
      "video",
      "document",
      "assignment",
    ]);
    expect(course.files.map((file) => file.path).sort()).toEqual(["images/kinds.svg", "images/leak.svg"]);
    expect(items[3]?.body).toEqual({ kind: "video", transcript: [{ from: 0, to: 4, text: "Stop it" }] });
    expect(items[0]?.estimatedSeconds).toBeGreaterThan(30);
  });

  it("has the same hash as long as nothing in it changes", () => {
    const before = readCourseFolder(folder).sourceSha256;
    expect(readCourseFolder(folder).sourceSha256).toBe(before);
    edit("documents/a-leak.md", (text) => `${text}\nMore.\n`);
    expect(readCourseFolder(folder).sourceSha256).not.toBe(before);
  });

  it.each([
    [
      "a field of the wrong form",
      "course.yaml",
      (text: string) => text.replace("durationMinutes: 120", "durationMinutes: soon"),
      /course\.yaml, line 3: durationMinutes/,
    ],
    [
      "a field that nobody knows",
      "course.yaml",
      (text: string) => `${text}\nprice: 3\n`,
      /course\.yaml, line \d+: .*price/,
    ],
    ["text that is no YAML", "course.yaml", (text: string) => `${text}\n  - [`, /course\.yaml, line \d+: /],
    [
      "a file that is not there",
      "course.yaml",
      (text: string) => text.replace("documents/a-leak.md", "documents/none.md"),
      /item "a-leak": there is no file documents\/none\.md/,
    ],
    [
      "a way out of the folder",
      "course.yaml",
      (text: string) => text.replace("documents/a-leak.md", "../../etc/passwd"),
      /line \d+: .*file/,
    ],
    [
      "two items of one slug",
      "course.yaml",
      (text: string) => text.replace("slug: six-grounds", "slug: a-leak"),
      /two items have the slug "a-leak"/,
    ],
    [
      "HTML in a text",
      "documents/a-leak.md",
      (text: string) => `${text}\n<script>alert(1)</script>\n`,
      /documents\/a-leak\.md, line \d+: HTML/,
    ],
    [
      "a link that runs something",
      "documents/a-leak.md",
      (text: string) => `${text}\n[x](javascript:alert(1))\n`,
      /documents\/a-leak\.md, line \d+: "javascript:/,
    ],
    [
      "a picture without words",
      "documents/a-leak.md",
      (text: string) => `${text}\n![](images/leak.svg)\n`,
      /a picture needs words/,
    ],
    [
      "a question without a right answer",
      "quizzes/grounds.yaml",
      (text: string) => text.replaceAll("isCorrect: true", "isCorrect: false"),
      /question "pseudonym": exactly one option must be correct/,
    ],
    [
      "captions that are none",
      "videos/the-first-hour.vtt",
      () => "Stop it",
      /the-first-hour\.vtt: this is not WebVTT/,
    ],
  ])("with %s is refused, with the place", (_what, file, change, place) => {
    edit(file, change);
    const found = problems();
    expect(
      found.some((problem) => place.test(problem)),
      found.join("\n"),
    ).toBe(true);
  });

  it("cues are read with hours and without, and what is no WebVTT has none", () => {
    expect(parseCues("WEBVTT\r\n\r\n1\r\n01:00:01.500 --> 01:00:02.000 align:start\r\nA\r\nB\r\n")).toEqual([
      { from: 3601.5, to: 3602, text: "A B" },
    ]);
    expect(parseCues("00:01.000 --> 00:02.000\nA")).toEqual([]);
  });
});
