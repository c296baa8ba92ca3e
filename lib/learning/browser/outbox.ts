import { newClientId, RequestError } from "@/lib/http/fetch";
import { type KeptEvent, type KeptStart, OutboxStore } from "@/lib/learning/browser/outbox-store";
import { firstBatch, retryAfterMs } from "@/lib/learning/browser/recording-rules";
import {
  beaconProgress,
  type SentProgressEvent,
  sendProgress,
  sendSessionEnd,
  sendSessionStart,
} from "@/lib/learning/client";
import type { UpdateProgressAnswer } from "@/lib/learning/schema";

/** How often what was learned is sent, unless something is worth telling at once. */
const BATCH_MS = 10_000;
const MAX_EVENTS_SENT = 200;
const MAX_CHARACTERS_SENT = 100_000;
/** What a browser takes along while its page goes away. */
const MAX_CHARACTERS_BEACONED = 60_000;
/** An event that has not grown for so long belongs to a tab that is gone. */
const ABANDONED_MS = 12_000;
/** How soon what was added shows in the count. */
const WAITING_SHOWN_AFTER_MS = 1_500;

/** How many changes wait on this device, and what keeps them from being sent, if anything does. */
export type OutboxStatus = {
  waiting: number;
  problem: "unreachable" | "signed_out" | "refused" | null;
};

export type RecordedEvent = Omit<SentProgressEvent, "session_id" | "event_id" | "occurred_at">;

/** Where somebody was in an item: `position` in seconds of a video; `at` in epoch milliseconds. */
export type Place = { at: number; position: number | null; readingAnchor: string | null };

type OutboxHandlers = {
  onRecorded(answer: UpdateProgressAnswer): void;
};

/** A learning session of this tab at one course. */
type OpenSession = { start: KeptStart; clockOffsetMs: number };

/**
 * What a person learns in this tab, kept in the browser until the server has answered for it. Every tab of the same
 * person sends what waits, one of them at a time; another person's events stay until that person signs in again.
 */
export class Outbox {
  readonly #viewerId: string;
  readonly #store: OutboxStore;
  readonly #handlers = new Set<OutboxHandlers>();
  readonly #listeners = new Set<() => void>();
  readonly #sessions = new Map<string, OpenSession>();
  /** Those of this tab that the database may not have written yet, and all that it has not seen sent. */
  readonly #own = new Map<string, KeptEvent>();
  /** Those that went out once, or were about to: what comes after them is an event of its own. */
  readonly #sealed = new Set<string>();
  readonly #places = new Map<string, Place>();
  #status: OutboxStatus = { waiting: 0, problem: null };
  #timer: ReturnType<typeof setTimeout> | null = null;
  #shownTimer: ReturnType<typeof setTimeout> | null = null;
  #sending: Promise<void> | null = null;
  #isAskedAgain = false;
  #failures = 0;
  #isStarted = false;

  constructor(viewerId: string, store = new OutboxStore()) {
    this.#viewerId = viewerId;
    this.#store = store;
  }

  getStatus = (): OutboxStatus => this.#status;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  observe(handlers: OutboxHandlers): () => void {
    this.#handlers.add(handlers);
    return () => void this.#handlers.delete(handlers);
  }

  start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    window.addEventListener("online", this.#onOnline);
    window.addEventListener("offline", this.#onOffline);
    void this.#store.tidy(this.#viewerId, Date.now()).catch(() => undefined);
    this.flush();
  }

  /** Idempotent. What waits stays. */
  stop(): void {
    this.#isStarted = false;
    window.removeEventListener("online", this.#onOnline);
    window.removeEventListener("offline", this.#onOffline);
    for (const timer of [this.#timer, this.#shownTimer]) if (timer) clearTimeout(timer);
    this.#timer = null;
    this.#shownTimer = null;
  }

  /** The server's clock, as far as this tab knows it for that course; epoch milliseconds. */
  nowMs(courseId: string): number {
    return Date.now() + (this.#sessions.get(courseId)?.clockOffsetMs ?? 0);
  }

  /** Begins this tab's learning session at a course, unless it has begun. */
  begin(courseId: string): void {
    if (this.#sessions.has(courseId)) return;
    const start: KeptStart = {
      startId: newClientId(),
      viewerId: this.#viewerId,
      courseId,
      device: deviceName(navigator.userAgent),
      sessionId: null,
      keptAt: Date.now(),
    };
    const session = { start, clockOffsetMs: 0 };
    this.#sessions.set(courseId, session);
    void this.#store
      .keepStart(start)
      .catch(() => undefined)
      .then(() => this.flush());
  }

  /** Ends this tab's session at a course, after what it has recorded was sent. */
  async end(courseId: string): Promise<void> {
    const session = this.#sessions.get(courseId);
    if (!session) return;
    this.#sessions.delete(courseId);
    await this.#sending?.catch(() => undefined);
    await this.#sendAll().catch(() => undefined);
    const sessionId = (await this.#store.findStart(session.start.startId))?.sessionId;
    if (sessionId) await sendSessionEnd(sessionId).catch(() => undefined);
  }

  /** Keeps what happened just now; it is sent with the next batch. @returns what names it for `grow` */
  record(courseId: string, recorded: RecordedEvent, isGrowing = false): string {
    this.begin(courseId);
    const eventId = newClientId();
    this.#keep(courseId, eventId, recorded, isGrowing);
    return eventId;
  }

  /** Replaces a growing event by what it has become; a new one takes its place once it has been sent. */
  async grow(courseId: string, eventId: string, recorded: RecordedEvent): Promise<string> {
    const kept = this.#make(courseId, eventId, recorded, true);
    if (!kept || !this.#own.has(eventId) || this.#sealed.has(eventId))
      return this.record(courseId, recorded, true);
    this.#own.set(eventId, kept);
    if (await this.#store.grow(kept).catch(() => true)) return eventId;
    this.#own.delete(eventId);
    return this.record(courseId, recorded, true);
  }

  /** Sends what waits as soon as may be. */
  flush(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    if (!this.#isStarted) return;
    if (this.#sending) {
      this.#isAskedAgain = true;
      return;
    }
    this.#sending = this.#sendAll()
      .then(() => {
        this.#failures = 0;
      })
      .catch((error: unknown) => this.#onFailure(error))
      .finally(() => {
        this.#sending = null;
        const isAskedAgain = this.#isAskedAgain && this.#failures === 0;
        this.#isAskedAgain = false;
        void this.#count();
        if (isAskedAgain) this.flush();
        else this.#sendIn(this.#failures === 0 ? BATCH_MS : retryAfterMs(this.#failures - 1, Math.random()));
      });
  }

  /** The page goes away: the browser takes along what this tab has not sent. It stays kept until an answer is read. */
  sendLast(): void {
    const events: SentProgressEvent[] = [];
    for (const kept of this.#own.values()) {
      this.#sealed.add(kept.eventId);
      const sessionId = [...this.#sessions.values()].find(({ start }) => start.startId === kept.startId)
        ?.start.sessionId;
      if (sessionId) events.push({ ...kept.event, session_id: sessionId });
    }
    const batch = firstBatch(
      events.map((event) => ({ event, json: JSON.stringify(event) })),
      MAX_EVENTS_SENT,
      MAX_CHARACTERS_BEACONED,
    );
    if (batch.length > 0) beaconProgress(batch.map(({ event }) => event));
  }

  /** Where this person was last in an item by what this browser kept, sent or not; null where it knows nothing newer. */
  async lastPlace(contentId: string): Promise<Place | null> {
    for (const { event } of await this.#store.eventsOf(this.#viewerId).catch(() => []))
      this.#notePlace(event);
    for (const { event } of this.#own.values()) this.#notePlace(event);
    return this.#places.get(contentId) ?? null;
  }

  #notePlace({ content_id, occurred_at, data }: KeptEvent["event"]): void {
    if (data?.position === undefined && data?.reading_position === undefined) return;
    const at = Date.parse(occurred_at);
    if ((this.#places.get(content_id)?.at ?? 0) > at) return;
    this.#places.set(content_id, {
      at,
      position: data.position ?? null,
      readingAnchor: data.reading_anchor ?? null,
    });
  }

  #make(courseId: string, eventId: string, recorded: RecordedEvent, isGrowing: boolean): KeptEvent | null {
    const session = this.#sessions.get(courseId);
    if (!session) return null;
    return {
      eventId,
      viewerId: this.#viewerId,
      startId: session.start.startId,
      event: {
        ...recorded,
        event_id: eventId,
        occurred_at: new Date(Date.now() + session.clockOffsetMs).toISOString(),
      },
      growingAt: isGrowing ? Date.now() : null,
    };
  }

  #keep(courseId: string, eventId: string, recorded: RecordedEvent, isGrowing: boolean): void {
    const kept = this.#make(courseId, eventId, recorded, isGrowing);
    if (!kept) return;
    this.#own.set(eventId, kept);
    void this.#store.keep(kept).then(
      () => this.#countSoon(),
      // Where a page may keep nothing (some private windows), memory must do.
      () => this.#countSoon(),
    );
    if (!this.#timer && !this.#sending) this.#sendIn(BATCH_MS);
  }

  readonly #onOnline = (): void => {
    this.#failures = 0;
    this.flush();
  };

  readonly #onOffline = (): void => void this.#count();

  #sendIn(delayMs: number): void {
    if (!this.#isStarted) return;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush(), delayMs);
  }

  /** One tab at a time: what two of them sent would be recorded once all the same. */
  async #sendAll(): Promise<void> {
    if (!("locks" in navigator) || navigator.locks === undefined) return this.#sendWaiting();
    await navigator.locks.request(`lockstep-outbox-1:${this.#viewerId}`, () => this.#sendWaiting());
  }

  async #sendWaiting(): Promise<void> {
    for (const session of this.#sessions.values()) await this.#startWithServer(session.start);
    for (;;) {
      const waiting = await this.#readWaiting();
      const batch = await this.#nameSessions(waiting);
      if (batch.length === 0) break;
      // The page that is just coming up may have been put together before the server had these.
      for (const event of batch) this.#notePlace(event);
      for (const { event_id } of batch) if (this.#own.has(event_id)) this.#sealed.add(event_id);
      const answer = await sendProgress(batch).catch((error: unknown) => {
        // All of them are of sessions that are not this person's: they can never be recorded.
        if (error instanceof RequestError && error.status === 404) return null;
        throw error;
      });
      await this.#done(batch.map(({ event_id }) => event_id));
      if (answer) for (const { onRecorded } of this.#handlers) onRecorded(answer);
    }
    this.#setStatus({ waiting: this.#status.waiting, problem: null });
  }

  /** What may be sent now: everything but what other tabs are still adding to. */
  async #readWaiting(): Promise<KeptEvent[]> {
    const stored = await this.#store.eventsOf(this.#viewerId).catch(() => []);
    const known = new Map([...stored.map((kept) => [kept.eventId, kept] as const), ...this.#own]);
    return [...known.values()].filter(
      ({ eventId, growingAt }) =>
        growingAt === null || this.#own.has(eventId) || Date.now() - growingAt > ABANDONED_MS,
    );
  }

  async #nameSessions(waiting: readonly KeptEvent[]): Promise<SentProgressEvent[]> {
    const events: Array<{ event: SentProgressEvent; json: string }> = [];
    const sessionIds = new Map<string, string | null>();
    for (const { startId, event, eventId } of waiting.slice(0, MAX_EVENTS_SENT)) {
      let sessionId = sessionIds.get(startId);
      if (sessionId === undefined) {
        const open = [...this.#sessions.values()].find(({ start }) => start.startId === startId)?.start;
        const start = open ?? (await this.#store.findStart(startId));
        sessionId = start ? await this.#startWithServer(start) : null;
        sessionIds.set(startId, sessionId);
      }
      if (sessionId === null) {
        // Its session cannot begin any more, so nothing can be recorded of it.
        await this.#done([eventId]);
        continue;
      }
      const sent = { ...event, session_id: sessionId };
      events.push({ event: sent, json: JSON.stringify(sent) });
    }
    return firstBatch(events, MAX_EVENTS_SENT, MAX_CHARACTERS_SENT).map(({ event }) => event);
  }

  /** @returns the server's id; null where the person may not learn there (any more) */
  async #startWithServer(start: KeptStart): Promise<string | null> {
    if (start.sessionId !== null) return start.sessionId;
    try {
      const askedAt = Date.now();
      const answer = await sendSessionStart(start.courseId, start.device, start.startId);
      start.sessionId = answer.session_id;
      const session = this.#sessions.get(start.courseId);
      // The answer to a repeat names the first start, which says nothing of the clock now.
      const isFirst = askedAt - start.keptAt < 10_000;
      if (session?.start === start && isFirst)
        session.clockOffsetMs = Date.parse(answer.started_at) - (askedAt + Date.now()) / 2;
      await this.#store.keepStart(start).catch(() => undefined);
      return answer.session_id;
    } catch (error) {
      if (error instanceof RequestError && [403, 404, 422].includes(error.status)) return null;
      throw error;
    }
  }

  async #done(eventIds: readonly string[]): Promise<void> {
    for (const id of eventIds) {
      this.#own.delete(id);
      this.#sealed.delete(id);
    }
    await this.#store.forget(eventIds).catch(() => undefined);
    await this.#count();
  }

  #onFailure(error: unknown): void {
    this.#failures += 1;
    const problem =
      error instanceof RequestError && error.status === 401
        ? "signed_out"
        : error instanceof RequestError && error.status >= 400 && error.status < 500 && error.status !== 429
          ? "refused"
          : "unreachable";
    this.#setStatus({ waiting: this.#status.waiting, problem });
  }

  #countSoon(): void {
    this.#shownTimer ??= setTimeout(() => {
      this.#shownTimer = null;
      void this.#count();
    }, WAITING_SHOWN_AFTER_MS);
  }

  async #count(): Promise<void> {
    const waiting = await this.#store.countOf(this.#viewerId).catch(() => this.#own.size);
    this.#setStatus({ waiting, problem: this.#status.problem });
  }

  #setStatus(status: OutboxStatus): void {
    if (status.waiting === this.#status.waiting && status.problem === this.#status.problem) return;
    this.#status = status;
    for (const listener of this.#listeners) listener();
  }
}

/** What a person would call the device, as "Chrome on Linux". */
export function deviceName(userAgent: string): string {
  const browser =
    [
      ["Edg/", "Edge"],
      ["OPR/", "Opera"],
      ["Firefox/", "Firefox"],
      ["Chrome/", "Chrome"],
      ["Safari/", "Safari"],
    ].find(([sign]) => userAgent.includes(sign ?? ""))?.[1] ?? "A browser";
  const system =
    [
      ["iPhone", "iPhone"],
      ["iPad", "iPad"],
      ["Android", "Android"],
      ["Windows", "Windows"],
      ["Mac OS X", "Mac"],
      ["CrOS", "ChromeOS"],
      ["Linux", "Linux"],
    ].find(([sign]) => userAgent.includes(sign ?? ""))?.[1] ?? "another system";
  return `${browser} on ${system}`;
}
