import { type NextRequest, NextResponse } from "next/server";
import { mediaOrigins } from "@/lib/media/origins";

/** Where the store's files are shown from, when that is not here; read as the process starts. */
const media = mediaOrigins(process.env)
  .map((origin) => ` ${origin}`)
  .join("");

/** Gives every page a strict Content-Security-Policy with a nonce of its own, which Next.js puts on its scripts. */
export function proxy(request: NextRequest): NextResponse {
  const nonce = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))));
  const policy = [
    "default-src 'self'",
    // React's development build evaluates code to rebuild stacks.
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${process.env.NODE_ENV === "development" ? " 'unsafe-eval'" : ""}`,
    "style-src 'self' 'unsafe-inline'",
    `img-src 'self' data: blob:${media}`,
    `media-src 'self' blob:${media}`,
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
  const headers = new Headers(request.headers);
  headers.set("content-security-policy", policy);
  // A page that sends somebody to sign in says where they wanted to go; no page is told its own address otherwise.
  headers.set("x-lockstep-path", `${request.nextUrl.pathname}${request.nextUrl.search}`);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set("content-security-policy", policy);
  return response;
}

export const config = {
  // Pages only: a request body to any path matched here would be cut at 10 MB.
  matcher: ["/((?!api/|_next/|icon.svg|favicon.ico).*)"],
};
