import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FIRST_WORD_MS, POLL_MS, SILENCE_MS } from "@/lib/live/connection-rules";
import { LiveSource, type SourceMessage, type SourceStatus } from "@/lib/live/live-source";

/** Node.js has no EventSource: this one does what the test says that the network did. */
class ScriptedStream extends EventTarget {
  static readonly opened: ScriptedStream[] = [];
  onerror: (() => void) | null = null;
  isClosed = false;

  constructor(readonly url: string) {
    super();
    ScriptedStream.opened.push(this);
  }

  close(): void {
    this.isClosed = true;
  }

  say(event: string, data: unknown, lastEventId = ""): void {
    if (this.isClosed) throw new Error("a closed stream says nothing");
    this.dispatchEvent(new MessageEvent(event, { data: JSON.stringify(data), lastEventId }));
  }

  beat(isBehind = false, cursor = ""): void {
    this.say("heartbeat", { type: "heartbeat", timestamp: "2026-11-21T10:00:00Z", isBehind }, cursor);
  }
}

const stream = () => {
  const newest = ScriptedStream.opened.at(-1);
  if (!newest) throw new Error("no stream was opened");
  return newest;
};

let source: LiveSource;
let statuses: SourceStatus[];
let messages: SourceMessage[];
let accessChanges: number;
let answerPoll: () => Response;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("EventSource", ScriptedStream);
  vi.stubGlobal("fetch", async () => answerPoll());
  ScriptedStream.opened.length = 0;
  statuses = [];
  messages = [];
  accessChanges = 0;
  answerPoll = () => Response.json({ events: [], cursor: "polled" });
  source = new LiveSource("first", {
    onStatus: (status) => statuses.push(status),
    onMessage: (message) => messages.push(message),
    onAccessChanged: () => {
      accessChanges += 1;
    },
  });
  source.open("first");
});
afterEach(() => {
  source.close();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const states = () => statuses.map(({ state }) => state);

describe("a stream", () => {
  it("that has come of age is followed by the next at once, from the newest cursor, and the page need not notice", () => {
    stream().beat(false, "second");
    const aged = stream();
    aged.say("bye", { type: "bye", reason: "max_age", retryMs: 1_500 });
    expect(aged.isClosed).toBe(true);
    expect(stream().url).toBe("/api/events?cursor=second");
    stream().beat();
    expect(new Set(states())).toEqual(new Set(["live"]));
  });

  it("that is ended by a restart is made anew when the server said", () => {
    stream().beat();
    stream().say("bye", { type: "bye", reason: "restart", retryMs: 1_500 });
    expect(states().at(-1)).toBe("reconnecting");
    vi.advanceTimersByTime(1_499);
    expect(ScriptedStream.opened).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(ScriptedStream.opened).toHaveLength(2);
  });

  it("that falls silent is made anew", () => {
    stream().beat();
    vi.advanceTimersByTime(SILENCE_MS);
    expect(states().at(-1)).toBe("reconnecting");
    expect(stream().isClosed).toBe(true);
  });

  it("whose server cannot read its database says so", () => {
    stream().beat();
    stream().beat(true);
    stream().beat();
    expect(states()).toEqual(["live", "behind", "live"]);
  });

  it("whose viewer may see other things now takes the page away", () => {
    stream().say("bye", { type: "bye", reason: "access_changed", retryMs: 0 });
    stream().say("reset", {
      type: "reset",
      reason: "other_feeds",
      eventId: "0b8f4c1e-58a5-4a70-8d51-3d1c5c0d8a11",
      timestamp: "2026-11-21T10:00:00Z",
    });
    expect(accessChanges).toBe(2);
    expect(messages).toEqual([]);
  });
});

describe("where streams do not live", () => {
  /** Lets streams go bad until it polls. */
  async function failThrice(fail: (opened: ScriptedStream) => void): Promise<void> {
    for (let index = 0; index < 3; index += 1) {
      const before = ScriptedStream.opened.length;
      fail(stream());
      while (index < 2 && ScriptedStream.opened.length === before) await vi.advanceTimersByTimeAsync(250);
    }
    await vi.advanceTimersByTimeAsync(0);
  }

  it.each([
    ["three streams fail", (opened: ScriptedStream) => opened.onerror?.()],
    [
      "three streams close soon after their first word",
      (opened: ScriptedStream) => {
        opened.beat();
        opened.onerror?.();
      },
    ],
    [
      "three streams say nothing, as behind a proxy that buffers",
      () => vi.advanceTimersByTime(FIRST_WORD_MS),
    ],
  ])("it polls once %s, goes on trying, and is live again with the first word", async (_, fail) => {
    await failThrice(fail);
    expect(source.status).toMatchObject({ state: "polling", cursor: "polled" });
    answerPoll = () =>
      Response.json({ events: [{ event: "x", feed: "public", seq: 4, data: { seq: 4 } }], cursor: "later" });
    await vi.advanceTimersByTimeAsync(POLL_MS);
    expect(messages).toContainEqual({ kind: "event", event: "x", data: { seq: 4 } });
    expect(stream().url).toMatch(/cursor=(polled|later)$/);
    while (stream().isClosed) await vi.advanceTimersByTimeAsync(250);
    stream().beat();
    expect(source.status.state).toBe("live");
    const polls = messages.length;
    await vi.advanceTimersByTimeAsync(SILENCE_MS - 1);
    expect(messages).toHaveLength(polls);
  });

  it("says that it is reconnecting while there is no answer either, and asks on", async () => {
    answerPoll = () => new Response(null, { status: 503 });
    await failThrice((opened) => opened.onerror?.());
    expect(source.status.state).toBe("reconnecting");
    answerPoll = () => Response.json({ events: [], cursor: "polled" });
    await vi.advanceTimersByTimeAsync(POLL_MS);
    expect(source.status.state).toBe("polling");
  });
});

describe("a source that is closed", () => {
  it("has no stream, no timer and no question under way", async () => {
    stream().beat();
    source.close();
    expect(stream().isClosed).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });
});
