import "server-only";
import { env } from "@/lib/env";
import { processState } from "@/lib/process-state";

const offset = processState("clock.v1", () => ({ milliseconds: 0 }));

/** The server's time. Domain rules get it as an argument. */
export function now(): Date {
  return new Date(Date.now() + offset.milliseconds);
}

/**
 * Sets the server's clock for tests; null returns to real time.
 * @throws Error unless LOCKSTEP_TEST=1.
 */
export function setClock(time: Date | null): void {
  if (!env().LOCKSTEP_TEST) throw new Error("The clock can only be set with LOCKSTEP_TEST=1.");
  offset.milliseconds = time === null ? 0 : time.getTime() - Date.now();
}
