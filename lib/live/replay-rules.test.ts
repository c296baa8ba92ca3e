import { describe, expect, it } from "vitest";
import { decideReplay, type FeedState, MAX_REPLAYED_EVENTS } from "@/lib/live/replay-rules";

const state: FeedState = { head: 10, floor: 4, headTag: "headhead", tagAtCursor: "aaaaaaaa" };
const decide = (seq: number, over: Partial<FeedState> = {}, tag = "aaaaaaaa") =>
  decideReplay(new Map([["public", { seq, tag }]]), new Map([["public", { ...state, ...over }]]));

describe("decideReplay", () => {
  it("replays what lies after the cursor, from the floor on", () => {
    expect(decide(4)).toEqual({ outcome: "replay", behind: 6 });
    expect(decide(10)).toEqual({ outcome: "replay", behind: 0 });
  });

  it("resets below the floor, above the head, and where another event stands at the cursor", () => {
    expect(decide(3)).toEqual({ outcome: "reset", reason: "trimmed" });
    expect(decide(11)).toEqual({ outcome: "reset", reason: "ahead" });
    expect(decide(7, { tagAtCursor: "bbbbbbbb" })).toEqual({ outcome: "reset", reason: "diverged" });
    expect(decide(0, { floor: 0, tagAtCursor: "" }, "")).toEqual({ outcome: "replay", behind: 10 });
  });

  it("resets a cursor of other feeds, fewer or more", () => {
    const one = new Map([["public", { seq: 5, tag: "aaaaaaaa" }]]);
    const two = new Map([...one, ["role:admin", { seq: 0, tag: "" }] as const]);
    const states = new Map([["public", state]]);
    expect(decideReplay(two, states)).toEqual({ outcome: "reset", reason: "other_feeds" });
    expect(decideReplay(new Map(), states)).toEqual({ outcome: "reset", reason: "other_feeds" });
    expect(decideReplay(one, new Map([["role:admin", state]]))).toEqual({
      outcome: "reset",
      reason: "other_feeds",
    });
  });

  it("resets a client that is further behind than is worth replaying, over all its feeds together", () => {
    expect(decide(5, { head: 5 + MAX_REPLAYED_EVENTS })).toEqual({
      outcome: "replay",
      behind: MAX_REPLAYED_EVENTS,
    });
    expect(decide(5, { head: 6 + MAX_REPLAYED_EVENTS })).toEqual({
      outcome: "reset",
      reason: "too_far_behind",
    });
  });
});
