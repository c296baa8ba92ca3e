import type { ReactNode } from "react";
import { LearnFrame } from "@/components/learning/learn-frame";
import { viewerOrSignIn } from "@/lib/access/viewer";
import { LearningProvider } from "@/lib/learning/browser/provider";
import { readCursor } from "@/lib/live/answer";
import { LiveProvider } from "@/lib/live/provider";

export default async function LearnLayout({ children }: { children: ReactNode }) {
  const viewer = await viewerOrSignIn("STUDENT", "STAFF", "INSTRUCTOR", "ADMIN");
  return (
    <LiveProvider cursor={await readCursor(viewer)} viewerId={viewer.userId}>
      <LearningProvider viewerId={viewer.userId}>
        <LearnFrame viewer={viewer}>{children}</LearnFrame>
      </LearningProvider>
    </LiveProvider>
  );
}
