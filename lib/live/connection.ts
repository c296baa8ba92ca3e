import { FIRST_WORD_MS, SILENCE_MS, type SourceState } from "@/lib/live/connection-rules";
import { type WireEvent, wireEvent } from "@/lib/live/events";
import { fetchEventsAfter, LiveSource, type SourceMessage, type SourceStatus } from "@/lib/live/live-source";
import { TabGroup, type TabMessage } from "@/lib/live/tab-group";

/** Whether what the page shows follows what happens, and when it last heard so (epoch milliseconds). */
export type LiveStatus = {
  state: SourceState | "offline" | "paused";
  lastHeardAt: number | null;
};

type Handlers = {
  /** A new event, in the order of its feed and once. */
  onEvent(event: WireEvent): void;
  /** Something may have been missed: everything on the page must be fetched anew. */
  onReset(): void;
  /** Whoever was signed in is not any longer, or may see other things now: the page must go. */
  onLeft(): void;
};

/** With more than this waiting for a tab that is only joining, it is better off fetching everything. */
const MAX_HELD = 1_000;

/**
 * A page's end of what happens: the browser's one connection if this tab owns it, else what the owner hands on. Each tab
 * keeps its own place in each feed, so that whatever comes twice is dropped, and knows a gap, which is a reset.
 */
export class LiveConnection {
  readonly #handlers: Handlers;
  readonly #group: TabGroup;
  readonly #source: LiveSource;
  readonly #pausedKey: string;
  readonly #listeners = new Set<() => void>();
  readonly #seqs = new Map<string, number>();
  #cursor: string;
  #status: LiveStatus = { state: "connecting", lastHeardAt: null };
  /** What the owner said while this tab was reading what it had missed before it came; null once it has. */
  #held: SourceMessage[] | null = [];
  #joining: AbortController | null = null;
  #ownerStatus: SourceStatus | null = null;
  #ownerTimer: ReturnType<typeof setTimeout> | null = null;
  #isPaused = false;
  #isStarted = false;

  /**
   * @param cursor where the page's data stand at the least
   * @param viewerId whose page it is; null for a visitor's
   */
  constructor(cursor: string, viewerId: string | null, handlers: Handlers) {
    const name = `lockstep-live-1:${viewerId ?? "visitor"}`;
    this.#cursor = cursor;
    this.#handlers = handlers;
    this.#pausedKey = `${name}:paused`;
    this.#source = new LiveSource(cursor, {
      onMessage: (message) => {
        this.#group.post(message);
        this.#take(message);
      },
      onStatus: (status) => {
        this.#cursor = status.cursor;
        this.#group.post({ kind: "status", ...status });
        this.#showStatus(status);
      },
      onAccessChanged: () => this.#leave(),
    });
    this.#group = new TabGroup(name, {
      onOwning: () => this.#onOwning(),
      onDisowned: () => this.#onDisowned(),
      onMessage: (message) => this.#onTabMessage(message),
    });
  }

  getStatus = (): LiveStatus => this.#status;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  start(): void {
    window.addEventListener("pagehide", this.#onPageHide);
    window.addEventListener("pageshow", this.#onPageShow);
    this.#begin();
  }

  stop(): void {
    window.removeEventListener("pagehide", this.#onPageHide);
    window.removeEventListener("pageshow", this.#onPageShow);
    this.#end();
  }

  /** Nothing moves on any tab of this person in this browser until `resume`; what happens meanwhile comes then. */
  pause(): void {
    keepPaused(this.#pausedKey, true);
    this.#setPaused(true);
  }

  resume(): void {
    keepPaused(this.#pausedKey, false);
    this.#setPaused(false);
  }

  /** Tells the other tabs that whoever was signed in has signed out, and hears nothing any more. */
  signedOut(): void {
    this.#group.post({ kind: "left" });
    this.stop();
  }

  #begin(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    window.addEventListener("online", this.#onNetwork);
    window.addEventListener("offline", this.#onNetwork);
    window.addEventListener("storage", this.#onStorage);
    this.#isPaused = isKeptPaused(this.#pausedKey);
    this.#held = [];
    this.#group.join();
    this.#settle();
  }

  #end(): void {
    this.#isStarted = false;
    window.removeEventListener("online", this.#onNetwork);
    window.removeEventListener("offline", this.#onNetwork);
    window.removeEventListener("storage", this.#onStorage);
    this.#onDisowned();
    this.#group.leave();
    this.#joining?.abort();
    this.#joining = null;
  }

  // A page that the browser keeps for the way back must not hold the connection meanwhile.
  readonly #onPageHide = (): void => this.#end();
  readonly #onPageShow = ({ persisted }: PageTransitionEvent): void => {
    if (persisted) this.#begin();
  };

  readonly #onNetwork = (): void => this.#settle();

  readonly #onStorage = ({ key }: StorageEvent): void => {
    if (key === this.#pausedKey || key === null) this.#setPaused(isKeptPaused(this.#pausedKey));
  };

  #setPaused(isPaused: boolean): void {
    if (isPaused === this.#isPaused) return;
    this.#isPaused = isPaused;
    this.#settle();
  }

  /** Opens or closes what should be open or closed by now. */
  #settle(): void {
    if (this.#isPaused || !navigator.onLine) {
      this.#source.close();
      this.#watchOwner();
      this.#setStatus({
        state: this.#isPaused ? "paused" : "offline",
        lastHeardAt: this.#status.lastHeardAt,
      });
      return;
    }
    if (this.#status.state === "paused" || this.#status.state === "offline") {
      this.#setStatus({ state: "reconnecting", lastHeardAt: this.#status.lastHeardAt });
    }
    if (this.#group.isOwner) this.#source.open(this.#cursor);
    else this.#askOwner();
  }

  #onOwning(): void {
    // From its own cursor the stream brings all that this tab has not been told.
    this.#joining?.abort();
    this.#joining = null;
    this.#held = null;
    this.#stopWatching();
    this.#settle();
  }

  #onDisowned(): void {
    this.#source.close();
    this.#stopWatching();
    if (this.#isStarted) this.#askOwner();
  }

  #tellStatus(): void {
    this.#group.post({ kind: "status", ...this.#source.status });
  }

  #onTabMessage(message: TabMessage): void {
    if (message.kind === "left") {
      this.#handlers.onLeft();
    } else if (message.kind === "hello") {
      if (this.#group.isOwner) this.#tellStatus();
    } else if (this.#group.isOwner) {
      // The last words of an owner that this tab has followed: its own stream brings them as well.
    } else if (message.kind === "status") {
      this.#onOwnerStatus(message);
    } else {
      this.#take(message);
    }
  }

  #onOwnerStatus(status: SourceStatus): void {
    this.#ownerStatus = status;
    if (this.#held !== null && status.cursor === this.#cursor) this.#letIn();
    if (this.#held === null) {
      this.#cursor = status.cursor;
      this.#showStatus(status);
    } else {
      // Not live before it has caught up with what it joins.
      this.#showStatus({ ...status, state: status.state === "live" ? "connecting" : status.state });
      if (status.state !== "connecting") void this.#catchUp();
    }
  }

  #showStatus({ state, lastHeardAt }: Omit<SourceStatus, "cursor">): void {
    if (this.#isPaused || !navigator.onLine) return;
    this.#setStatus({ state, lastHeardAt });
    if (!this.#group.isOwner) this.#watchOwner();
  }

  /** Reads what happened between the page's own cursor and the connection that it joins. */
  async #catchUp(): Promise<void> {
    if (this.#joining) return;
    const joining = new AbortController();
    this.#joining = joining;
    try {
      const { events, cursor, reset } = await fetchEventsAfter(this.#cursor, joining.signal);
      if (joining.signal.aborted) return;
      if (reset === "other_feeds") return this.#leave();
      this.#cursor = cursor;
      if (reset) this.#handlers.onReset();
      for (const { event, data } of events) this.#deliver({ kind: "event", event, data });
      this.#letIn();
      if (this.#ownerStatus) this.#showStatus(this.#ownerStatus);
    } catch {
      // The owner's next word tries again; until then this page says what the connection says.
    } finally {
      if (this.#joining === joining) this.#joining = null;
    }
  }

  #letIn(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const message of held) this.#deliver(message);
  }

  #take(message: SourceMessage): void {
    if (this.#held === null) this.#deliver(message);
    else if (this.#held.length < MAX_HELD) this.#held.push(message);
    else this.#held = [{ kind: "reset", reason: "too_far_behind" }];
  }

  #deliver(message: SourceMessage): void {
    if (message.kind === "reset") {
      this.#seqs.clear();
      this.#handlers.onReset();
      return;
    }
    const parsed = wireEvent.safeParse({ event: message.event, data: message.data });
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

  /** A tab that owns the connection and does not answer hangs: this one takes its place. */
  #askOwner(): void {
    this.#stopWatching();
    this.#group.post({ kind: "hello" });
    this.#ownerTimer = setTimeout(() => this.#group.takeOver(), FIRST_WORD_MS * (1 + Math.random() / 2));
  }

  #watchOwner(): void {
    this.#stopWatching();
    this.#ownerTimer = setTimeout(() => this.#askOwner(), SILENCE_MS);
  }

  #stopWatching(): void {
    if (this.#ownerTimer) clearTimeout(this.#ownerTimer);
    this.#ownerTimer = null;
  }

  #leave(): void {
    this.signedOut();
    this.#handlers.onLeft();
  }

  #setStatus(status: LiveStatus): void {
    if (status.state === this.#status.state && status.lastHeardAt === this.#status.lastHeardAt) return;
    this.#status = status;
    for (const listener of this.#listeners) listener();
  }
}

/** Where a page may not store anything, a pause is this tab's alone and ends with it. */
function isKeptPaused(key: string): boolean {
  try {
    return localStorage.getItem(key) !== null;
  } catch {
    return false;
  }
}

function keepPaused(key: string, isPaused: boolean): void {
  try {
    if (isPaused) localStorage.setItem(key, new Date().toISOString());
    else localStorage.removeItem(key);
  } catch {
    // See isKeptPaused.
  }
}
