"use client";

import { Markdown } from "@/components/learning/markdown";
import { useItemRecorder } from "@/components/learning/use-item-recorder";
import { Notice } from "@/components/ui/notice";
import type { ContentDetail } from "@/lib/learning/schema";

type AssignmentBody = Extract<ContentDetail["body"], { kind: "assignment" }>;

/** An assignment's text; one that asks for nothing is done by reading it, the others say that they are not open yet. */
export function AssignmentItem({ content, body }: { content: ContentDetail; body: AssignmentBody }) {
  useItemRecorder(
    { courseId: content.courseId, contentId: content.item.id, isEnrolled: content.isEnrolled },
    "reading",
  );
  return (
    <div className="flex flex-col gap-6">
      {!body.isOpen && (
        <Notice tone="info" title="It cannot be handed in here yet">
          It asks for {body.submission === "file" ? "a file" : "a written answer"}. You can read it and
          prepare; handing in comes later.
        </Notice>
      )}
      <Markdown markdown={body.markdown} files={body.files} />
    </div>
  );
}
