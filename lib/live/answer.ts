import "server-only";
import type { SignedInViewer, Viewer } from "@/lib/access/viewer";
import { now } from "@/lib/clock";
import { ADDRESS_HEADER } from "@/lib/http/address";
import { encodeCursor } from "@/lib/live/cursor";
import { readHeadCursor } from "@/lib/live/feed-store";
import { feedsOf, hasFeeds } from "@/lib/live/feeds";
import { assertMayOpen, openStreams, type StreamOwner } from "@/lib/live/open-streams";
import { relay } from "@/lib/live/relay";
import { readReplay } from "@/lib/live/replay";
import { responseSink } from "@/lib/live/response-sink";
import { Stream } from "@/lib/live/stream";

const STREAM_HEADERS = {
  "Content-Type": "text/event-stream; charset=utf-8",
  "Cache-Control": "no-cache, no-transform",
  "X-Accel-Buffering": "no",
};

/** The cursor at the head of a viewer's feeds, for a page to go on from: take it before the page's data are read. */
export async function readCursor(viewer: Viewer | null): Promise<string> {
  return encodeCursor(await readHeadCursor(feedsOf(viewer)));
}

/**
 * A viewer's events after the cursor that the request carries (`Last-Event-ID` before `?cursor=`): an endless stream
 * where `Accept` asks for one, else one JSON answer.
 */
export async function answerEvents(viewer: SignedInViewer | null, request: Request): Promise<Response> {
  const feeds = feedsOf(viewer);
  return answerFeeds(request, {
    viewer,
    feeds,
    mayFollow: (standing) => hasFeeds(standing, feeds),
  });
}

/** As `answerEvents`, for feeds that the caller has found the viewer may follow, for as long as `mayFollow` says so. */
export async function answerFeeds(
  request: Request,
  following: Pick<StreamOwner, "viewer" | "feeds" | "mayFollow">,
): Promise<Response> {
  const { feeds } = following;
  const cursor = request.headers.get("last-event-id") || new URL(request.url).searchParams.get("cursor");
  if (!request.headers.get("accept")?.includes("text/event-stream")) return pollAnswer(feeds, cursor);
  const owner = { ...following, address: request.headers.get(ADDRESS_HEADER) ?? "unknown" };
  assertMayOpen(owner);
  return streamAnswer(owner, cursor, request.signal);
}

function streamAnswer(owner: StreamOwner, cursor: string | null, signal: AbortSignal): Response {
  const { body, sink } = responseSink(() => stream.close());
  const stream = new Stream({
    relay: relay(),
    feeds: owner.feeds,
    cursor,
    sink,
    now,
    onClosed: () => {
      openStreams().delete(stream);
      signal.removeEventListener("abort", onAbort);
    },
  });
  const onAbort = () => stream.close();
  signal.addEventListener("abort", onAbort);
  openStreams().set(stream, owner);
  if (signal.aborted) stream.close();
  else void stream.open();
  return new Response(body, { headers: STREAM_HEADERS });
}

async function pollAnswer(feeds: readonly string[], sent: string | null): Promise<Response> {
  const replay = await readReplay(feeds, sent);
  const entries = replay.outcome === "replay" ? replay.entries : [];
  return Response.json(
    {
      events: entries.map(({ event, feed, seq, data }) => ({ event, feed, seq, data: JSON.parse(data) })),
      cursor: encodeCursor(replay.end),
      ...(replay.outcome === "reset" ? { reset: replay.reason } : {}),
    },
    { headers: { "Cache-Control": "no-store" } },
  );
}
