import { describe, expect, it } from "vitest";
import {
  checkClient,
  checkWrites,
  gapsOf,
  type History,
  longestSilenceMs,
  type Note,
  type Write,
} from "./checker";

const feed = "user:1";

/** The event id of a seq in a history; ids of different histories differ from the first sign on. */
function idOf(seq: number, history = "a"): string {
  return `${history}${String(seq).padStart(7, "0")}-0000-4000-8000-000000000000`;
}

function historyOf(ids: readonly string[]): History {
  return new Map([[feed, ids.map((id, index) => ({ seq: index + 1, id, committedAt: 1_000 + index }))]]);
}

const ten = historyOf(Array.from({ length: 10 }, (_, index) => idOf(index + 1)));

const connected: Note = { kind: "connected" };
const reset: Note = { kind: "reset", reason: "trimmed" };

function at(seq: number, history = "a"): Note {
  const tag = seq === 0 ? "" : idOf(seq, history).slice(0, 8);
  return { kind: "cursor", cursor: new Map([[feed, { seq, tag }]]) };
}

function told(from: number, to: number = from, history = "a"): Note[] {
  return Array.from({ length: to - from + 1 }, (_, index) => ({
    kind: "event",
    feed,
    seq: from + index,
    eventId: idOf(from + index, history),
    at: 5_000,
  }));
}

function verdictOn(notes: readonly Note[], histories: readonly History[] = [ten]) {
  return checkClient({ name: "somebody", feeds: [feed], notes }, histories);
}

const right = { lost: 0, duplicates: 0, wrongs: [] };

describe("what a client was told is right", () => {
  it("from where it began to the head, over one connection or several", () => {
    expect(verdictOn([connected, at(3), ...told(4, 10), at(10)])).toMatchObject({ ...right, delivered: 7 });
    expect(
      verdictOn([connected, at(0), ...told(1, 5), at(5), connected, at(5), ...told(6, 10), at(10)]),
    ).toMatchObject(right);
    expect(verdictOn([connected, at(10)])).toMatchObject(right);
  });

  it("though an event comes again after a reconnect", () => {
    expect(
      verdictOn([connected, at(0), ...told(1, 5), at(4), connected, at(4), ...told(5, 10), at(10)]),
    ).toMatchObject(right);
  });

  it("where a reset divides it, also into another history", () => {
    expect(verdictOn([connected, at(0), ...told(1, 3), reset, at(9), ...told(10), at(10)])).toMatchObject({
      ...right,
      resets: 1,
    });
    const restored = historyOf([1, 2, 3].map((seq) => idOf(seq)).concat([4, 5].map((seq) => idOf(seq, "b"))));
    expect(
      verdictOn(
        [connected, at(8), ...told(9, 10), at(10), reset, at(3), ...told(4, 5, "b"), at(5, "b")],
        [ten, restored],
      ),
    ).toMatchObject({ ...right, resets: 1 });
  });
});

describe("a client was not told everything", () => {
  it("where events are missing between two, at the end, or from a cursor on", () => {
    expect(verdictOn([connected, at(0), ...told(1, 3), ...told(6, 10), at(10)]).lost).toBe(2);
    expect(verdictOn([connected, at(0), ...told(1, 7), at(7)]).lost).toBe(3);
    expect(verdictOn([connected, at(0), ...told(1, 3), at(6), ...told(7, 10), at(10)]).lost).toBe(3);
    expect(verdictOn([connected, at(0), ...told(1, 3), at(3), connected, at(5), ...told(6, 10)]).lost).toBe(
      2,
    );
  });

  it("where it was reset and then fell behind again, or never connected", () => {
    expect(verdictOn([connected, at(0), reset, at(8)]).lost).toBe(2);
    expect(verdictOn([]).lost).toBe(10);
  });
});

describe("a client was told what it must not be told", () => {
  it("the same event twice in a connection", () => {
    expect(verdictOn([connected, at(0), ...told(1, 5), ...told(5, 10), at(10)]).duplicates).toBe(1);
    expect(verdictOn([connected, at(5), ...told(5, 10), at(10)]).duplicates).toBe(1);
  });

  it("an event of somebody else", () => {
    const foreign: Note = { kind: "event", feed: "user:2", seq: 1, eventId: idOf(1), at: 0 };
    const elsewhere: History = new Map([...ten, ["user:2", [{ seq: 1, id: idOf(1), committedAt: null }]]]);
    expect(verdictOn([connected, at(10), foreign], [elsewhere]).wrongs).toEqual([
      "somebody was told of user:2, which is not its own",
    ]);
  });

  it("an event that rolled back", () => {
    expect(verdictOn([connected, at(10), ...told(11, 11, "c")]).wrongs).not.toEqual([]);
  });

  it("events of two histories with no reset between them", () => {
    const restored = historyOf(
      [1, 2, 3].map((seq) => idOf(seq)).concat([4, 5, 6].map((seq) => idOf(seq, "b"))),
    );
    const notes = [connected, at(3), ...told(4, 5), at(5), ...told(6, 6, "b"), at(6, "b")];
    expect(verdictOn(notes, [ten, restored]).wrongs).not.toEqual([]);
    expect(verdictOn([connected, at(5), at(5)], [ten, restored]).wrongs).not.toEqual([]);
  });
});

describe("the writes", () => {
  const write = (mark: string, outcome: Write["outcome"], rollsBack = false): Write => ({
    mark,
    outcome,
    rollsBack,
    startedAt: 0,
    endedAt: 1,
  });

  it("agree with the tables", () => {
    const writes = [
      write("a", "ok"),
      write("b", "failed"),
      write("c", "unknown"),
      write("d", "unknown", true),
    ];
    expect(checkWrites(writes, new Map([["a", 1]]))).toEqual([]);
    expect(
      checkWrites(
        writes,
        new Map([
          ["a", 1],
          ["c", 1],
        ]),
      ),
    ).toEqual([]);
  });

  it("do not where one answered ok is not there, one that failed or rolled back is, or one is there twice", () => {
    expect(checkWrites([write("a", "ok")], new Map())).toHaveLength(1);
    expect(checkWrites([write("a", "ok", true)], new Map())).toHaveLength(1);
    expect(checkWrites([write("a", "failed")], new Map([["a", 1]]))).toHaveLength(1);
    expect(checkWrites([write("a", "unknown", true)], new Map([["a", 1]]))).toHaveLength(1);
    expect(checkWrites([write("a", "unknown")], new Map([["a", 2]]))).toHaveLength(1);
  });
});

describe("the measures", () => {
  it("of silence: from a commit to the first time that a client was told, of what was committed since", () => {
    const notes = [connected, at(0), ...told(1, 10), ...told(1)];
    const client = { name: "somebody", feeds: [feed], notes };
    expect(longestSilenceMs([client], ten, 0)).toBe(4_000);
    expect(longestSilenceMs([client], ten, 1_005)).toBe(3_995);
    expect(longestSilenceMs([client], ten, 2_000)).toBe(0);
  });

  it("of gaps in the tables", () => {
    expect(gapsOf(ten)).toEqual([]);
    expect(gapsOf(new Map([[feed, [...(ten.get(feed) ?? [])].toSpliced(4, 1)]]))).toEqual([
      "user:1 goes from 4 to 6",
    ]);
  });
});
