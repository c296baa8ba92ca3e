import {
  FIRST_WORD_MS,
  failuresAfter,
  mustPoll,
  POLL_MS,
  retryDelayMs,
  SILENCE_MS,
  type SourceState,
} from "@/lib/live/connection-rules";
import {
  byeEvent,
  heartbeatEvent,
  pollAnswer,
  type ResetReason,
  resetEvent,
  wireEventNames,
} from "@/lib/live/events";

/** What the server said, not yet parsed: an event, or that something may have been missed. */
export type SourceMessage =
  | { kind: "event"; event: string; data: unknown }
  | { kind: "reset"; reason: ResetReason | "unknown" };

/** How the connection does; `lastHeardAt` in epoch milliseconds, `cursor` the newest that is known. */
export type SourceStatus = { state: SourceState; lastHeardAt: number | null; cursor: string };

type SourceHandlers = {
  onMessage(message: SourceMessage): void;
  onStatus(status: SourceStatus): void;
  /** The viewer may no longer see what this page shows. */
  onAccessChanged(): void;
};

/** The answer to a poll takes less than this, or there is none. */
const POLL_LIMIT_MS = 15_000;

/** A viewer's own events. */
const OWN_ADDRESS = "/api/events";

/** Everything after the cursor, as one answer. @throws whatever fetch and zod throw */
export async function fetchEventsAfter(cursor: string, signal?: AbortSignal, address = OWN_ADDRESS) {
  const limit = AbortSignal.timeout(POLL_LIMIT_MS);
  const response = await fetch(`${address}?cursor=${encodeURIComponent(cursor)}`, {
    headers: { Accept: "application/json" },
    cache: "no-store",
    signal: signal ? AbortSignal.any([signal, limit]) : limit,
  });
  if (!response.ok) throw new Error(`GET ${address} answered ${response.status}`);
  return pollAnswer.parse(await response.json());
}

/**
 * The browser's one connection to the server: a stream from the newest cursor on, made anew whenever it ends. Where
 * streams do not live, it polls from the same cursor and goes on trying. EventSource's own reconnecting is not used: it
 * gives up for ever on any answer but 200.
 */
export class LiveSource {
  readonly #handlers: SourceHandlers;
  readonly #address: string;
  #cursor: string;
  #state: SourceState = "connecting";
  #lastHeardAt: number | null = null;
  #source: EventSource | null = null;
  #firstWordAt: number | null = null;
  #failures = 0;
  #retryTimer: ReturnType<typeof setTimeout> | null = null;
  #silenceTimer: ReturnType<typeof setTimeout> | null = null;
  #pollTimer: ReturnType<typeof setTimeout> | null = null;
  #poll: AbortController | null = null;
  #isOpen = false;

  /** `address` is where the stream is: the viewer's own unless told. */
  constructor(cursor: string, handlers: SourceHandlers, address = OWN_ADDRESS) {
    this.#cursor = cursor;
    this.#address = address;
    this.#handlers = handlers;
  }

  get status(): SourceStatus {
    return { state: this.#state, lastHeardAt: this.#lastHeardAt, cursor: this.#cursor };
  }

  /** Goes on from that cursor; nothing if it is open already. */
  open(cursor: string): void {
    if (this.#isOpen) return;
    this.#isOpen = true;
    this.#cursor = cursor;
    this.#failures = 0;
    this.#connect();
  }

  /** Ends the connection. Idempotent. */
  close(): void {
    this.#isOpen = false;
    this.#closeStream();
    this.#endPolling();
    if (this.#retryTimer) clearTimeout(this.#retryTimer);
    this.#retryTimer = null;
    if (this.#lastHeardAt !== null) this.#state = "reconnecting";
  }

  #connect(): void {
    this.#closeStream();
    const source = new EventSource(`${this.#address}?cursor=${encodeURIComponent(this.#cursor)}`);
    this.#source = source;
    this.#firstWordAt = null;
    source.onerror = () => this.#onEnd();
    for (const event of wireEventNames) {
      source.addEventListener(event, (message) => {
        this.#hear(message);
        this.#handlers.onMessage({ kind: "event", event, data: parseJson(message.data) });
      });
    }
    source.addEventListener("heartbeat", (message) => {
      const beat = heartbeatEvent.safeParse(parseJson(message.data));
      this.#hear(message, beat.success && beat.data.isBehind ? "behind" : "live");
    });
    source.addEventListener("reset", (message) => {
      this.#hear(message);
      const reset = resetEvent.safeParse(parseJson(message.data));
      this.#onReset(reset.success ? reset.data.reason : "unknown");
    });
    source.addEventListener("bye", (message) => {
      this.#hear(message);
      const bye = byeEvent.safeParse(parseJson(message.data));
      if (!bye.success) this.#reconnectIn(retryDelayMs(0, Math.random()));
      else if (bye.data.reason === "access_changed") this.#handlers.onAccessChanged();
      // Streams come of age at times of their own: nobody else is back at this moment, and the page need not notice.
      else if (bye.data.reason === "max_age") this.#connect();
      else this.#reconnectIn(bye.data.retryMs);
    });
    this.#watchSilence(FIRST_WORD_MS);
  }

  #hear(message: MessageEvent<string>, state: SourceState = "live"): void {
    if (message.lastEventId) this.#cursor = message.lastEventId;
    this.#firstWordAt ??= Date.now();
    this.#endPolling();
    this.#setState(state, Date.now());
    this.#watchSilence(SILENCE_MS);
  }

  #onReset(reason: ResetReason | "unknown"): void {
    // The feeds that this page began with are no longer those of whoever is signed in.
    if (reason === "other_feeds") this.#handlers.onAccessChanged();
    else this.#handlers.onMessage({ kind: "reset", reason });
  }

  #onEnd(): void {
    this.#failures = failuresAfter(
      this.#failures,
      this.#firstWordAt === null ? null : Date.now() - this.#firstWordAt,
    );
    if (mustPoll(this.#failures)) this.#startPolling();
    this.#reconnectIn(retryDelayMs(this.#failures, Math.random()));
  }

  #reconnectIn(delayMs: number): void {
    this.#closeStream();
    if (this.#state !== "polling") this.#setState("reconnecting");
    this.#retryTimer = setTimeout(() => this.#connect(), delayMs);
  }

  #watchSilence(limitMs: number): void {
    if (this.#silenceTimer) clearTimeout(this.#silenceTimer);
    this.#silenceTimer = setTimeout(() => this.#onEnd(), limitMs);
  }

  #closeStream(): void {
    if (this.#silenceTimer) clearTimeout(this.#silenceTimer);
    this.#silenceTimer = null;
    if (this.#retryTimer) clearTimeout(this.#retryTimer);
    this.#retryTimer = null;
    this.#source?.close();
    this.#source = null;
  }

  #startPolling(): void {
    if (!this.#poll) void this.#pollOnce();
  }

  async #pollOnce(): Promise<void> {
    const poll = new AbortController();
    this.#poll = poll;
    try {
      const { events, cursor, reset } = await fetchEventsAfter(this.#cursor, poll.signal, this.#address);
      if (poll.signal.aborted) return;
      this.#cursor = cursor;
      for (const { event, data } of events) this.#handlers.onMessage({ kind: "event", event, data });
      this.#setState("polling", Date.now());
      if (reset) this.#onReset(reset);
    } catch {
      // Neither a stream nor an answer: the page says so, and both are tried on.
      if (poll.signal.aborted) return;
      this.#setState("reconnecting");
    }
    if (!poll.signal.aborted) this.#pollTimer = setTimeout(() => void this.#pollOnce(), POLL_MS);
  }

  #endPolling(): void {
    this.#poll?.abort();
    this.#poll = null;
    if (this.#pollTimer) clearTimeout(this.#pollTimer);
    this.#pollTimer = null;
  }

  #setState(state: SourceState, lastHeardAt: number | null = this.#lastHeardAt): void {
    this.#state = state;
    this.#lastHeardAt = lastHeardAt;
    this.#handlers.onStatus(this.status);
  }
}

function parseJson(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    return null;
  }
}
