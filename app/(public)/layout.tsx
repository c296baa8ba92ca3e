import type { ReactNode } from "react";
import { PublicHeader } from "@/components/layout/public-header";
import { portalOf } from "@/lib/access/roles";
import { findViewer } from "@/lib/access/viewer";

export default async function PublicLayout({ children }: { children: ReactNode }) {
  const viewer = await findViewer();
  return (
    <>
      <PublicHeader portal={viewer && portalOf[viewer.role]} />
      <main>{children}</main>
    </>
  );
}
