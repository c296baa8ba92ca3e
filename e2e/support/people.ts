import { type APIRequestContext, type Browser, type BrowserContext, expect, request } from "playwright/test";

export type Person = "admin" | "mike" | "sara" | "iffat" | "harbour" | "student" | "staff";

const PASSWORD = "lockstep-demo";

export function baseUrl(): string {
  const url = process.env.LOCKSTEP_E2E_URL;
  if (!url)
    throw new Error(
      "The browser tests' server has not been started: run them with `npm test` or `npx playwright test`.",
    );
  return url;
}

/** Signs a request context in as one of the demo cast, the way a form would. */
async function signIn(api: APIRequestContext, person: Person): Promise<void> {
  const { csrfToken } = await (await api.get("/api/auth/csrf")).json();
  const answer = await api.post("/api/auth/callback/credentials", {
    form: { csrfToken, email: `${person}@lockstep.test`, password: PASSWORD, json: "true" },
  });
  expect(answer.status()).toBe(200);
}

type Session = Awaited<ReturnType<APIRequestContext["storageState"]>>;
const sessions = new Map<string, Promise<Session>>();

/** One session a person, server and test worker: signing in costs a password hash on purpose. */
function sessionOf(person: Person, url: string): Promise<Session> {
  const key = `${person} ${url}`;
  const known = sessions.get(key);
  if (known) return known;
  const made = newSession(person, url);
  sessions.set(key, made);
  return made;
}

/** A sign-in of its own, which the test may end. */
export async function newSession(person: Person, url: string = baseUrl()): Promise<Session> {
  const api = await request.newContext({ baseURL: url });
  await signIn(api, person);
  const session = await api.storageState();
  await api.dispose();
  return session;
}

/** A client of the API, signed in; `dispose` it. */
export async function apiAs(person: Person | null, url: string = baseUrl()): Promise<APIRequestContext> {
  return request.newContext({
    baseURL: url,
    ...(person ? { storageState: await sessionOf(person, url) } : {}),
  });
}

/** A browser of their own, signed in. */
export async function browserAs(
  browser: Browser,
  person: Person,
  options: Parameters<Browser["newContext"]>[0] = {},
): Promise<BrowserContext> {
  const url = options.baseURL ?? baseUrl();
  return browser.newContext({ baseURL: url, storageState: await sessionOf(person, url), ...options });
}

/** The Cookie header of a signed-in client, for connections that Playwright's own client does not stream. */
export async function cookieOf(api: APIRequestContext): Promise<string> {
  const { cookies } = await api.storageState();
  return cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
}
