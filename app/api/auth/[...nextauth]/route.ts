import NextAuth from "next-auth";
import { guarded } from "@/lib/http/route";
import { authOptions } from "@/lib/people/sign-in";
import { prepareAuthRequest } from "@/lib/people/sign-in-request";

// GET and POST /api/auth/*: next-auth's own endpoints.
const handle = guarded(async (request, context: { params: Promise<{ nextauth: string[] }> }) =>
  NextAuth(await prepareAuthRequest(request), context, authOptions()),
);

export { handle as GET, handle as POST };
