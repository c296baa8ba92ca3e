import type { ReactNode } from "react";
import { PortalShell } from "@/components/layout/portal-shell";
import { viewerOrSignIn } from "@/lib/access/viewer";
import { LearningProvider } from "@/lib/learning/browser/provider";
import { readCursor } from "@/lib/live/answer";
import { LiveProvider } from "@/lib/live/provider";

export default async function StaffLayout({ children }: { children: ReactNode }) {
  const viewer = await viewerOrSignIn("STAFF");
  return (
    <LiveProvider cursor={await readCursor(viewer)} viewerId={viewer.userId}>
      <LearningProvider viewerId={viewer.userId}>
        <PortalShell viewer={viewer}>{children}</PortalShell>
      </LearningProvider>
    </LiveProvider>
  );
}
