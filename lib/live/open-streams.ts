import "server-only";
import type { Stream } from "@/lib/live/stream";
import { processState } from "@/lib/process-state";

const state = processState("open-streams.v1", () => ({ streams: new Set<Stream>(), draining: false }));

/** The streams that this process has open. */
export function openStreams(): Set<Stream> {
  return state.streams;
}

/** Whether this process is on its way out: not ready for new work. */
export function isDraining(): boolean {
  return state.draining;
}

/**
 * Ends every open stream, spread over `withinMs`, each client told to come back at a time of its own, so that the
 * processes that stay are not all called at once. Later calls share the first one's work.
 */
export async function drainStreams(withinMs: number): Promise<void> {
  state.draining = true;
  const streams = [...state.streams];
  const pauseMs = streams.length > 0 ? withinMs / streams.length : 0;
  const began = Date.now();
  for (const [index, stream] of streams.entries()) {
    const waitMs = began + index * pauseMs - Date.now();
    if (waitMs > 5) await new Promise((resolve) => setTimeout(resolve, waitMs));
    stream.end(500 + Math.random() * 4_000);
  }
}
