import { resetEvent, type WireEvent, wireEvent, wireEventNames } from "@/lib/live/events";

/** Whether what the page shows follows what happens, and when it last heard so (epoch milliseconds). */
export type LiveStatus = {
  state: "connecting" | "live" | "reconnecting" | "offline";
  lastHeardAt: number | null;
};

type Handlers = {
  /** A new event, in the order of its feed and once. */
  onEvent(event: WireEvent): void;
  /** Something may have been missed: everything on the page must be fetched anew. */
  onReset(): void;
};

/** The server beats every 15 s; after two missed beats and a little the connection counts as dead. */
const SILENCE_MS = 40_000;
const MAX_BACKOFF_MS = 30_000;

/**
 * The browser's end of a stream: one EventSource, opened at the cursor of the page and re-opened from the newest one,
 * also where the browser itself has given up. Repeats are dropped; a gap, which the server does not make, is a reset.
 */
export class LiveConnection {
  readonly #handlers: Handlers;
  readonly #listeners = new Set<() => void>();
  readonly #seqs = new Map<string, number>();
  readonly #address: string;
  #cursor: string;
  #source: EventSource | null = null;
  #status: LiveStatus = { state: "connecting", lastHeardAt: null };
  #failures = 0;
  #retryTimer: ReturnType<typeof setTimeout> | null = null;
  #silenceTimer: ReturnType<typeof setTimeout> | null = null;

  /** `address` is where the stream is: the viewer's own unless told. */
  constructor(cursor: string, handlers: Handlers, address = "/api/events") {
    this.#cursor = cursor;
    this.#address = address;
    this.#handlers = handlers;
  }

  getStatus = (): LiveStatus => this.#status;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  start(): void {
    window.addEventListener("online", this.#onOnline);
    window.addEventListener("offline", this.#onOffline);
    if (navigator.onLine) this.#open();
    else this.#onOffline();
  }

  stop(): void {
    window.removeEventListener("online", this.#onOnline);
    window.removeEventListener("offline", this.#onOffline);
    this.#close();
  }

  #onOnline = (): void => {
    this.#failures = 0;
    this.#open();
  };

  #onOffline = (): void => {
    this.#close();
    this.#setStatus("offline");
  };

  #open(): void {
    this.#close();
    const source = new EventSource(`${this.#address}?cursor=${encodeURIComponent(this.#cursor)}`);
    this.#source = source;
    source.onopen = () => {
      this.#failures = 0;
      this.#heard();
    };
    source.onerror = () => {
      this.#setStatus("reconnecting");
      // After a dropped connection the browser comes back by itself; after any other answer than 200 it never does.
      if (source.readyState === EventSource.CLOSED) this.#retry();
    };
    for (const name of wireEventNames) {
      source.addEventListener(name, (message) => this.#receive(name, message));
    }
    source.addEventListener("heartbeat", (message) => this.#keep(message));
    source.addEventListener("bye", (message) => this.#keep(message));
    source.addEventListener("reset", (message) => {
      this.#keep(message);
      if (!resetEvent.safeParse(parseJson(message.data)).success) return;
      this.#seqs.clear();
      this.#handlers.onReset();
    });
    this.#watchSilence();
  }

  #receive(event: WireEvent["event"], message: MessageEvent<string>): void {
    this.#keep(message);
    const parsed = wireEvent.safeParse({ event, data: parseJson(message.data) });
    if (!parsed.success) {
      // A newer server may speak of what this page does not know: fetching is right whatever it was.
      this.#handlers.onReset();
      return;
    }
    const { feed, seq } = parsed.data.data;
    const last = this.#seqs.get(feed);
    if (last !== undefined && seq <= last) return;
    this.#seqs.set(feed, seq);
    if (last !== undefined && seq > last + 1) this.#handlers.onReset();
    else this.#handlers.onEvent(parsed.data);
  }

  #keep(message: MessageEvent<string>): void {
    if (message.lastEventId) this.#cursor = message.lastEventId;
    this.#heard();
  }

  #heard(): void {
    this.#setStatus("live", Date.now());
    this.#watchSilence();
  }

  #watchSilence(): void {
    if (this.#silenceTimer) clearTimeout(this.#silenceTimer);
    this.#silenceTimer = setTimeout(() => {
      this.#setStatus("reconnecting");
      this.#open();
    }, SILENCE_MS);
  }

  #retry(): void {
    this.#close();
    const backoffMs = Math.min(MAX_BACKOFF_MS, 1_000 * 2 ** this.#failures) * (0.5 + Math.random() / 2);
    this.#failures += 1;
    this.#retryTimer = setTimeout(() => this.#open(), backoffMs);
  }

  #close(): void {
    if (this.#retryTimer) clearTimeout(this.#retryTimer);
    if (this.#silenceTimer) clearTimeout(this.#silenceTimer);
    this.#retryTimer = null;
    this.#silenceTimer = null;
    this.#source?.close();
    this.#source = null;
  }

  #setStatus(state: LiveStatus["state"], lastHeardAt: number | null = this.#status.lastHeardAt): void {
    if (state === this.#status.state && lastHeardAt === this.#status.lastHeardAt) return;
    this.#status = { state, lastHeardAt };
    for (const listener of this.#listeners) listener();
  }
}

function parseJson(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    return null;
  }
}
