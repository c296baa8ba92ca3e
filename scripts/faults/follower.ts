import { z } from "zod";
import { type Cursor, decodeCursor } from "@/lib/live/cursor";
import type { Client, Note } from "@/lib/live/testing/checker";
import { readSseBlock } from "@/lib/live/testing/sse-block";
import { pause } from "./wait";

/**
 * `steady` reads at once and goes on for as long as the stream does, `reconnecting` hangs up by itself every now and
 * then, `slow` takes its time after each read.
 */
export type Manner = "steady" | "reconnecting" | "slow";

/** A client takes a stream that is silent for longer than a heartbeat for dead. */
const SILENCE_MS = 20_000;
const SLOW_READ_MS = 150;

const event = z.object({ feed: z.string(), seq: z.number(), eventId: z.string() });
const reset = z.object({ type: z.literal("reset"), reason: z.string() });

/** Somebody's page: follows the stream, comes back from its cursor whenever it ends, and notes all that it is told. */
export class Follower {
  readonly name: string;
  readonly manner: Manner;
  /** Whether it reads at once and may come back through any process, so that its silences are the feeds' own. */
  readonly isPrompt: boolean;
  readonly #url: string;
  readonly #cookie: string;
  #notes: Note[] = [];
  #cursor: string | null = null;
  #position: Cursor = new Map();
  #connection: AbortController | null = null;
  #isAway = false;
  #isStopped = false;
  readonly #following: Promise<void>;

  constructor(name: string, url: string, cookie: string, manner: Manner, isPrompt = manner !== "slow") {
    this.name = name;
    this.manner = manner;
    this.isPrompt = isPrompt;
    this.#url = url;
    this.#cookie = cookie;
    this.#following = this.#follow();
  }

  /** Where it stands, feed by feed. */
  get position(): Cursor {
    return this.#position;
  }

  get isAway(): boolean {
    return this.#isAway;
  }

  /** What it was told since it turned the page, for the checker. */
  get client(): Client {
    return { name: this.name, feeds: [...this.#position.keys()], notes: this.#notes };
  }

  /** Begins new notes, from where it stands. */
  turnPage(): void {
    this.#notes = [{ kind: "cursor", cursor: this.#position }];
  }

  /** Hangs up and stays away with its cursor until it comes back. */
  leave(): void {
    this.#isAway = true;
    this.#connection?.abort();
  }

  comeBack(): void {
    this.#isAway = false;
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#connection?.abort();
    await this.#following;
  }

  async #follow(): Promise<void> {
    while (!this.#isStopped) {
      if (!this.#isAway) {
        try {
          await this.#connect();
        } catch {
          // Refused, cut, silent or left: it comes back.
        }
      }
      await pause(50 + Math.random() * 200);
    }
  }

  async #connect(): Promise<void> {
    const connection = new AbortController();
    this.#connection = connection;
    const hangUp = () => connection.abort();
    let silence = setTimeout(hangUp, SILENCE_MS);
    const leaving =
      this.manner === "reconnecting" ? setTimeout(hangUp, 300 + Math.random() * 3_000) : undefined;
    try {
      const response = await fetch(
        `${this.#url}/api/events${this.#cursor ? `?cursor=${this.#cursor}` : ""}`,
        {
          headers: { accept: "text/event-stream", cookie: this.#cookie },
          signal: connection.signal,
        },
      );
      if (response.status !== 200) {
        await response.body?.cancel();
        return;
      }
      this.#notes.push({ kind: "connected" });
      const decoder = new TextDecoder();
      let rest = "";
      for await (const chunk of response.body ?? []) {
        clearTimeout(silence);
        silence = setTimeout(hangUp, SILENCE_MS);
        const blocks = (rest + decoder.decode(chunk, { stream: true })).split("\n\n");
        rest = blocks.pop() ?? "";
        for (const block of blocks) this.#take(block);
        if (this.manner === "slow") await pause(SLOW_READ_MS);
      }
    } finally {
      clearTimeout(silence);
      clearTimeout(leaving);
    }
  }

  #take(block: string): void {
    const { id, data } = readSseBlock(block);
    const told = event.safeParse(data);
    if (told.success) this.#notes.push({ kind: "event", ...told.data, at: Date.now() });
    const begun = reset.safeParse(data);
    if (begun.success) this.#notes.push({ kind: "reset", reason: begun.data.reason });
    if (id === undefined) return;
    this.#cursor = id;
    this.#position = decodeCursor(id) ?? new Map();
    this.#notes.push({ kind: "cursor", cursor: this.#position });
  }
}
