import "server-only";
import { randomUUID } from "node:crypto";
import pg from "pg";
import { sqlPool } from "@/lib/db";
import { env } from "@/lib/env";
import { CHANNEL, Doorbell, decodeRing, encodePing } from "@/lib/live/doorbell";
import { type FeedEntry, readEntriesAfter, readFeedStates } from "@/lib/live/feed-store";
import { log } from "@/lib/log";
import { processState } from "@/lib/process-state";

/** What a stream wants of the relay. */
export type Listener = {
  /** New events of one feed, contiguous and in order. */
  onEntries(entries: readonly FeedEntry[]): void;
  /** The feed cannot be followed from where it was: read it anew. */
  onBreak(feed: string): void;
  /** The database cannot be read any more, or can again. */
  onBehind?(): void;
};

/** A feed that a stream of this process listens to. `seq` and `tag`: the last event handed out. */
type LocalFeed = { seq: number; tag: string; listeners: Set<Listener>; primed: Promise<void> };

/** How often the relay makes sure that it still hears, and how long it waits for its own ring. */
export type Timing = { heartbeatMs: number; heartbeatLimitMs: number };

const TIMING: Timing = { heartbeatMs: 10_000, heartbeatLimitMs: 5_000 };
const SWEEP_LISTENING_MS = 20_000;
const SWEEP_DEAF_MS = 1_500;
const RETRY_MS = 250;
const MAX_RECONNECT_MS = 5_000;
/** Rows of one feed in one fetch; what lies beyond comes with the next. */
const FETCH_LIMIT = 500;

/**
 * Brings committed events to the streams of this process. Its own commits arrive by `announce`, those of other
 * processes by doorbell (LISTEN), and what either missed by the sweep, which compares the feeds' heads: whatever is
 * lost on the way, the tables have it.
 */
export class Relay {
  readonly #listenUrl: string;
  readonly #doorbell: Doorbell;
  readonly #timing: Timing;
  readonly #feeds = new Map<string, LocalFeed>();
  readonly #dirty = new Set<string>();
  #client: pg.Client | null = null;
  #listening = false;
  #attempt = 0;
  #fetching = false;
  #started = false;
  #stopped = false;
  #reconnectTimer: NodeJS.Timeout | null = null;
  #sweepTimer: NodeJS.Timeout | null = null;
  #heartbeatTimer: NodeJS.Timeout | null = null;
  #awaitedPing: { id: string; heard: () => void } | null = null;
  #retryTimer: NodeJS.Timeout | null = null;
  #lagMs = 0;
  #isBehind = false;
  readonly counts = { doorbells: 0, sweeps: 0, sweepsThatFound: 0, fetches: 0, streamCuts: 0 };

  constructor(
    listenUrl: string = env().LISTEN_DATABASE_URL ?? env().DATABASE_URL,
    doorbell: Doorbell = new Doorbell(),
    timing: Timing = TIMING,
  ) {
    this.#listenUrl = listenUrl;
    this.#doorbell = doorbell;
    this.#timing = timing;
  }

  /** Whether doorbells are heard, how long the last one took from its sender to here, and how many feeds have listeners. */
  status(): { listening: boolean; lagMs: number; feeds: number } {
    return { listening: this.#listening, lagMs: this.#lagMs, feeds: this.#feeds.size };
  }

  /** Whether the database cannot be read: what is committed meanwhile is brought once it can. */
  get isBehind(): boolean {
    return this.#isBehind;
  }

  start(): void {
    if (this.#started) return;
    this.#started = true;
    void this.#listen();
    this.#planSweep();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const timer of [this.#reconnectTimer, this.#sweepTimer, this.#retryTimer, this.#heartbeatTimer])
      if (timer) clearTimeout(timer);
    const client = this.#client;
    this.#client = null;
    await Promise.all([this.#doorbell.stop(), client?.end().catch(() => undefined)]);
  }

  /**
   * Registers for feeds. Once the promise resolves, every event that is committed after it comes to the listener;
   * what came before is for the listener to read.
   * @returns the way to end it, idempotent
   */
  async subscribe(names: readonly string[], listener: Listener): Promise<() => void> {
    this.start();
    const fresh = names.filter((name) => !this.#feeds.has(name));
    const primed = fresh.length > 0 ? this.#prime(fresh) : Promise.resolve();
    for (const name of fresh) this.#feeds.set(name, { seq: -1, tag: "", listeners: new Set(), primed });
    for (const name of names) this.#feeds.get(name)?.listeners.add(listener);
    const unsubscribe = () => {
      for (const name of names) {
        const feed = this.#feeds.get(name);
        if (feed?.listeners.delete(listener) && feed.listeners.size === 0) this.#feeds.delete(name);
      }
    };
    try {
      await Promise.all(names.map((name) => this.#feeds.get(name)?.primed));
    } catch (error) {
      unsubscribe();
      throw error;
    }
    return unsubscribe;
  }

  /** The seq of the last event handed out for a feed that has a listener. */
  seqOf(feed: string): number {
    return this.#feeds.get(feed)?.seq ?? 0;
  }

  /** Hands this process's freshly committed events to its own streams and rings for the other processes. */
  announce(entries: readonly FeedEntry[]): void {
    for (const entry of entries) this.#offer(entry);
    this.#doorbell.ring(entries);
  }

  /** Compares the heads of all local feeds with what was handed out, and fetches what is missing. */
  async sweep(): Promise<void> {
    const asked = new Map(
      [...this.#feeds].filter(([, feed]) => feed.seq >= 0).map(([name, feed]) => [name, feed.seq]),
    );
    this.counts.sweeps += 1;
    if (asked.size === 0) return;
    const states = await readFeedStates(asked);
    for (const [name, state] of states) {
      const feed = this.#feeds.get(name);
      // Whatever was handed out while the query ran is newer than its answer.
      if (!feed || feed.seq !== asked.get(name)) continue;
      if (state.head < feed.seq || (state.tagAtCursor !== null && state.tagAtCursor !== feed.tag)) {
        this.#break(name, feed, state.head, state.headTag);
      } else if (state.head > feed.seq) {
        this.counts.sweepsThatFound += 1;
        this.#dirty.add(name);
      }
    }
    void this.#fetch();
  }

  async #prime(names: readonly string[]): Promise<void> {
    try {
      const states = await readFeedStates(new Map(names.map((name) => [name, 0])));
      for (const [name, state] of states) {
        const feed = this.#feeds.get(name);
        if (feed && feed.seq < state.head) Object.assign(feed, { seq: state.head, tag: state.headTag });
      }
    } catch (error) {
      for (const name of names) this.#feeds.delete(name);
      throw error;
    }
  }

  /** Delivers an event that is next in its feed; anything further ahead is fetched, anything older was had. */
  #offer(entry: FeedEntry): void {
    const feed = this.#feeds.get(entry.feed);
    // A feed that is not primed yet has listeners that will read it themselves.
    if (!feed || feed.seq < 0 || entry.seq <= feed.seq) return;
    if (entry.seq === feed.seq + 1) {
      this.#handOut(feed, [entry]);
      return;
    }
    this.#dirty.add(entry.feed);
    void this.#fetch();
  }

  #handOut(feed: LocalFeed, entries: readonly FeedEntry[]): void {
    const last = entries.at(-1);
    if (!last) return;
    feed.seq = last.seq;
    feed.tag = last.tag;
    for (const listener of [...feed.listeners]) listener.onEntries(entries);
  }

  /** The feed's history is not the one that was handed out (a restored backup) or was trimmed away from under it. */
  #break(name: string, feed: LocalFeed, seq: number, tag: string): void {
    log().warn(
      { feed: name, from: feed.seq, to: seq },
      "a feed could not be followed; its streams are reset",
    );
    feed.seq = seq;
    feed.tag = tag;
    for (const listener of [...feed.listeners]) listener.onBreak(name);
  }

  async #fetch(): Promise<void> {
    if (this.#fetching) return;
    this.#fetching = true;
    try {
      while (this.#dirty.size > 0 && !this.#stopped) {
        const wanted = new Map<string, number>();
        for (const name of this.#dirty) {
          const feed = this.#feeds.get(name);
          if (feed && feed.seq >= 0) wanted.set(name, feed.seq);
        }
        this.#dirty.clear();
        if (wanted.size === 0) continue;
        this.counts.fetches += 1;
        try {
          this.#handOutFetched(wanted, await readEntriesAfter(wanted, FETCH_LIMIT));
          this.#setBehind(false);
        } catch (error) {
          for (const name of wanted.keys()) this.#dirty.add(name);
          throw error;
        }
      }
    } catch (error) {
      log().warn({ err: error }, "new events could not be read; trying again");
      this.#setBehind(true);
      this.#retryTimer ??= setTimeout(() => {
        this.#retryTimer = null;
        void this.#fetch();
      }, RETRY_MS);
    } finally {
      this.#fetching = false;
    }
  }

  #handOutFetched(wanted: ReadonlyMap<string, number>, entries: readonly FeedEntry[]): void {
    for (const [name, asked] of wanted) {
      const feed = this.#feeds.get(name);
      if (!feed) continue;
      const rows = entries.filter((entry) => entry.feed === name);
      const unseen = rows.filter((entry) => entry.seq > feed.seq);
      const [first] = unseen;
      const last = unseen.at(-1);
      if (!first || !last) continue;
      if (first.seq !== feed.seq + 1 || last.seq - first.seq + 1 !== unseen.length) {
        this.#break(name, feed, last.seq, last.tag);
      } else {
        this.#handOut(feed, unseen);
      }
      if (rows.length === FETCH_LIMIT && last.seq > asked) this.#dirty.add(name);
    }
  }

  async #listen(): Promise<void> {
    if (this.#stopped) return;
    const client = new pg.Client({
      connectionString: this.#listenUrl,
      application_name: "lockstep-relay",
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
    });
    let lost = false;
    const onLost = (error?: Error) => {
      if (lost) return;
      lost = true;
      if (this.#client === client) this.#client = null;
      // On a connection that went dead without a word, an orderly end would wait for ever.
      client.connection.stream.destroy();
      if (this.#stopped) return;
      this.#attempt += 1;
      log().warn(
        { error: error?.message, attempt: this.#attempt },
        "the relay is not listening; it sweeps meanwhile",
      );
      this.#setListening(false);
      const delay =
        Math.min(MAX_RECONNECT_MS, 100 * 2 ** Math.min(this.#attempt, 6)) * (0.5 + Math.random() / 2);
      this.#reconnectTimer = setTimeout(() => void this.#listen(), delay);
    };
    client.on("error", onLost);
    client.on("end", () => onLost());
    client.on("notification", ({ payload }) => this.#onRing(payload ?? ""));
    this.#client = client;
    try {
      await client.connect();
      await client.query(`LISTEN ${CHANNEL}`);
      if (lost || this.#stopped) return;
      this.#attempt = 0;
      await this.#makeSureToHear(client);
      // What was committed while nobody listened is found by comparing, before doorbells are trusted.
      await this.#sweepOnce();
      this.#planHeartbeat(client, onLost);
    } catch (error) {
      onLost(error instanceof Error ? error : undefined);
    }
  }

  /**
   * Rings for itself: behind a transaction-mode pooler LISTEN succeeds and hears nothing. The service then goes on by
   * sweeping, and says so.
   * @throws Error when the listening connection does not answer at all
   */
  async #makeSureToHear(client: pg.Client): Promise<void> {
    const limitMs = this.#timing.heartbeatLimitMs;
    if (!(await within(limitMs, client.query("SELECT 1")))) throw new Error(`no answer within ${limitMs} ms`);
    const id = randomUUID();
    const heard = new Promise<void>((resolve) => {
      this.#awaitedPing = { id, heard: resolve };
    });
    await sqlPool().query("SELECT pg_notify($1, $2)", [CHANNEL, encodePing(id)]);
    const hears = await within(limitMs, heard);
    if (!hears && this.#client === client) {
      log().error(
        "LISTEN hears nothing: a transaction-mode pooler stands between. Set LISTEN_DATABASE_URL to a direct address; until then events of other processes are found by sweeping.",
      );
    }
    if (this.#client === client) this.#setListening(hears);
  }

  #planHeartbeat(client: pg.Client, onLost: (error?: Error) => void): void {
    if (this.#stopped || this.#client !== client) return;
    this.#heartbeatTimer = setTimeout(async () => {
      try {
        await this.#makeSureToHear(client);
        this.#planHeartbeat(client, onLost);
      } catch (error) {
        onLost(error instanceof Error ? error : undefined);
      }
    }, this.#timing.heartbeatMs);
    this.#heartbeatTimer.unref();
  }

  #setListening(listening: boolean): void {
    if (listening === this.#listening) return;
    this.#listening = listening;
    if (listening) log().info("the relay is listening");
    this.#planSweep();
  }

  #onRing(payload: string): void {
    this.counts.doorbells += 1;
    const ring = decodeRing(payload);
    if (ring.kind === "entry") {
      this.#lagMs = Math.max(0, Date.now() - ring.sentAt);
      this.#offer(ring.entry);
      return;
    }
    if (ring.kind === "ping") {
      if (ring.id === this.#awaitedPing?.id) this.#awaitedPing.heard();
      return;
    }
    if (ring.kind === "moved") {
      const feed = this.#feeds.get(ring.feed);
      if (!feed || feed.seq < 0 || ring.seq <= feed.seq) return;
      this.#dirty.add(ring.feed);
    } else {
      for (const [name, feed] of this.#feeds) if (feed.seq >= 0) this.#dirty.add(name);
    }
    void this.#fetch();
  }

  #planSweep(): void {
    if (this.#sweepTimer) clearTimeout(this.#sweepTimer);
    if (this.#stopped) return;
    this.#sweepTimer = setTimeout(
      async () => {
        await this.#sweepOnce();
        this.#planSweep();
      },
      this.#listening ? SWEEP_LISTENING_MS : SWEEP_DEAF_MS,
    );
    this.#sweepTimer.unref();
  }

  async #sweepOnce(): Promise<void> {
    try {
      await this.sweep();
      this.#setBehind(false);
    } catch (error) {
      log().warn({ err: error }, "a sweep failed; the next one will find what it missed");
      this.#setBehind(true);
    }
  }

  #setBehind(isBehind: boolean): void {
    if (isBehind === this.#isBehind) return;
    this.#isBehind = isBehind;
    const listeners = new Set([...this.#feeds.values()].flatMap((feed) => [...feed.listeners]));
    for (const listener of listeners) listener.onBehind?.();
  }
}

/** Whether the work was done within that time; its own failure is thrown. */
async function within(limitMs: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), limitMs);
  });
  // Whoever is not waited for any longer may still fail, which then is nobody's news.
  work.catch(() => undefined);
  try {
    return await Promise.race([work.then(() => true), limit]);
  } finally {
    clearTimeout(timer);
  }
}

/** The relay of this process. */
export function relay(): Relay {
  return processState("relay.v1", () => new Relay());
}
