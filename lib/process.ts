import "server-only";
import diagnostics from "node:diagnostics_channel";
import type { IncomingMessage } from "node:http";
import { env } from "@/lib/env";
import { ADDRESS_HEADER, clientAddress } from "@/lib/http/address";
import { watchAccess } from "@/lib/live/access-watch";
import { drainStreams } from "@/lib/live/open-streams";
import { relay } from "@/lib/live/relay";
import { keepTrimming } from "@/lib/live/retention";
import { log } from "@/lib/log";
import { processState } from "@/lib/process-state";

const DRAIN_MS = 2_000;

/**
 * What a server process needs beside its routes: settings that are right, the relay, every request's address, and an
 * orderly end.
 * @throws Error with a sentence for each wrong setting
 */
export function startProcess(): void {
  processState("process.v1", () => {
    env();
    relay().start();
    watchAccess();
    keepTrimming();
    stampAddresses();
    endOrderly();
    return true;
  });
}

/** Route handlers do not see the socket, and Next.js passes on an X-Forwarded-For that the client made up. */
function stampAddresses(): void {
  diagnostics.subscribe("http.server.request.start", (message) => {
    const { request } = message as { request: IncomingMessage };
    const forwarded = request.headers["x-forwarded-for"];
    request.headers[ADDRESS_HEADER] = clientAddress(
      request.socket.remoteAddress,
      Array.isArray(forwarded) ? forwarded.join(",") : forwarded,
      env().TRUST_PROXY,
    );
  });
}

/**
 * Next.js waits on a signal until the last response has ended, which an open stream never does. So the streams are
 * ended first, with this process answering that it is not ready, and then Next.js goes on as it would.
 */
function endOrderly(): void {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    const nextListeners = process.listeners(signal);
    process.removeAllListeners(signal);
    process.on(
      signal,
      () =>
        void endWith(() => {
          for (const listener of nextListeners) listener(signal);
          if (nextListeners.length === 0) process.exit(0);
        }),
    );
  }
  // `npm start` holds the other end of this channel: when it is killed, nobody else would end this process.
  if (process.channel) {
    process.on("disconnect", () => process.kill(process.pid, "SIGTERM"));
    process.channel.unref();
  }
}

async function endWith(exit: () => void): Promise<void> {
  log().info("ending: no longer ready, closing the streams");
  await drainStreams(DRAIN_MS);
  exit();
}
