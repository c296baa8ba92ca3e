import { decodeCursor } from "@/lib/live/cursor";
import type { Sink } from "@/lib/live/stream";

export type Received = { feed: string; seq: number; eventId: string };

/** A reader that takes everything and keeps what it was told, as a browser would see it. */
export class RecordingSink implements Sink {
  readonly received: Received[] = [];
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
    const fields = new Map(
      block.split("\n").map((line): [string, string] => {
        const colon = line.indexOf(": ");
        return [line.slice(0, colon), line.slice(colon + 2)];
      }),
    );
    const id = fields.get("id");
    if (id !== undefined) this.cursor = id;
    const data = JSON.parse(fields.get("data") ?? "null");
    if (fields.get("event") === "reset") this.resets.push(data.reason);
    else if (fields.get("event") === "bye") this.byes.push(data.reason);
    else if (typeof data?.seq === "number")
      this.received.push({ feed: data.feed, seq: data.seq, eventId: data.eventId });
  }

  #wake(): void {
    for (const waiter of this.#waiting.splice(0)) {
      if (waiter.done()) waiter.resolve();
      else this.#waiting.push(waiter);
    }
  }
}
