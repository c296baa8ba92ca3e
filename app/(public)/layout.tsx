import type { ReactNode } from "react";
import { PublicHeader } from "@/components/layout/public-header";
import { portalOf } from "@/lib/access/roles";
import { findViewer } from "@/lib/access/viewer";
import { readCursor } from "@/lib/live/answer";
import { LiveProvider } from "@/lib/live/provider";

export default async function PublicLayout({ children }: { children: ReactNode }) {
  const viewer = await findViewer();
  return (
    <LiveProvider cursor={await readCursor(viewer)} viewerId={viewer?.userId ?? null}>
      <PublicHeader portal={viewer && portalOf[viewer.role]} />
      <main>{children}</main>
    </LiveProvider>
  );
}
