import "server-only";
import type { Standing } from "@/lib/access/viewer";
import { env } from "@/lib/env";
import { AppError } from "@/lib/http/errors";
import type { Stream } from "@/lib/live/stream";
import { processState } from "@/lib/process-state";

/** Whose stream it is: where it came from, and through which sign-in, if any. */
export type StreamOwner = {
  address: string;
  viewer: { userId: string; sessionId: string; tokenVersion: number } | null;
  feeds: readonly string[];
  /** Whether somebody who stands so may go on following these feeds; null is nobody, or signed out. */
  mayFollow: (standing: Standing | null) => boolean;
};

/** A browser has one; the rest is for several browsers, devices and pages without a secure context. */
const STREAMS_PER_USER = 30;
/** A school sits behind one address. */
const STREAMS_PER_ADDRESS = 500;
const RETRY_AFTER_SECONDS = 15;

const state = processState("open-streams.v3", () => ({
  streams: new Map<Stream, StreamOwner>(),
  draining: false,
}));

/** The streams that this process has open, each with whose it is. */
export function openStreams(): Map<Stream, StreamOwner> {
  return state.streams;
}

/** Whether this process is on its way out: not ready for new work. */
export function isDraining(): boolean {
  return state.draining;
}

/**
 * Makes sure that one more stream is not too many for its person or its address.
 * @throws AppError busy while the process is on its way out, rate_limited
 */
export function assertMayOpen({ address, viewer }: StreamOwner): void {
  if (isDraining()) {
    throw new AppError("busy", "This server is going down; another one will answer.", {
      retryAfterSeconds: 1,
    });
  }
  let ofUser = 0;
  let ofAddress = 0;
  for (const owner of state.streams.values()) {
    if (viewer && owner.viewer?.userId === viewer.userId) ofUser += 1;
    if (owner.address === address) ofAddress += 1;
  }
  const scale = env().LOCKSTEP_LIMITS;
  if (ofUser < STREAMS_PER_USER * scale && ofAddress < STREAMS_PER_ADDRESS * scale) return;
  throw new AppError(
    "rate_limited",
    "Too many live connections are open from here. Please close some pages.",
    {
      retryAfterSeconds: RETRY_AFTER_SECONDS,
    },
  );
}

/**
 * Ends every open stream, spread over `withinMs`, each client told to come back at a time of its own, so that the
 * processes that stay are not all called at once.
 */
export async function drainStreams(withinMs: number): Promise<void> {
  state.draining = true;
  const streams = [...state.streams.keys()];
  const pauseMs = streams.length > 0 ? withinMs / streams.length : 0;
  const began = Date.now();
  for (const [index, stream] of streams.entries()) {
    const waitMs = began + index * pauseMs - Date.now();
    if (waitMs > 5) await new Promise((resolve) => setTimeout(resolve, waitMs));
    stream.end("restart", 500 + Math.random() * 4_000);
  }
}
