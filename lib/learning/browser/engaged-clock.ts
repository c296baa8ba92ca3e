import type { Outbox } from "@/lib/learning/browser/outbox";
import { engagedClaim } from "@/lib/learning/browser/recording-rules";
import { HEARTBEAT_SECONDS, IDLE_AFTER_SECONDS } from "@/lib/learning/rules";

const TICK_MS = 1_000;
const inputs = ["pointerdown", "pointermove", "keydown", "wheel", "scroll", "touchstart"] as const;

/** Claims the time for which an item is really learned from: playing and in sight, or read with some input. */
export class EngagedClock {
  readonly #outbox: Outbox;
  readonly #courseId: string;
  readonly #contentId: string;
  readonly #isReading: boolean;
  #isPlaying = false;
  #lastInputAt = 0;
  #engagedSince: number | null = null;
  #timer: ReturnType<typeof setInterval> | null = null;

  constructor(outbox: Outbox, of: { courseId: string; contentId: string }, how: "playing" | "reading") {
    this.#outbox = outbox;
    this.#courseId = of.courseId;
    this.#contentId = of.contentId;
    this.#isReading = how === "reading";
  }

  start(): void {
    this.#lastInputAt = Date.now();
    this.#timer = setInterval(this.#settle, TICK_MS);
    document.addEventListener("visibilitychange", this.#settle);
    if (this.#isReading)
      for (const name of inputs)
        window.addEventListener(name, this.#onInput, { passive: true, capture: true });
    this.#settle();
  }

  /** Idempotent; claims what is left. */
  stop(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
    document.removeEventListener("visibilitychange", this.#settle);
    for (const name of inputs) window.removeEventListener(name, this.#onInput, { capture: true });
    this.#claim(Date.now());
    this.#engagedSince = null;
  }

  setPlaying(isPlaying: boolean): void {
    this.#isPlaying = isPlaying;
    this.#settle();
  }

  /** Claims up to now what has not been claimed. */
  claimNow(): void {
    this.#claim(Math.min(Date.now(), this.#engagedUntil()));
  }

  #engagedUntil(): number {
    return this.#isReading ? this.#lastInputAt + IDLE_AFTER_SECONDS * 1000 : Number.POSITIVE_INFINITY;
  }

  readonly #onInput = (): void => {
    this.#lastInputAt = Date.now();
    if (this.#engagedSince === null) this.#settle();
  };

  readonly #settle = (): void => {
    const now = Date.now();
    const isVisible = document.visibilityState === "visible";
    const isEngaged = isVisible && (this.#isReading ? now < this.#engagedUntil() : this.#isPlaying);
    if (this.#engagedSince !== null && (!isEngaged || now - this.#engagedSince >= HEARTBEAT_SECONDS * 1000))
      this.#claim(Math.min(now, this.#engagedUntil()));
    this.#engagedSince = isEngaged ? (this.#engagedSince ?? now) : null;
  };

  #claim(untilMs: number): void {
    if (this.#engagedSince === null) return;
    const offsetMs = this.#outbox.nowMs(this.#courseId) - Date.now();
    const claim = engagedClaim(this.#engagedSince + offsetMs, untilMs + offsetMs);
    if (!claim) return;
    this.#engagedSince = untilMs;
    this.#outbox.record(this.#courseId, {
      content_id: this.#contentId,
      interaction_type: "heartbeat",
      data: { active: [[claim[0], claim[1]]] },
    });
  }
}
