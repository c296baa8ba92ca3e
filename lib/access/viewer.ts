import "server-only";
import { cookies, headers } from "next/headers";
import { notFound, redirect } from "next/navigation";
import pg from "pg";
import { cache } from "react";
import type { Role } from "@/lib/access/roles";
import { readSession } from "@/lib/access/session";
import { busyPool, db } from "@/lib/db";
import { AppError } from "@/lib/http/errors";

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

type ViewerRow = {
  userId: string;
  role: Role;
  organizationId: string | null;
  organizationName: string | null;
  firstName: string;
  lastName: string;
  email: string;
  timeZone: string;
};

/** Asked at every request, so it is one prepared statement. $1 session, $2 user, $3 tokenVersion */
export const viewerStatement = {
  name: "viewer",
  text: `SELECT u.id AS "userId", u.role, u."firstName", u."lastName", u.email, u."timeZone",
           o.id AS "organizationId", o.name AS "organizationName"
         FROM "Session" s JOIN "User" u ON u.id = s."userId" LEFT JOIN "Organization" o ON o.id = u."organizationId"
         WHERE s.id = $1 AND s."endedAt" IS NULL AND u.id = $2 AND u."tokenVersion" = $3`,
};

/** The signed-in person of this request, or null. The rows decide: an ended session or an older tokenVersion is nobody's. */
export const findViewer = cache(async (): Promise<SignedInViewer | null> => {
  const claims = await readSession(await cookies());
  if (!claims) return null;
  const { sub, sessionId, tokenVersion } = claims;
  const row = await readViewer([sessionId, sub, tokenVersion]);
  if (!row) return null;
  const { firstName, lastName, ...viewer } = row;
  return { ...viewer, name: `${firstName} ${lastName}`, sessionId, tokenVersion };
});

async function readViewer(values: unknown[]): Promise<ViewerRow | null> {
  try {
    const { rows } = await busyPool().query<ViewerRow>({ ...viewerStatement, values });
    return rows[0] ?? null;
  } catch (error) {
    // What is not the database's own answer is a connection that there is not.
    if (error instanceof pg.DatabaseError) throw error;
    throw new AppError(
      "database_unavailable",
      "The database cannot be reached. Please try again in a moment.",
      { retryAfterSeconds: 2 },
    );
  }
}

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
