import "server-only";
import { randomUUID } from "node:crypto";
import type { z } from "zod";
import { findViewer, type SignedInViewer } from "@/lib/access/viewer";
import { now } from "@/lib/clock";
import { env } from "@/lib/env";
import { AppError, errorResponse } from "@/lib/http/errors";
import { log } from "@/lib/log";

const MAX_BODY_BYTES = 256 * 1024;
const MUTATIONS = new Set(["POST", "PUT", "PATCH", "DELETE"]);

type Schemas<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> = {
  params?: P;
  query?: Q;
  body?: B;
};

type Input<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> = {
  request: Request;
  params: z.infer<P>;
  query: z.infer<Q>;
  body: z.infer<B>;
  now: Date;
};

type NextContext = { params: Promise<Record<string, string | string[] | undefined>> };
type NextHandler<C = NextContext> = (request: Request, context: C) => Promise<Response>;

/**
 * A route handler for signed-in people: checks the Origin of a write, finds the viewer, parses params, query and JSON
 * body with zod, and turns whatever is thrown into the one error answer.
 */
export function route<
  P extends z.ZodType = z.ZodUnknown,
  Q extends z.ZodType = z.ZodUnknown,
  B extends z.ZodType = z.ZodUnknown,
>(
  schemas: Schemas<P, Q, B>,
  handle: (input: Input<P, Q, B> & { viewer: SignedInViewer }) => Promise<Response>,
): NextHandler {
  return guarded(async (request, context) => {
    const viewer = await findViewer();
    if (!viewer) throw new AppError("unauthenticated", "Please sign in to go on.");
    return handle({ ...(await parse(schemas, request, context)), viewer });
  });
}

/** As `route`, also for visitors who have not signed in. */
export function publicRoute<
  P extends z.ZodType = z.ZodUnknown,
  Q extends z.ZodType = z.ZodUnknown,
  B extends z.ZodType = z.ZodUnknown,
>(
  schemas: Schemas<P, Q, B>,
  handle: (input: Input<P, Q, B> & { viewer: SignedInViewer | null }) => Promise<Response>,
): NextHandler {
  return guarded(async (request, context) => {
    const viewer = await findViewer();
    return handle({ ...(await parse(schemas, request, context)), viewer });
  });
}

/** Wraps a handler with the Origin check, the one error answer and the log. */
export function guarded<C = NextContext>(handle: NextHandler<C>): NextHandler<C> {
  return async (request, context) => {
    try {
      if (MUTATIONS.has(request.method)) assertSameOrigin(request);
      return await handle(request, context);
    } catch (error) {
      return errorResponse(toAppError(error, request));
    }
  };
}

/**
 * Reads a body of at most 256 KiB, whatever length the sender declared.
 * @throws AppError too_large
 */
export async function readBody(request: Request): Promise<string> {
  const tooLarge = () =>
    new AppError("too_large", "That is more than can be sent at once (256 KiB). Nothing was saved.");
  if (Number(request.headers.get("content-length") ?? 0) > MAX_BODY_BYTES) throw tooLarge();
  if (!request.body) return "";
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = request.body.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    size += part.value.byteLength;
    if (size > MAX_BODY_BYTES) {
      await reader.cancel();
      throw tooLarge();
    }
    chunks.push(part.value);
  }
  return Buffer.concat(chunks).toString("utf8");
}

async function parse<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType>(
  schemas: Schemas<P, Q, B>,
  request: Request,
  context: NextContext,
): Promise<Input<P, Q, B>> {
  const params = schemas.params?.safeParse(await context.params);
  // A path whose id has the wrong form names nothing, like one whose id is unknown.
  if (params && !params.success)
    throw new AppError("not_found", "There is nothing here, or it is not yours to see.");
  const query = schemas.query?.safeParse(Object.fromEntries(new URL(request.url).searchParams), {
    error: sayMissing,
  });
  if (query && !query.success) throw validationFailed(query.error);
  const body = schemas.body?.safeParse(parseJson(await readBody(request)), { error: sayMissing });
  if (body && !body.success) throw validationFailed(body.error);
  return {
    request,
    params: params?.data as z.infer<P>,
    query: query?.data as z.infer<Q>,
    body: body?.data as z.infer<B>,
    now: now(),
  };
}

function parseJson(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    throw new AppError("malformed_json", "The body is not valid JSON. Nothing was saved.");
  }
}

function validationFailed(error: z.ZodError): AppError {
  const fields: Record<string, string> = {};
  for (const issue of error.issues) fields[issue.path.join(".") || "body"] ??= issue.message;
  const [first] = Object.entries(fields);
  const message = first
    ? `Please check ${first[0]}: ${first[1].replace(/\.$/, "")}.`
    : "Please check what you sent.";
  return new AppError("validation_failed", `${message} Nothing was saved.`, { fields });
}

/** Of a member that is not there, zod would tell a person what type `undefined` is not. */
function sayMissing(issue: { input?: unknown }): string | undefined {
  return issue.input === undefined ? "This is missing." : undefined;
}

function assertSameOrigin(request: Request): void {
  const foreign = () =>
    new AppError("foreign_origin", "This request came from another site and was not carried out.");
  const origin = request.headers.get("origin");
  if (origin === null) {
    if (request.headers.get("sec-fetch-site") === "cross-site") throw foreign();
    return;
  }
  const { TRUST_PROXY, NEXTAUTH_URL } = env();
  const forwarded = TRUST_PROXY > 0 ? request.headers.get("x-forwarded-host") : null;
  const hosts = [forwarded ?? request.headers.get("host"), NEXTAUTH_URL ? new URL(NEXTAUTH_URL).host : null];
  if (!URL.canParse(origin) || !hosts.includes(new URL(origin).host)) throw foreign();
}

function toAppError(error: unknown, request: Request): AppError {
  if (error instanceof AppError) return error;
  const requestId = randomUUID();
  const path = new URL(request.url).pathname;
  const code = typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
  log().error({ err: error, requestId, method: request.method, path }, "a request failed");
  if (code === "P2028" || code === "P2034" || code === "P2024") {
    return new AppError("busy", "Lockstep is very busy. Nothing was saved; please try again in a moment.", {
      retryAfterSeconds: 2,
    });
  }
  if (/^(P1\d\d\d|ECONN|ETIMEDOUT|57P0|08)/.test(code)) {
    return new AppError(
      "database_unavailable",
      "The database cannot be reached. Please try again in a moment.",
      {
        retryAfterSeconds: 2,
      },
    );
  }
  return new AppError(
    "internal",
    `Something went wrong on our side. If it goes on, name this number to support: ${requestId}`,
  );
}
