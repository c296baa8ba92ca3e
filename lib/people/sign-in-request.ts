import "server-only";
import { NextRequest } from "next/server";
import { z } from "zod";
import { ADDRESS_HEADER } from "@/lib/http/address";
import { AppError } from "@/lib/http/errors";
import { readBody } from "@/lib/http/route";
import { countSignInAttempt } from "@/lib/people/sign-in";

const fields = z.record(z.string(), z.string());

/**
 * What next-auth may be handed: it answers 500 to a body that it cannot read and counts no attempts, so both are done
 * here, and it gets a request of flat form fields.
 * @throws AppError malformed_json, validation_failed, too_large, rate_limited
 */
export async function prepareAuthRequest(request: Request): Promise<NextRequest> {
  if (request.method !== "POST") return new NextRequest(request.url, { headers: request.headers });
  const form = await readFields(request);
  if (new URL(request.url).pathname.endsWith("/callback/credentials")) {
    await countAttempt(form, request);
  }
  const headers = new Headers(request.headers);
  headers.set("content-type", "application/x-www-form-urlencoded");
  headers.delete("content-length");
  return new NextRequest(request.url, {
    method: "POST",
    headers,
    body: new URLSearchParams(form).toString(),
  });
}

async function countAttempt(form: Record<string, string>, request: Request): Promise<void> {
  try {
    await countSignInAttempt(form, request.headers.get(ADDRESS_HEADER) ?? "unknown");
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    // next-auth's client reads why it was refused from an address in the answer.
    const url = new URL(`/sign-in?error=${error.code}`, request.url).href;
    throw new AppError(error.code, error.message, { ...error.extras, body: { url } });
  }
}

async function readFields(request: Request): Promise<Record<string, string>> {
  const body = await readBody(request);
  if (!request.headers.get("content-type")?.includes("application/json"))
    return Object.fromEntries(new URLSearchParams(body));
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    throw new AppError("malformed_json", "The body is not valid JSON.");
  }
  const parsed = fields.safeParse(json);
  if (!parsed.success)
    throw new AppError("validation_failed", "The body must be an object whose members are all strings.");
  return parsed.data;
}
