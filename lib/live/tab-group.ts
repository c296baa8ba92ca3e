import { z } from "zod";
import { sourceStates } from "@/lib/live/connection-rules";
import { resetReasons } from "@/lib/live/events";

/** What the tabs of one person in one browser tell each other. */
const tabMessage = z.discriminatedUnion("kind", [
  /** A tab has come and wants to know where the connection stands. */
  z.object({ kind: z.literal("hello") }),
  /** The owner: how the connection does, and the cursor up to which everything was told. */
  z.object({
    kind: z.literal("status"),
    state: z.enum(sourceStates),
    lastHeardAt: z.number().nullable(),
    cursor: z.string(),
  }),
  /** The owner: what the server said. */
  z.object({ kind: z.literal("event"), event: z.string(), data: z.unknown() }),
  z.object({ kind: z.literal("reset"), reason: z.enum([...resetReasons, "unknown"]) }),
  /** Whoever was signed in is not any longer: nothing of theirs may stay on a screen. */
  z.object({ kind: z.literal("left") }),
]);
export type TabMessage = z.infer<typeof tabMessage>;

type GroupHandlers = {
  /** This tab holds the connection from now on. */
  onOwning(): void;
  /** It no longer does: another tab took it over, or this one is not looked at. */
  onDisowned(): void;
  onMessage(message: TabMessage): void;
};

/**
 * The tabs of one person in one browser, of which one owns the connection: the one that holds a Web Lock, which the
 * browser hands to the next when a tab closes, however it ends. A page without a secure context (plain http:// on a
 * local network) has no locks: there every tab owns a connection of its own for as long as it is looked at.
 */
export class TabGroup {
  readonly #name: string;
  readonly #handlers: GroupHandlers;
  #channel: BroadcastChannel | null = null;
  #request: AbortController | null = null;
  #release: (() => void) | null = null;
  #isOwner = false;

  /** @param name the same in all tabs that may share a connection, and in no others */
  constructor(name: string, handlers: GroupHandlers) {
    this.#name = name;
    this.#handlers = handlers;
  }

  get isOwner(): boolean {
    return this.#isOwner;
  }

  join(): void {
    const channel = new BroadcastChannel(this.#name);
    channel.onmessage = ({ data }) => {
      // A tab of an older or newer release may speak otherwise.
      const message = tabMessage.safeParse(data);
      if (message.success) this.#handlers.onMessage(message.data);
    };
    this.#channel = channel;
    if (hasLocks()) {
      void this.#standInLine();
    } else {
      document.addEventListener("visibilitychange", this.#onVisibility);
      this.#onVisibility();
    }
  }

  /** Idempotent. */
  leave(): void {
    document.removeEventListener("visibilitychange", this.#onVisibility);
    this.#channel?.close();
    this.#channel = null;
    this.#request?.abort();
    this.#request = null;
    this.#isOwner = false;
    this.#release?.();
    this.#release = null;
  }

  /** Says it to the other tabs; this one does not hear it. */
  post(message: TabMessage): void {
    this.#channel?.postMessage(message);
  }

  /** Takes the connection from an owner that is there no more and yet holds it: a tab that hangs. */
  takeOver(): void {
    if (this.#isOwner || !this.#channel || !hasLocks()) return;
    this.#request?.abort();
    void this.#hold({ steal: true });
  }

  readonly #onVisibility = (): void => {
    const isSeen = document.visibilityState === "visible";
    if (isSeen === this.#isOwner) return;
    this.#isOwner = isSeen;
    if (isSeen) this.#handlers.onOwning();
    else this.#handlers.onDisowned();
  };

  async #standInLine(): Promise<void> {
    const request = new AbortController();
    this.#request = request;
    await this.#hold({ signal: request.signal });
  }

  async #hold(options: LockOptions): Promise<void> {
    try {
      await navigator.locks.request(this.#name, options, async () => {
        if (!this.#channel) return;
        this.#isOwner = true;
        const held = new Promise<void>((resolve) => {
          this.#release = resolve;
        });
        this.#handlers.onOwning();
        await held;
      });
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== "AbortError") throw error;
      // Stolen while it was held; a request that was withdrawn from the line is nobody's news.
      if (!this.#isOwner) return;
      this.#isOwner = false;
      this.#release = null;
      this.#handlers.onDisowned();
      void this.#standInLine();
    }
  }
}

function hasLocks(): boolean {
  return "locks" in navigator && navigator.locks !== undefined;
}
