import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  inOrder,
  isShownAt,
  type ReleasedItem,
  showAt,
  withoutItem,
  withPublished,
} from "@/lib/homepage/rules";

const at = (day: number) => `2026-12-0${day}T00:00:00.000Z`;
const item = (id: string, more: Partial<ReleasedItem> = {}): ReleasedItem => ({
  id,
  type: "hero-video",
  revision: 1,
  startsAt: null,
  endsAt: null,
  ...more,
});
const none = new Map<string, number>();

describe("publishing", () => {
  it("swaps a hero for the one of the same times, and leaves those of other times", () => {
    const always = item("a");
    const weekend = item("b", { startsAt: at(5), endsAt: at(7) });
    const text = item("t", { type: "text" });
    const items = withPublished([always, weekend, text], item("c"), none);
    expect(items.map(({ id }) => id).sort()).toEqual(["b", "c", "t"]);
  });

  it("of what is published already replaces it, and taking down takes only it", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 8 }), (ids) => {
        const items = ids.map((id) => item(id, { type: "text" }));
        const [first = ""] = ids;
        const again = withPublished(items, item(first, { type: "text", revision: 2 }), none);
        expect(again).toHaveLength(items.length);
        expect(again.find(({ id }) => id === first)?.revision).toBe(2);
        expect(
          withoutItem(again, first)
            .map(({ id }) => id)
            .sort(),
        ).toEqual(ids.slice(1).sort());
      }),
    );
  });

  it("keeps the editors' order", () => {
    const positions = new Map([
      ["a", 3],
      ["b", 1],
      ["c", 2],
    ]);
    expect(inOrder([item("a"), item("b"), item("c")], positions).map(({ id }) => id)).toEqual([
      "b",
      "c",
      "a",
    ]);
  });
});

describe("what is shown", () => {
  it("begins at its start and ends before its end", () => {
    const timed = item("a", { startsAt: at(2), endsAt: at(3) });
    const shown = [1, 2, 3].map((day) => isShownAt(timed, new Date(at(day))));
    expect(shown).toEqual([false, true, false]);
  });

  it("is a hero of that time before the one that is always there, and it is known when that changes", () => {
    const items = [
      item("always"),
      item("timed", { startsAt: at(2), endsAt: at(4) }),
      item("t", { type: "text" }),
    ];
    const on = (day: number) => showAt(items, new Date(at(day)));
    expect([on(1), on(3), on(5)].map(({ hero, nextChangeAt }) => [hero?.id, nextChangeAt])).toEqual([
      ["always", at(2)],
      ["timed", at(4)],
      ["always", null],
    ]);
    expect(on(1).elements.map(({ id }) => id)).toEqual(["t"]);
    expect(showAt([], new Date(at(1)))).toEqual({ hero: null, elements: [], nextChangeAt: null });
  });
});
