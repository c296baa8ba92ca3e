import { baseUrl } from "./people";

export type StreamEvent = {
  event: string;
  data: { type: string; feed?: string; seq?: number; eventId?: string; requestId?: string; reason?: string };
};

/** A server-sent event stream as a plain client reads it: what came, in order, and the newest cursor. */
export class EventStream {
  readonly events: StreamEvent[] = [];
  cursor: string | null = null;
  readonly headers: Headers;
  readonly #abort: AbortController;
  readonly #waiting = new Set<() => void>();
  ended = false;

  private constructor(response: Response, abort: AbortController) {
    this.headers = response.headers;
    this.#abort = abort;
    void this.#read(response);
  }

  static async open(
    cookie: string,
    { cursor, lastEventId }: { cursor?: string; lastEventId?: string } = {},
  ): Promise<EventStream> {
    const abort = new AbortController();
    const query = cursor === undefined ? "" : `?cursor=${encodeURIComponent(cursor)}`;
    const response = await fetch(`${baseUrl()}/api/events${query}`, {
      headers: {
        accept: "text/event-stream",
        cookie,
        ...(lastEventId ? { "last-event-id": lastEventId } : {}),
      },
      signal: abort.signal,
    });
    if (response.status !== 200) throw new Error(`GET /api/events answered ${response.status}`);
    return new EventStream(response, abort);
  }

  /** Resolves once the condition holds. */
  async until(done: () => boolean, timeoutMs = 10_000): Promise<void> {
    const deadline = AbortSignal.timeout(timeoutMs);
    while (!done()) {
      await new Promise<void>((resolve, reject) => {
        const wake = () => {
          this.#waiting.delete(wake);
          resolve();
        };
        this.#waiting.add(wake);
        deadline.addEventListener("abort", () =>
          reject(new Error(`not within ${timeoutMs} ms; got ${JSON.stringify(this.events)}`)),
        );
      });
    }
  }

  /** What was published, without the stream's own heartbeats. */
  get published(): StreamEvent[] {
    return this.events.filter(({ data }) => data.seq !== undefined);
  }

  close(): void {
    this.#abort.abort();
  }

  async #read(response: Response): Promise<void> {
    let rest = "";
    try {
      for await (const chunk of response.body ?? []) {
        rest += new TextDecoder().decode(chunk);
        const blocks = rest.split("\n\n");
        rest = blocks.pop() ?? "";
        for (const block of blocks) this.#take(block);
        for (const wake of [...this.#waiting]) wake();
      }
    } catch (error) {
      if (!this.#abort.signal.aborted) throw error;
    }
    this.ended = true;
    for (const wake of [...this.#waiting]) wake();
  }

  #take(block: string): void {
    const fields = new Map(
      block
        .split("\n")
        .map((line): [string, string] => [
          line.slice(0, line.indexOf(":")),
          line.slice(line.indexOf(":") + 2),
        ]),
    );
    this.cursor = fields.get("id") ?? this.cursor;
    const event = fields.get("event");
    if (event !== undefined) this.events.push({ event, data: JSON.parse(fields.get("data") ?? "null") });
  }
}
