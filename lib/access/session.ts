import "server-only";
import { createHash } from "node:crypto";
import type { AuthOptions } from "next-auth";
import { decode } from "next-auth/jwt";
import { z } from "zod";
import { env } from "@/lib/env";

/** What a session cookie says: which sign-in it is of, whose, and the tokenVersion it was made with. */
export type SessionClaims = z.infer<typeof sessionClaims>;

export const sessionClaims = z.object({ sub: z.uuid(), sessionId: z.uuid(), tokenVersion: z.number().int() });

const SESSION_DAYS = 30;

/**
 * Cookies ignore ports: two instances on one host would sign each other out if their cookies had the same name. The
 * secret is what all processes of one instance share.
 */
function cookieName(kind: "session" | "csrf" | "callback"): string {
  const { NEXTAUTH_SECRET } = env();
  const instance = createHash("sha256").update(`cookie:${NEXTAUTH_SECRET}`).digest("hex").slice(0, 8);
  return `${isSecure() ? "__Secure-" : ""}lockstep-${instance}-${kind}`;
}

function isSecure(): boolean {
  return env().NEXTAUTH_URL?.startsWith("https:") ?? false;
}

/** next-auth's cookie and session options; the providers are added where people are known. */
export function sessionOptions(): Pick<AuthOptions, "secret" | "session" | "cookies" | "useSecureCookies"> {
  const options = { httpOnly: true, sameSite: "lax", path: "/", secure: isSecure() } as const;
  return {
    secret: env().NEXTAUTH_SECRET,
    session: { strategy: "jwt", maxAge: SESSION_DAYS * 24 * 60 * 60 },
    useSecureCookies: isSecure(),
    cookies: {
      sessionToken: { name: cookieName("session"), options },
      csrfToken: { name: cookieName("csrf"), options },
      callbackUrl: { name: cookieName("callback"), options },
    },
  };
}

/** The session that these cookies carry, or null if there is none, it has expired, or it was not made here. */
export async function readSession(jar: {
  get(name: string): { value: string } | undefined;
}): Promise<SessionClaims | null> {
  const token = jar.get(cookieName("session"))?.value;
  if (!token) return null;
  try {
    const parsed = sessionClaims.safeParse(await decode({ token, secret: env().NEXTAUTH_SECRET }));
    return parsed.success ? parsed.data : null;
  } catch {
    // decode throws for whatever it cannot decrypt: a forged, cut or foreign cookie is no session.
    return null;
  }
}
