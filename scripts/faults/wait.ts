/** @param milliseconds from now */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Looks again and again until the condition holds. @returns whether it did in time */
export async function holdsWithin(
  limitMs: number,
  holds: () => boolean | Promise<boolean>,
): Promise<boolean> {
  const deadline = Date.now() + limitMs;
  while (!(await holds())) {
    if (Date.now() > deadline) return false;
    await pause(50);
  }
  return true;
}

/** Looks again and again until the condition holds. @throws Error if it does not in time */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  limitMs = 90_000,
): Promise<void> {
  if (!(await holdsWithin(limitMs, holds))) throw new Error(`still waiting after ${limitMs} ms: ${what}`);
}
