import { type Cursor, tagOf } from "@/lib/live/cursor";

/** What a client noted, in the order in which it came. `at` is in milliseconds since 1970. */
export type Note =
  | { kind: "connected" }
  | { kind: "cursor"; cursor: Cursor }
  | { kind: "event"; feed: string; seq: number; eventId: string; at: number }
  | { kind: "reset"; reason: string };

export type EventNote = Extract<Note, { kind: "event" }>;

/** Somebody who follows feeds, over any number of connections. */
export type Client = { name: string; feeds: readonly string[]; notes: readonly Note[] };

/** An event of the tables; `committedAt` in milliseconds since 1970, null where it is not known. */
export type CommittedEvent = { seq: number; id: string; committedAt: number | null };

/**
 * All that was ever committed to each feed, by seq, also what was trimmed since. A restore from a backup begins another
 * history, which agrees with the one before up to the backup.
 */
export type History = ReadonlyMap<string, readonly CommittedEvent[]>;

export type Verdict = {
  delivered: number;
  /** Committed events that a client was never told and was not told of by a reset either. */
  lost: number;
  /** Events that a client was told twice in one connection. */
  duplicates: number;
  resets: number;
  /** What must not be at all, in words: a foreign feed, an event that is not in the tables, a change of history unsaid. */
  wrongs: string[];
};

/**
 * Whether what a client was told is, feed by feed, one stretch of the tables from where it began to the head, or
 * several that resets divide.
 * @param histories the last one is the one that holds
 */
export function checkClient(client: Client, histories: readonly History[]): Verdict {
  const verdict: Verdict = { delivered: 0, lost: 0, duplicates: 0, resets: 0, wrongs: [] };
  for (const note of client.notes) {
    if (note.kind === "reset") verdict.resets += 1;
    if (note.kind !== "event") continue;
    verdict.delivered += 1;
    if (!client.feeds.includes(note.feed))
      verdict.wrongs.push(`${client.name} was told of ${note.feed}, which is not its own`);
    if (!histories.some((history) => holds(history, note)))
      verdict.wrongs.push(
        `${client.name} was told ${note.feed} ${note.seq} ${note.eventId}, which is nowhere`,
      );
  }
  const chapters = chaptersOf(client.notes);
  for (const [index, chapter] of chapters.entries()) {
    const isLast = index === chapters.length - 1;
    for (const feed of client.feeds) {
      // Only the end of the last chapter must be the head: a reset tells whoever was behind.
      const found = isLast
        ? followFeed(chapter, feed, histories.slice(-1), true)
        : followFeed(chapter, feed, histories, false);
      if (found === null) {
        verdict.wrongs.push(`${client.name} was told of ${feed} what is of no single history`);
      } else {
        verdict.lost += found.lost;
        verdict.duplicates += found.duplicates;
      }
    }
  }
  return verdict;
}

/** What somebody asked to be written, and what they were answered. */
export type Write = {
  /** In the row, so that it can be found again. */
  mark: string;
  outcome: "ok" | "failed" | "unknown";
  /** It was made to roll back at its commit, after it had published. */
  rollsBack: boolean;
  /** In milliseconds since 1970. */
  startedAt: number;
  endedAt: number;
};

/**
 * What was answered ok is in the tables once, what failed or rolled back is not, and of what got no answer there is at
 * most one.
 * @param rows how many rows there are by mark
 * @returns what is wrong, in words
 */
export function checkWrites(writes: readonly Write[], rows: ReadonlyMap<string, number>): string[] {
  return writes.flatMap(({ mark, outcome, rollsBack }) => {
    const count = rows.get(mark) ?? 0;
    if (rollsBack && outcome === "ok") return [`${mark} was answered ok and had to roll back`];
    if (outcome === "ok" && count !== 1) return [`${mark} was answered ok and is there ${count} times`];
    if ((outcome === "failed" || rollsBack) && count > 0) return [`${mark} failed and is there`];
    return count > 1 ? [`${mark} is there ${count} times`] : [];
  });
}

/**
 * The longest time, in milliseconds, from the commit of an event until one of the clients was told of it first: what
 * somebody who looks at that client waits for at worst. What was committed before `since`, and what a client was not
 * told (it began later, or was reset), is left out.
 */
export function longestSilenceMs(clients: readonly Client[], history: History, since: number): number {
  let longest = 0;
  for (const { notes } of clients) {
    const told = new Map<string, number>();
    for (const note of notes) {
      if (note.kind !== "event") continue;
      const key = `${note.feed} ${note.eventId}`;
      if (!told.has(key)) told.set(key, note.at);
    }
    for (const [feed, events] of history) {
      for (const { id, committedAt } of events) {
        const at = told.get(`${feed} ${id}`);
        if (at !== undefined && committedAt !== null && committedAt >= since)
          longest = Math.max(longest, at - committedAt);
      }
    }
  }
  return longest;
}

/** A history's own fault: seqs of a feed that are not one after the other, as a counter gives them. */
export function gapsOf(history: History): string[] {
  return [...history].flatMap(([feed, events]) =>
    events.flatMap(({ seq }, index) => {
      const before = events[index - 1];
      return before && seq !== before.seq + 1 ? [`${feed} goes from ${before.seq} to ${seq}`] : [];
    }),
  );
}

function holds(history: History, { feed, seq, eventId }: EventNote): boolean {
  return eventAt(history, feed, seq)?.id === eventId;
}

function eventAt(history: History, feed: string, seq: number): CommittedEvent | undefined {
  const events = history.get(feed) ?? [];
  // Seqs are one after the other but for histories that are broken on purpose.
  const guess = events[seq - (events[0]?.seq ?? 0)];
  return guess?.seq === seq ? guess : events.find((event) => event.seq === seq);
}

/** A reset ends a chapter: what comes after it begins anew. */
function chaptersOf(notes: readonly Note[]): Note[][] {
  const chapters: Note[][] = [[]];
  for (const note of notes) {
    if (note.kind === "reset") chapters.push([]);
    else chapters.at(-1)?.push(note);
  }
  return chapters;
}

/** What is lost and what came twice of a feed in a chapter, by the history that fits best; null if none fits. */
function followFeed(
  chapter: readonly Note[],
  feed: string,
  histories: readonly History[],
  toTheHead: boolean,
): { lost: number; duplicates: number } | null {
  const results = histories
    .filter((history) => fits(chapter, feed, history))
    .map((history) => countFeed(chapter, feed, history.get(feed) ?? [], toTheHead));
  return results.sort((one, other) => one.lost - other.lost)[0] ?? null;
}

/** Whether every event and every cursor of the chapter is of this history. */
function fits(chapter: readonly Note[], feed: string, history: History): boolean {
  return chapter.every((note) => {
    if (note.kind === "event") return note.feed !== feed || holds(history, note);
    if (note.kind !== "cursor") return true;
    const position = note.cursor.get(feed);
    if (!position || position.seq === 0) return true;
    const event = eventAt(history, feed, position.seq);
    return event !== undefined && tagOf(event.id) === position.tag;
  });
}

function countFeed(
  chapter: readonly Note[],
  feed: string,
  events: readonly CommittedEvent[],
  toTheHead: boolean,
): { lost: number; duplicates: number } {
  let lost = 0;
  let duplicates = 0;
  /** Where the client stands; null until a cursor or an event says so. */
  let position: number | null = null;
  /** The highest seq that this connection has told. */
  let toldHere = 0;
  const between = (after: number, before: number) =>
    events.filter(({ seq }) => seq > after && seq < before).length;
  for (const note of chapter) {
    if (note.kind === "connected") toldHere = 0;
    if (note.kind === "cursor") {
      const seq = note.cursor.get(feed)?.seq ?? 0;
      // A cursor that is ahead of what was told would pass over it at the next connection.
      if (position !== null && seq > position) lost += between(position, seq + 1);
      position = Math.max(position ?? 0, seq);
      toldHere = Math.max(toldHere, seq);
    }
    if (note.kind === "event" && note.feed === feed) {
      if (note.seq <= toldHere) duplicates += 1;
      if (position !== null && note.seq > position) lost += between(position, note.seq);
      position = Math.max(position ?? 0, note.seq);
      toldHere = Math.max(toldHere, note.seq);
    }
  }
  if (toTheHead) lost += between(position ?? 0, Number.POSITIVE_INFINITY);
  return { lost, duplicates };
}
