import type { ReactNode } from "react";
import { PortalShell } from "@/components/layout/portal-shell";
import { UploadTray } from "@/components/media/upload-tray";
import { UploadsProvider } from "@/components/media/uploads";
import { viewerOrSignIn } from "@/lib/access/viewer";
import { readCursor } from "@/lib/live/answer";
import { LiveProvider } from "@/lib/live/provider";
import { listUploads } from "@/lib/media/queries";

/** As many as the browser fetches. */
const PAGE_SIZE = 50;

export default async function AdminLayout({ children }: { children: ReactNode }) {
  const viewer = await viewerOrSignIn("ADMIN");
  const cursor = await readCursor(viewer);
  const uploads = await listUploads(viewer, { state: "active", limit: PAGE_SIZE });
  return (
    <LiveProvider cursor={cursor} viewerId={viewer.userId}>
      <UploadsProvider viewerId={viewer.userId} zone={viewer.timeZone}>
        <PortalShell viewer={viewer} tray={<UploadTray initial={uploads} />}>
          {children}
        </PortalShell>
      </UploadsProvider>
    </LiveProvider>
  );
}
