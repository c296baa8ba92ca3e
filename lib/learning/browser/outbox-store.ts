import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import type { SentProgressEvent } from "@/lib/learning/client";

/** An event that waits; its session is named by `startId`, since it may not have begun with the server yet. */
export type KeptEvent = {
  eventId: string;
  viewerId: string;
  startId: string;
  event: Omit<SentProgressEvent, "session_id">;
  /** Still growing in the tab that keeps it; epoch milliseconds of when it last did. Null once it is whole. */
  growingAt: number | null;
};

/** The start of a learning session; `sessionId` is the server's, once it has answered. */
export type KeptStart = {
  startId: string;
  viewerId: string;
  courseId: string;
  device: string | null;
  sessionId: string | null;
  keptAt: number;
};

interface Schema extends DBSchema {
  events: { key: string; value: KeptEvent; indexes: { viewer: string } };
  starts: { key: string; value: KeptStart; indexes: { viewer: string } };
}

/** A start is forgotten when nothing has been kept of it for so long. */
const START_KEPT_MS = 14 * 24 * 3_600_000;

/** What a browser keeps until the server has it, of everybody who signs in there, each apart. */
export class OutboxStore {
  readonly #name: string;
  #database: Promise<IDBPDatabase<Schema>> | null = null;

  constructor(name = "lockstep-learning") {
    this.#name = name;
  }

  #open(): Promise<IDBPDatabase<Schema>> {
    this.#database ??= openDB<Schema>(this.#name, 1, {
      upgrade(database) {
        database.createObjectStore("events", { keyPath: "eventId" }).createIndex("viewer", "viewerId");
        database.createObjectStore("starts", { keyPath: "startId" }).createIndex("viewer", "viewerId");
      },
      // A newer release wants to change the tables: it must not wait for this tab.
      blocking: (_current, _next, event) => {
        const { target } = event;
        if (target instanceof IDBDatabase) target.close();
      },
    });
    return this.#database;
  }

  async keep(event: KeptEvent): Promise<void> {
    await (await this.#open()).put("events", event);
  }

  /** Replaces an event that is still waiting. @returns false if it has been sent meanwhile */
  async grow(event: KeptEvent): Promise<boolean> {
    const transaction = (await this.#open()).transaction("events", "readwrite");
    const isWaiting = (await transaction.store.getKey(event.eventId)) !== undefined;
    if (isWaiting) await transaction.store.put(event);
    await transaction.done;
    return isWaiting;
  }

  async eventsOf(viewerId: string): Promise<KeptEvent[]> {
    const events = await (await this.#open()).getAllFromIndex("events", "viewer", viewerId);
    return events.sort((a, b) => a.event.occurred_at.localeCompare(b.event.occurred_at));
  }

  async countOf(viewerId: string): Promise<number> {
    return (await this.#open()).countFromIndex("events", "viewer", viewerId);
  }

  /** How many wait in all, whoever they are of. */
  async count(): Promise<number> {
    return (await this.#open()).count("events");
  }

  async forget(eventIds: readonly string[]): Promise<void> {
    const transaction = (await this.#open()).transaction("events", "readwrite");
    await Promise.all([...eventIds.map((id) => transaction.store.delete(id)), transaction.done]);
  }

  async keepStart(start: KeptStart): Promise<void> {
    await (await this.#open()).put("starts", start);
  }

  async findStart(startId: string): Promise<KeptStart | undefined> {
    return (await this.#open()).get("starts", startId);
  }

  /** Drops the starts that no waiting event needs and that are long past. */
  async tidy(viewerId: string, nowMs: number): Promise<void> {
    const database = await this.#open();
    const needed = new Set((await this.eventsOf(viewerId)).map(({ startId }) => startId));
    for (const start of await database.getAllFromIndex("starts", "viewer", viewerId)) {
      if (!needed.has(start.startId) && nowMs - start.keptAt > START_KEPT_MS)
        await database.delete("starts", start.startId);
    }
  }

  async close(): Promise<void> {
    const database = await this.#database;
    this.#database = null;
    database?.close();
  }
}
