/** The server beats every 15 s; after two missed beats and a little the connection counts as dead. */
export const SILENCE_MS = 40_000;
/**
 * The first beat comes with the stream's opening; where a proxy keeps it back, there is no stream. A tab that owns the
 * connection answers at once, hidden or not; where it does not, there is nobody.
 */
export const FIRST_WORD_MS = 10_000;
/** A minute less the time that an answer may take, so that a page that polls is right within the minute. */
export const POLL_MS = 55_000;
/** A stream that ends sooner than this after its first word was cut by something that does not let streams live. */
const QUICK_CLOSE_MS = 5_000;
const FAILURES_BEFORE_POLLING = 3;
const FIRST_RETRY_MS = 2_000;
const LONGEST_RETRY_MS = 30_000;

/** What the owner of a connection says of it. */
export const sourceStates = ["connecting", "live", "behind", "reconnecting", "polling"] as const;
export type SourceState = (typeof sourceStates)[number];

/**
 * How many streams in a row failed or were closed quickly, after one more has ended.
 * @param livedMs how long it lived after its first word; null if there was none
 */
export function failuresAfter(failures: number, livedMs: number | null): number {
  return livedMs === null || livedMs < QUICK_CLOSE_MS ? failures + 1 : 0;
}

/** Whether to poll beside trying on: streams do not live here, at least for now. */
export function mustPoll(failures: number): boolean {
  return failures >= FAILURES_BEFORE_POLLING;
}

/**
 * How long to wait before the next stream, in milliseconds: longer after each failure, and never all browsers at once.
 * @param random in [0, 1)
 */
export function retryDelayMs(failures: number, random: number): number {
  const longest = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.max(0, failures - 1));
  return Math.round(longest * (0.5 + random / 2));
}
