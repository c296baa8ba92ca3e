import { describe, expect, it } from "vitest";
import {
  changesWords,
  engagedClaim,
  firstBatch,
  formatAnchor,
  parseAnchor,
  playedStretches,
  quarterOf,
  retryAfterMs,
} from "./recording-rules";

describe("what was played", () => {
  it("joins what was played before and after the file changed, and drops the frames beside whole seconds", () => {
    expect(
      playedStretches(
        [[0, 4]],
        [
          [3.96, 7.93],
          [9.5, 12.4],
        ],
        12,
      ),
    ).toEqual([
      [0, 8],
      [9.5, 12],
    ]);
  });

  it("never fills a gap", () => {
    expect(
      playedStretches(
        [],
        [
          [0, 2.4],
          [2.6, 5],
        ],
        10,
      ),
    ).toEqual([
      [0, 2.4],
      [2.6, 5],
    ]);
  });

  it("tells each quarter", () => {
    expect([0, 2.9, 3, 11.9, 12].map((covered) => quarterOf(covered, 12))).toEqual([0, 0, 1, 3, 4]);
    expect(quarterOf(0, 0)).toBe(0);
  });
});

describe("engaged time", () => {
  it("claims what passed since the last claim", () => {
    expect(engagedClaim(100_000, 115_000)).toEqual([100, 115]);
  });

  it("claims no more than one event may when the machine slept", () => {
    expect(engagedClaim(100_000, 3_700_000)).toEqual([100, 120]);
  });

  it("does not claim what is next to nothing, or a clock that went back", () => {
    expect(engagedClaim(100_000, 100_300)).toBeNull();
    expect(engagedClaim(100_000, 90_000)).toBeNull();
  });
});

describe("a batch", () => {
  const items = ["aaaa", "bbbb", "cccc"].map((json) => ({ json }));

  it("ends at its number of events and at its size", () => {
    expect(firstBatch(items, 2, 100)).toHaveLength(2);
    expect(firstBatch(items, 10, 10)).toHaveLength(2);
  });

  it("takes one that is too large by itself, so that the queue never stands still", () => {
    expect(firstBatch(items, 10, 1)).toHaveLength(1);
  });
});

describe("a place in a document", () => {
  it("comes back as it was kept", () => {
    expect(parseAnchor(formatAnchor({ block: 12, fraction: 0.34567 }))).toEqual({
      block: 12,
      fraction: 0.346,
    });
    expect(parseAnchor(formatAnchor({ block: 0, fraction: 1.2 }))).toEqual({ block: 0, fraction: 1 });
  });

  it("is nothing for what is no anchor", () => {
    for (const anchor of [null, "", "x", "1:2", "-1:0.5", "1:0.5:3"]) expect(parseAnchor(anchor)).toBeNull();
  });
});

it("waits longer after each failure, up to a minute and a quarter", () => {
  expect(retryAfterMs(0, 0.5)).toBe(2_000);
  expect(retryAfterMs(3, 0.5)).toBe(16_000);
  expect(retryAfterMs(50, 1)).toBeLessThanOrEqual(75_000);
});

it("says how many wait", () => {
  expect([1, 3].map(changesWords)).toEqual(["1 change waiting", "3 changes waiting"]);
});
