import { z } from "zod";
import { decodeCursor } from "@/lib/live/cursor";
import type { Sink } from "@/lib/live/stream";
import type { Note } from "@/lib/live/testing/checker";
import { readSseBlock } from "@/lib/live/testing/sse-block";

const placed = z.object({ feed: z.string(), seq: z.number(), eventId: z.string() });
const said = z.object({ reason: z.string() });
type Received = z.infer<typeof placed>;

/** A reader that takes everything and keeps what it was told, as a browser would see it. */
export class RecordingSink implements Sink {
  readonly received: Received[] = [];
  /** All of it in its order, for the checker. */
  readonly notes: Note[] = [{ kind: "connected" }];
  readonly resets: string[] = [];
  /** The reasons for which the server ended the stream on purpose. */
  readonly byes: string[] = [];
  closed: "no" | "ended" | "abruptly" = "no";
  /** The newest cursor that arrived. */
  cursor: string | null = null;
  readonly #waiting: Array<{ done: () => boolean; resolve: () => void }> = [];

  write(bytes: Uint8Array): boolean {
    for (const block of new TextDecoder().decode(bytes).split("\n\n")) this.#read(block);
    this.#wake();
    return true;
  }

  async drained(): Promise<void> {}

  close(abrupt: boolean): void {
    this.closed = abrupt ? "abruptly" : "ended";
    this.#wake();
  }

  /** Resolves once the condition holds after something that arrived. @throws Error if it does not in time */
  async until(done: () => boolean, limitMs = 20_000): Promise<void> {
    if (done()) return;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`still waiting at ${JSON.stringify(this.received.at(-1))}`)),
        limitMs,
      );
      this.#waiting.push({
        done,
        resolve: () => {
          clearTimeout(timer);
          resolve();
        },
      });
    });
  }

  /** The seq that the newest cursor names for a feed. */
  seqOf(feed: string): number {
    return (this.cursor && decodeCursor(this.cursor)?.get(feed)?.seq) || 0;
  }

  #read(block: string): void {
    const { event, id, data } = readSseBlock(block);
    if (id !== undefined) this.#note({ kind: "cursor", cursor: decodeCursor(id) ?? new Map() });
    if (id !== undefined) this.cursor = id;
    const reason = said.safeParse(data);
    if (event === "reset" && reason.success) {
      this.resets.push(reason.data.reason);
      this.#note({ kind: "reset", reason: reason.data.reason });
    }
    if (event === "bye" && reason.success) this.byes.push(reason.data.reason);
    const told = placed.safeParse(data);
    if (!told.success) return;
    this.received.push(told.data);
    this.#note({ kind: "event", ...told.data, at: Date.now() });
  }

  #note(note: Note): void {
    this.notes.push(note);
  }

  #wake(): void {
    for (const waiter of this.#waiting.splice(0)) {
      if (waiter.done()) waiter.resolve();
      else this.#waiting.push(waiter);
    }
  }
}
