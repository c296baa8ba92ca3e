import "server-only";
import { randomUUID } from "node:crypto";
import type { z } from "zod";
import { encodeCursor, type Position } from "@/lib/live/cursor";
import type { ByeReason, byeEvent, heartbeatEvent, ResetReason } from "@/lib/live/events";
import type { FeedEntry } from "@/lib/live/feed-store";
import type { Listener, Relay } from "@/lib/live/relay";
import { readReplay } from "@/lib/live/replay";
import { log } from "@/lib/log";

/** Where a stream writes: a response body, or anything else that can say when it is full. */
export type Sink = {
  /** Takes the bytes; false when the reader is too far behind to take them. */
  write(bytes: Uint8Array): boolean;
  /** Resolves when the reader has caught up far enough for a large write, or has gone. */
  drained(): Promise<void>;
  /** Ends the response; `abrupt` gives up what the reader has not taken. */
  close(abrupt: boolean): void;
};

export type StreamOptions = {
  relay: Relay;
  feeds: readonly string[];
  /** The cursor that the client sent, or null to begin at the head. */
  cursor: string | null;
  sink: Sink;
  now: () => Date;
  onClosed?: () => void;
};

export const HEARTBEAT_MS = 15_000;
const MAX_AGE_MS = 10 * 60_000;
/** Events that arrive while a replay is read are kept up to this many; beyond, they are read again. */
const MAX_HELD = 1_000;
const REPLAY_CHUNK = 100;

const encoder = new TextEncoder();

/**
 * One client's events: replays what lies after its cursor, then goes on live, in the order of each feed and without a
 * gap. Events that arrive during the replay are held back; a step that is not the next one is read again from the
 * tables, so that a stream is right whatever the relay missed.
 */
export class Stream implements Listener {
  readonly #options: StreamOptions;
  readonly #positions = new Map<string, Position>();
  #state: "replaying" | "live" | "closed" = "replaying";
  #held: FeedEntry[] = [];
  #readAgain = false;
  #unsubscribe: (() => void) | null = null;
  #heartbeat: NodeJS.Timeout | null = null;
  #maxAge: NodeJS.Timeout | null = null;

  constructor(options: StreamOptions) {
    this.#options = options;
  }

  /** Registers, replays and goes live; resolves once live or closed. */
  async open(): Promise<void> {
    const { relay, feeds, cursor } = this.#options;
    try {
      const unsubscribe = await relay.subscribe(feeds, this);
      if (this.#isClosed()) return unsubscribe();
      this.#unsubscribe = unsubscribe;
      this.#write(`retry: ${Math.round(2_000 + Math.random() * 6_000)}\n\n`);
      await this.#replay(cursor);
      if (this.#isClosed()) return;
      this.#beat();
      this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS);
      this.#maxAge = setTimeout(
        () => this.end("max_age", Math.random() * 2_000),
        MAX_AGE_MS * (0.8 + Math.random() * 0.2),
      );
    } catch (error) {
      // The client comes back with its cursor, so that ending here loses nothing.
      log().warn({ err: error }, "a stream could not be opened");
      this.close();
    }
  }

  onEntries(entries: readonly FeedEntry[]): void {
    if (this.#state === "closed") return;
    if (this.#state === "replaying") {
      if (this.#held.length + entries.length > MAX_HELD) {
        this.#held = [];
        this.#readAgain = true;
      } else {
        this.#held.push(...entries);
      }
      return;
    }
    if (!this.#deliver(entries)) void this.#catchUp();
  }

  onBreak(): void {
    if (this.#state === "replaying") this.#readAgain = true;
    else if (this.#state === "live") void this.#catchUp();
  }

  onBehind(): void {
    if (this.#state === "live") this.#beat();
  }

  /** Ends the stream for good: `bye` tells the client why, and when to come back. Idempotent. */
  end(reason: ByeReason, retryMs: number): void {
    const bye: z.infer<typeof byeEvent> = { type: "bye", reason, retryMs: Math.round(retryMs) };
    this.#write(`retry: ${bye.retryMs}\nevent: bye\ndata: ${JSON.stringify(bye)}\n\n`);
    this.close();
  }

  /** Ends the stream. Idempotent. */
  close(abrupt = false): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#held = [];
    if (this.#heartbeat) clearInterval(this.#heartbeat);
    if (this.#maxAge) clearTimeout(this.#maxAge);
    this.#unsubscribe?.();
    this.#options.sink.close(abrupt);
    this.#options.onClosed?.();
  }

  async #catchUp(): Promise<void> {
    this.#state = "replaying";
    try {
      await this.#replay(encodeCursor(this.#positions));
    } catch (error) {
      log().warn({ err: error }, "a stream could not catch up");
      this.close();
    }
  }

  async #replay(cursor: string | null): Promise<void> {
    let from = cursor;
    while (!this.#isClosed()) {
      this.#readAgain = false;
      const replay = await this.#readTwice(from);
      if (this.#isClosed()) return;
      this.#moveTo(replay.start);
      if (replay.outcome === "reset") this.#write(resetBlock(replay.reason, this.#options.now()));
      this.#write(this.#cursorBlock());
      if (replay.outcome === "replay") await this.#writeInChunks(replay.entries);
      if (this.#isClosed()) return;
      const held = this.#held;
      this.#held = [];
      this.#state = "live";
      if (!this.#readAgain && this.#deliver(held)) return;
      this.#state = "replaying";
      from = encodeCursor(this.#positions);
    }
  }

  async #readTwice(from: string | null) {
    try {
      return await readReplay(this.#options.feeds, from);
    } catch (error) {
      log().warn({ err: error }, "a replay could not be read; trying once more");
      return readReplay(this.#options.feeds, from);
    }
  }

  async #writeInChunks(entries: readonly FeedEntry[]): Promise<void> {
    for (let start = 0; start < entries.length && !this.#isClosed(); start += REPLAY_CHUNK) {
      await this.#options.sink.drained();
      this.#writeEntries(entries.slice(start, start + REPLAY_CHUNK));
    }
  }

  /** Writes the entries that are next in their feeds and skips those that were had; false if one is missing between. */
  #deliver(entries: readonly FeedEntry[]): boolean {
    const next: FeedEntry[] = [];
    const seqs = new Map<string, number>();
    let whole = true;
    for (const entry of entries) {
      const seq = seqs.get(entry.feed) ?? this.#positions.get(entry.feed)?.seq ?? 0;
      if (entry.seq <= seq) continue;
      if (entry.seq !== seq + 1) {
        whole = false;
        break;
      }
      seqs.set(entry.feed, entry.seq);
      next.push(entry);
    }
    this.#writeEntries(next);
    return whole;
  }

  #writeEntries(entries: readonly FeedEntry[]): void {
    if (entries.length === 0) return;
    for (const { feed, seq, tag } of entries) this.#positions.set(feed, { seq, tag });
    this.#write(Buffer.concat([...entries.map((entry) => entry.bytes), encoder.encode(this.#cursorBlock())]));
  }

  #moveTo(cursor: ReadonlyMap<string, Position>): void {
    for (const [feed, position] of cursor) this.#positions.set(feed, position);
  }

  #cursorBlock(): string {
    return `id: ${encodeCursor(this.#positions)}\n\n`;
  }

  #beat(): void {
    const beat: z.infer<typeof heartbeatEvent> = {
      type: "heartbeat",
      timestamp: this.#options.now().toISOString(),
      isBehind: this.#options.relay.isBehind,
    };
    this.#write(`event: heartbeat\ndata: ${JSON.stringify(beat)}\n\n`);
  }

  #write(block: string | Uint8Array): void {
    if (this.#state === "closed") return;
    const bytes = typeof block === "string" ? encoder.encode(block) : block;
    // A reader that does not read is let go: its cursor makes that lossless, and nobody else waits for it.
    if (this.#options.sink.write(bytes)) return;
    this.#options.relay.counts.streamCuts += 1;
    this.close(true);
  }

  #isClosed(): boolean {
    return this.#state === "closed";
  }
}

/** The block that tells a client to fetch everything anew. */
function resetBlock(reason: ResetReason, now: Date): string {
  const payload = { type: "reset", reason, eventId: randomUUID(), timestamp: now.toISOString() };
  return `event: reset\ndata: ${JSON.stringify(payload)}\n\n`;
}
