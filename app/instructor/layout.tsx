import type { ReactNode } from "react";
import { PortalShell } from "@/components/layout/portal-shell";
import { viewerOrSignIn } from "@/lib/access/viewer";
import { readCursor } from "@/lib/live/answer";
import { LiveProvider } from "@/lib/live/provider";

export default async function InstructorLayout({ children }: { children: ReactNode }) {
  const viewer = await viewerOrSignIn("INSTRUCTOR");
  return (
    <LiveProvider cursor={await readCursor(viewer)} viewerId={viewer.userId}>
      <PortalShell viewer={viewer}>{children}</PortalShell>
    </LiveProvider>
  );
}
