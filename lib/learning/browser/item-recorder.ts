import { EngagedClock } from "@/lib/learning/browser/engaged-clock";
import type { Outbox, RecordedEvent } from "@/lib/learning/browser/outbox";

type What = Omit<RecordedEvent, "content_id">;

/** How often the place is kept on this device, so that little is lost however a page ends. */
const PLACE_KEPT_MS = 2_000;

/**
 * Records what is done with one item while it is open. Where one is in it (`setPlace`) is one event that grows until it is
 * sent; everything else is an event by itself.
 */
export class ItemRecorder {
  readonly #outbox: Outbox;
  readonly #courseId: string;
  readonly #contentId: string;
  readonly clock: EngagedClock;
  #place: What | null = null;
  #placeId: string | null = null;
  #placeTimer: ReturnType<typeof setTimeout> | null = null;
  #keeping: Promise<void> = Promise.resolve();

  constructor(outbox: Outbox, of: { courseId: string; contentId: string }, how: "playing" | "reading") {
    this.#outbox = outbox;
    this.#courseId = of.courseId;
    this.#contentId = of.contentId;
    this.clock = new EngagedClock(outbox, of, how);
  }

  start(): void {
    this.record({ interaction_type: "view" });
    this.clock.start();
    document.addEventListener("visibilitychange", this.#onVisibility);
    window.addEventListener("pagehide", this.#onHide);
    this.#outbox.flush();
  }

  stop(): void {
    document.removeEventListener("visibilitychange", this.#onVisibility);
    window.removeEventListener("pagehide", this.#onHide);
    this.clock.stop();
    this.#keepPlace();
    this.#outbox.flush();
  }

  record(what: What): void {
    this.#outbox.record(this.#courseId, { ...what, content_id: this.#contentId });
  }

  /** Where one is now, with all that it shows so far. */
  setPlace(what: What): void {
    this.#place = what;
    this.#placeTimer ??= setTimeout(() => this.#keepPlace(), PLACE_KEPT_MS);
  }

  /** Worth telling at once. */
  tellNow(): void {
    this.#keepPlace();
    void this.#keeping.then(() => this.#outbox.flush());
  }

  #keepPlace(): void {
    if (this.#placeTimer) clearTimeout(this.#placeTimer);
    this.#placeTimer = null;
    if (!this.#place) return;
    const recorded = { ...this.#place, content_id: this.#contentId };
    this.#place = null;
    if (this.#placeId === null) {
      this.#placeId = this.#outbox.record(this.#courseId, recorded, true);
      return;
    }
    const id = this.#placeId;
    this.#keeping = this.#outbox.grow(this.#courseId, id, recorded).then((kept) => {
      this.#placeId = kept;
    });
  }

  readonly #onVisibility = (): void => {
    if (document.visibilityState === "hidden") this.#onHide();
  };

  readonly #onHide = (): void => {
    this.clock.claimNow();
    this.#keepPlace();
    this.#outbox.sendLast();
  };
}
