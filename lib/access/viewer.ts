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

/** A viewer with the sign-in that they look through. */
export type SignedInViewer = Viewer & { sessionId: string; tokenVersion: number };

const userColumns = {
  id: true,
  role: true,
  firstName: true,
  lastName: true,
  email: true,
  timeZone: true,
  organization: { select: { id: true, name: true } },
} as const;

/** The signed-in person of this request, or null. The rows decide: an ended session or an older tokenVersion is nobody's. */
export const findViewer = cache(async (): Promise<SignedInViewer | null> => {
  const claims = await readSession(await cookies());
  if (!claims) return null;
  const { sub: userId, sessionId, tokenVersion } = claims;
  const session = await db().session.findFirst({
    where: { id: sessionId, endedAt: null, user: { id: userId, tokenVersion } },
    select: { user: { select: userColumns } },
  });
  if (!session) return null;
  const { user } = session;
  return {
    userId: user.id,
    role: user.role,
    organizationId: user.organization?.id ?? null,
    organizationName: user.organization?.name ?? null,
    name: `${user.firstName} ${user.lastName}`,
    email: user.email,
    timeZone: user.timeZone,
    sessionId,
    tokenVersion,
  };
});

/** What decides which feeds somebody may follow. */
export type Standing = Pick<Viewer, "userId" | "role" | "organizationId">;

/** Where the people of these sign-ins stand now, by session; who was signed out or has another tokenVersion is missing. */
export async function readStandings(
  signIns: ReadonlyArray<{ sessionId: string; tokenVersion: number }>,
): Promise<Map<string, Standing>> {
  const versions = new Map(signIns.map(({ sessionId, tokenVersion }) => [sessionId, tokenVersion]));
  const sessions = await db().session.findMany({
    where: { id: { in: [...versions.keys()] }, endedAt: null },
    select: {
      id: true,
      user: { select: { id: true, role: true, organizationId: true, tokenVersion: true } },
    },
  });
  return new Map(
    sessions
      .filter(({ id, user }) => user.tokenVersion === versions.get(id))
      .map(({ id, user: { id: userId, role, organizationId } }) => [id, { userId, role, organizationId }]),
  );
}

/** For pages: the viewer in one of those roles; anybody else is sent to sign in or finds nothing here. */
export async function viewerOrSignIn(...roles: [Role, ...Role[]]): Promise<SignedInViewer> {
  const viewer = await findViewer();
  if (!viewer) {
    const path = (await headers()).get("x-lockstep-path") ?? "/portal";
    redirect(`/sign-in?callbackUrl=${encodeURIComponent(path)}`);
  }
  if (!roles.includes(viewer.role)) notFound();
  return viewer;
}
