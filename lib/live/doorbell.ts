import "server-only";
import pg from "pg";
import { z } from "zod";
import { env } from "@/lib/env";
import { type FeedEntry, feedEntryFromData } from "@/lib/live/feed-store";
import { log } from "@/lib/log";

/** The one channel that every relay listens on. */
export const CHANNEL = "lockstep";

/** PostgreSQL refuses payloads of 8,000 bytes and more. */
const MAX_PAYLOAD_BYTES = 7_900;
/** With more than this waiting, one "look everywhere" is cheaper than naming them. */
const MAX_WAITING = 500;
const EVERYTHING = "*";
const RECONNECT_MS = 1_000;

/** What a doorbell says: an event in full, a feed that has moved to a seq, or that anything may have moved. */
export type Ring =
  | { kind: "entry"; entry: FeedEntry; sentAt: number }
  | { kind: "ping"; id: string }
  | { kind: "moved"; feed: string; seq: number }
  | { kind: "everything" };

const pingPayload = z.object({ p: z.string() });
const movedPayload = z.object({ f: z.string(), s: z.number().int() });
const entryPayload = movedPayload.extend({ i: z.string(), e: z.string(), d: z.string(), t: z.number() });

export function encodeRing({ feed, seq, tag, event, data }: FeedEntry): string {
  const full = JSON.stringify({ f: feed, s: seq, i: tag, e: event, d: data, t: Date.now() });
  return Buffer.byteLength(full) < MAX_PAYLOAD_BYTES ? full : JSON.stringify({ f: feed, s: seq });
}

/** What a relay rings to hear itself. */
export function encodePing(id: string): string {
  return JSON.stringify({ p: id });
}

/** A payload that cannot be read tells at least that somebody rang. */
export function decodeRing(payload: string): Ring {
  if (payload === EVERYTHING) return { kind: "everything" };
  let json: unknown;
  try {
    json = JSON.parse(payload);
  } catch {
    return { kind: "everything" };
  }
  const full = entryPayload.safeParse(json);
  if (full.success) {
    const { f, s, i, e, d, t } = full.data;
    return { kind: "entry", entry: feedEntryFromData(f, s, i, e, d), sentAt: t };
  }
  const ping = pingPayload.safeParse(json);
  if (ping.success) return { kind: "ping", id: ping.data.p };
  const moved = movedPayload.safeParse(json);
  return moved.success ? { kind: "moved", feed: moved.data.f, seq: moved.data.s } : { kind: "everything" };
}

/**
 * Tells the relays of other processes that events were committed. NOTIFY takes a cluster-wide lock through the fsync
 * of its commit, so no business transaction calls it: it is rung from a connection of its own, at once and then at
 * most once an interval. A ring that is lost costs nothing but time: the relays sweep.
 */
export class Doorbell {
  readonly #url: string;
  readonly #intervalMs: number;
  #waiting: string[] = [];
  #client: pg.Client | null = null;
  #timer: NodeJS.Timeout | null = null;
  #ringing = false;
  #stopped = false;

  constructor(url: string = env().DATABASE_URL, intervalMs: number = env().LOCKSTEP_DOORBELL_MS) {
    this.#url = url;
    this.#intervalMs = intervalMs;
  }

  ring(entries: readonly FeedEntry[]): void {
    if (this.#stopped || entries.length === 0) return;
    for (const entry of entries) this.#waiting.push(encodeRing(entry));
    if (this.#waiting.length > MAX_WAITING) this.#waiting = [EVERYTHING];
    if (!this.#timer && !this.#ringing) void this.#flush();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    const client = this.#client;
    this.#client = null;
    await client?.end().catch(() => undefined);
  }

  async #flush(): Promise<void> {
    const payloads = this.#waiting;
    this.#waiting = [];
    this.#ringing = true;
    let hasRung = false;
    try {
      const client = await this.#connected();
      await client.query({
        name: "ring",
        text: "SELECT pg_notify($1, payload) FROM unnest($2::text[]) AS payload",
        values: [CHANNEL, payloads],
      });
      hasRung = true;
    } catch (error) {
      log().warn({ err: error }, "the doorbell did not ring; it tries again in a second");
      this.#drop();
      // What it would have said may have been lost half-way: the others look everywhere.
      this.#waiting = [EVERYTHING];
    } finally {
      this.#ringing = false;
    }
    if (this.#stopped) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = null;
        if (this.#waiting.length > 0) void this.#flush();
      },
      hasRung ? this.#intervalMs : RECONNECT_MS,
    );
    this.#timer.unref();
  }

  async #connected(): Promise<pg.Client> {
    if (this.#client) return this.#client;
    const client = new pg.Client({
      connectionString: this.#url,
      application_name: "lockstep-doorbell",
      connectionTimeoutMillis: 5_000,
      query_timeout: 5_000,
    });
    client.on("error", () => {
      if (this.#client === client) this.#drop();
    });
    await client.connect();
    if (this.#stopped) {
      void client.end().catch(() => undefined);
      throw new Error("the doorbell was stopped while it connected");
    }
    this.#client = client;
    return client;
  }

  #drop(): void {
    const client = this.#client;
    this.#client = null;
    void client?.end().catch(() => undefined);
  }
}
