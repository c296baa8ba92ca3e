const YEAR_SECONDS = 365 * 24 * 60 * 60;

/** Remembers a choice of looks in a cookie, so that the server's first picture is already the right one. */
export function writePreferenceCookie(name: string, value: string): void {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API needs a secure context, which a LAN address is not.
  document.cookie = `${name}=${value}; Path=/; Max-Age=${YEAR_SECONDS}; SameSite=Lax`;
}
