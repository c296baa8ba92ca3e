/** How much of a file was sent by then. */
export type Sample = { atMs: number; sentBytes: number };

/** The pace is that of the last ten seconds: long enough to be calm, short enough to follow a change of network. */
const WINDOW_MS = 10_000;
/** A pace from less than this is chance. */
const LEAST_MS = 1_000;

/** The samples with the next one; what is older than the window goes, except the newest of it, which it is measured from. */
export function withSample(samples: readonly Sample[], next: Sample): Sample[] {
  const kept = [...samples, next];
  const from = kept.findLastIndex(({ atMs }) => atMs <= next.atMs - WINDOW_MS);
  return from > 0 ? kept.slice(from) : kept;
}

/** Bytes a second; null while it cannot be told. */
export function paceOf(samples: readonly Sample[]): number | null {
  const [first, last] = [samples[0], samples.at(-1)];
  if (!first || !last || last.atMs - first.atMs < LEAST_MS) return null;
  const pace = ((last.sentBytes - first.sentBytes) * 1_000) / (last.atMs - first.atMs);
  return pace > 0 ? pace : null;
}

/** "a few seconds left", "40 s left", "12 min left", "2 h 5 min left": no more exact than it is known. */
export function timeLeftWords(seconds: number): string {
  if (seconds < 8) return "a few seconds left";
  if (seconds < 90) return `${Math.round(seconds / 5) * 5} s left`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min left`;
  const rest = minutes % 60;
  return `${Math.floor(minutes / 60)} h${rest === 0 ? "" : ` ${rest} min`} left`;
}
