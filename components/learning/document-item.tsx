"use client";

import { useRef } from "react";
import { Markdown } from "@/components/learning/markdown";
import { useItemRecorder } from "@/components/learning/use-item-recorder";
import { useReadingPlace } from "@/components/learning/use-reading-place";
import type { ContentDetail } from "@/lib/learning/schema";

type MarkdownBody = Extract<ContentDetail["body"], { format: "markdown" }>;

/** A written document; where one is in it is kept by the paragraph. */
export function DocumentItem({ content, body }: { content: ContentDetail; body: MarkdownBody }) {
  const article = useRef<HTMLDivElement>(null);
  const recorder = useItemRecorder(
    { courseId: content.courseId, contentId: content.item.id, isEnrolled: content.isEnrolled },
    "reading",
  );
  useReadingPlace(article, content, recorder, true);
  return (
    <Markdown
      articleRef={article}
      markdown={withoutTitle(body.markdown, content.item.title)}
      files={body.files}
      onDownload={() => {
        recorder?.record({ interaction_type: "download" });
        recorder?.tellNow();
      }}
    />
  );
}

/** Most documents begin with their title, which the page has said already. */
function withoutTitle(markdown: string, title: string): string {
  const [, heading, rest] = /^\s*# ([^\n]+)\n([\s\S]*)$/.exec(markdown) ?? [];
  return heading?.trim() === title && rest !== undefined ? rest : markdown;
}
