import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { PortalFrame, type ShellViewer } from "@/components/layout/portal-frame";
import { railCookie } from "@/components/layout/rail";

/** The frame of every portal: rail or bottom bar, header with the live indicator, the page. */
export async function PortalShell({
  viewer,
  tray,
  children,
}: {
  viewer: ShellViewer;
  tray?: ReactNode;
  children: ReactNode;
}) {
  const isFolded = (await cookies()).get(railCookie)?.value === "folded";
  return (
    <PortalFrame viewer={viewer} startsFolded={isFolded} tray={tray}>
      {children}
    </PortalFrame>
  );
}
