import "server-only";
import type { AuthOptions } from "next-auth";
import CredentialsProvider from "next-auth/providers/credentials";
import { RateLimiterPostgres, RateLimiterRes } from "rate-limiter-flexible";
import { recordAudit } from "@/lib/access/audit";
import { type SessionClaims, sessionClaims, sessionOptions } from "@/lib/access/session";
import { now } from "@/lib/clock";
import { db, sqlPool } from "@/lib/db";
import { env } from "@/lib/env";
import { AppError } from "@/lib/http/errors";
import { hashPassword, passwordMatches } from "@/lib/people/passwords";
import { credentials } from "@/lib/people/schema";
import { processState } from "@/lib/process-state";

const WINDOW_SECONDS = 15 * 60;
const ATTEMPTS_PER_ACCOUNT = 10;
/** A school signs in from one address. */
const ATTEMPTS_PER_ADDRESS = 100;

function limiter(name: "account" | "address", attempts: number): RateLimiterPostgres {
  return processState(
    `sign-in-limiter-${name}.v1`,
    () =>
      new RateLimiterPostgres({
        storeClient: sqlPool(),
        tableName: "RateLimit",
        tableCreated: true,
        clearExpiredByTimeout: false,
        keyPrefix: `sign-in-${name}`,
        points: Math.max(1, Math.round(attempts * env().LOCKSTEP_LIMITS)),
        duration: WINDOW_SECONDS,
      }),
  );
}

const accountLimiter = () => limiter("account", ATTEMPTS_PER_ACCOUNT);
const addressLimiter = () => limiter("address", ATTEMPTS_PER_ADDRESS);

/**
 * Counts an attempt to sign in, by account and by address.
 * @throws AppError rate_limited
 */
export async function countSignInAttempt(input: unknown, address: string): Promise<void> {
  const parsed = credentials.safeParse(input);
  try {
    await addressLimiter().consume(address);
    if (parsed.success) await accountLimiter().consume(parsed.data.email);
  } catch (refusal) {
    if (!(refusal instanceof RateLimiterRes)) throw refusal;
    throw new AppError("rate_limited", "Too many attempts. Please try again in a few minutes.", {
      retryAfterSeconds: Math.max(1, Math.ceil(refusal.msBeforeNext / 1000)),
    });
  }
}

/** A hash that nobody has the password of. */
const nobodysHash = () => processState("nobodys-hash.v1", () => hashPassword(crypto.randomUUID()));

type SignIn = { id: string; tokenVersion: number; sessionId: string };

/** The person with that e-mail and password, or null; an unknown account takes as long to refuse as a wrong password. */
export async function authenticate(input: unknown): Promise<SignIn | null> {
  const parsed = credentials.safeParse(input);
  if (!parsed.success) return null;
  const { email, password } = parsed.data;
  const user = await db().user.findUnique({
    where: { email },
    select: { id: true, passwordHash: true, tokenVersion: true },
  });
  const matches = await passwordMatches(user?.passwordHash ?? (await nobodysHash()), password);
  if (!user || !matches) return null;
  await accountLimiter().delete(email);
  const sessionId = await db().$transaction(async (tx) => {
    const { id } = await tx.session.create({
      data: { userId: user.id, createdAt: now() },
      select: { id: true },
    });
    await recordAudit(tx, { userId: user.id }, { action: "session.start", subjectId: id, detail: {} }, now());
    return id;
  });
  return { id: user.id, tokenVersion: user.tokenVersion, sessionId };
}

/** Ends one sign-in: its cookie and its open streams are nobody's from then on. A repeat changes nothing. */
export async function endSession({
  sub: userId,
  sessionId,
}: Pick<SessionClaims, "sub" | "sessionId">): Promise<void> {
  await db().$transaction(async (tx) => {
    const { count } = await tx.session.updateMany({
      where: { id: sessionId, userId, endedAt: null },
      data: { endedAt: now() },
    });
    if (count > 0)
      await recordAudit(tx, { userId }, { action: "session.end", subjectId: sessionId, detail: {} }, now());
  });
}

/** next-auth's options: sign-in by e-mail and password, the session in a cookie that carries the tokenVersion. */
export function authOptions(): AuthOptions {
  return {
    ...sessionOptions(),
    pages: { signIn: "/sign-in", error: "/sign-in" },
    providers: [
      CredentialsProvider({
        credentials: { email: { type: "email" }, password: { type: "password" } },
        authorize: authenticate,
      }),
    ],
    events: {
      async signOut({ token }) {
        const claims = sessionClaims.safeParse(token);
        if (claims.success) await endSession(claims.data);
      },
    },
    callbacks: {
      jwt({ token, user }) {
        if (!user || !("tokenVersion" in user) || !("sessionId" in user)) return token;
        return { sub: user.id, tokenVersion: user.tokenVersion, sessionId: user.sessionId };
      },
      // Only ever back to this site, whatever a caller asks for.
      redirect: ({ url, baseUrl }) =>
        URL.canParse(url, baseUrl) && new URL(url, baseUrl).origin === baseUrl
          ? new URL(url, baseUrl).href
          : baseUrl,
      // Who is signed in is read from the row, not from next-auth's own session answer.
      session: ({ session }) => ({ expires: session.expires }),
    },
  };
}
