import { z } from "zod";

const errorBody = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    fields: z.record(z.string(), z.string()).optional(),
  }),
});

/** What the server, or the lack of it, said of a request that failed: a code for programs, a sentence for people. */
export class RequestError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status: number,
    readonly fields: Record<string, string> = {},
    /** The whole answer, where it has more to tell. */
    readonly body: unknown = null,
  ) {
    super(message);
    this.name = "RequestError";
  }
}

/** GETs JSON of that shape. @throws RequestError */
export async function getJson<S extends z.ZodType>(url: string, shape: S): Promise<z.infer<S>> {
  return send(url, { method: "GET" }, shape);
}

/** POSTs JSON and reads an answer of that shape. @throws RequestError */
export async function postJson<S extends z.ZodType>(
  url: string,
  body: unknown,
  shape: S,
): Promise<z.infer<S>> {
  return sendJson("POST", url, body, shape);
}

/** PATCHes JSON and reads an answer of that shape. @throws RequestError */
export async function patchJson<S extends z.ZodType>(
  url: string,
  body: unknown,
  shape: S,
): Promise<z.infer<S>> {
  return sendJson("PATCH", url, body, shape);
}

/** POSTs a form with files and reads an answer of that shape. @throws RequestError */
export async function postForm<S extends z.ZodType>(
  url: string,
  form: FormData,
  shape: S,
): Promise<z.infer<S>> {
  return send(url, { method: "POST", body: form }, shape);
}

function sendJson<S extends z.ZodType>(
  method: "POST" | "PATCH",
  url: string,
  body: unknown,
  shape: S,
): Promise<z.infer<S>> {
  const headers = { "Content-Type": "application/json" };
  return send(url, { method, body: JSON.stringify(body), headers }, shape);
}

async function send<S extends z.ZodType>(url: string, init: RequestInit, shape: S): Promise<z.infer<S>> {
  let response: Response;
  try {
    response = await fetch(url, { ...init, headers: { Accept: "application/json", ...init.headers } });
  } catch {
    throw new RequestError(
      "unreachable",
      "Lockstep cannot be reached. What you typed is kept; please try again.",
      0,
    );
  }
  const body: unknown = await response.json().catch(() => null);
  if (response.ok) {
    const parsed = shape.safeParse(body);
    if (parsed.success) return parsed.data;
    throw new RequestError(
      "unexpected_answer",
      "The answer could not be read. Please reload the page.",
      response.status,
      {},
      body,
    );
  }
  const failed = errorBody.safeParse(body);
  if (!failed.success) {
    throw new RequestError(
      "unexpected_answer",
      "The server could not answer that. Please try again.",
      response.status,
      {},
      body,
    );
  }
  const { code, message, fields } = failed.data.error;
  throw new RequestError(code, message, response.status, fields, body);
}

/** An id for one action of a person, so that its retries are known to be the same. */
export function newClientId(): string {
  // crypto.randomUUID does not exist on a plain http:// address of the local network.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = Array.from(bytes, (byte, index) => {
    const value = index === 6 ? (byte & 0x0f) | 0x40 : index === 8 ? (byte & 0x3f) | 0x80 : byte;
    return value.toString(16).padStart(2, "0");
  }).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
