import "server-only";
import { cookies, headers } from "next/headers";
import { notFound, redirect } from "next/navigation";
import { cache } from "react";
import type { Role } from "@/lib/access/roles";
import { readSession } from "@/lib/access/session";
import { db } from "@/lib/db";

/** Who looks: the first argument of every query and command that concerns somebody. */
export type Viewer = {
  userId: string;
  role: Role;
  /** Set for staff and organization users. */
  organizationId: string | null;
  organizationName: string | null;
  name: string;
  email: string;
  /** IANA name. */
  timeZone: string;
};

/** The signed-in person of this request, or null. The row decides: a token of an older tokenVersion is nobody's. */
export const findViewer = cache(async (): Promise<Viewer | null> => {
  const session = await readSession(await cookies());
  if (!session) return null;
  const user = await db().user.findUnique({
    where: { id: session.userId, tokenVersion: session.tokenVersion },
    select: {
      id: true,
      role: true,
      firstName: true,
      lastName: true,
      email: true,
      timeZone: true,
      organization: { select: { id: true, name: true } },
    },
  });
  if (!user) return null;
  return {
    userId: user.id,
    role: user.role,
    organizationId: user.organization?.id ?? null,
    organizationName: user.organization?.name ?? null,
    name: `${user.firstName} ${user.lastName}`,
    email: user.email,
    timeZone: user.timeZone,
  };
});

/** For pages: the viewer in that role; anybody else is sent to sign in or finds nothing here. */
export async function viewerOrSignIn(role: Role): Promise<Viewer> {
  const viewer = await findViewer();
  if (!viewer) {
    const path = (await headers()).get("x-lockstep-path") ?? "/portal";
    redirect(`/sign-in?callbackUrl=${encodeURIComponent(path)}`);
  }
  if (viewer.role !== role) notFound();
  return viewer;
}
