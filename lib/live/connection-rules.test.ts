import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { failuresAfter, mustPoll, retryDelayMs } from "@/lib/live/connection-rules";

describe("falling back to polling", () => {
  it("comes after three failures in a row, and after three quick closes", () => {
    for (const livedMs of [null, 0, 4_999]) {
      const history = [1, 2, 3].map((count) =>
        Array.from({ length: count }).reduce((failures: number) => failuresAfter(failures, livedMs), 0),
      );
      expect(history.map(mustPoll)).toEqual([false, false, true]);
    }
  });

  it("is forgotten once a stream has lived", () => {
    expect(failuresAfter(7, 5_000)).toBe(0);
  });
});

describe("the next try", () => {
  it("waits longer after each failure, at most 30 s, and never twice the same for all", () => {
    fc.assert(
      fc.property(
        fc.nat(40),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (failures, random) => {
          const delayMs = retryDelayMs(failures, random);
          expect(delayMs).toBeGreaterThanOrEqual(1_000);
          expect(delayMs).toBeLessThanOrEqual(30_000);
          expect(retryDelayMs(failures + 1, random)).toBeGreaterThanOrEqual(delayMs);
        },
      ),
    );
    expect(retryDelayMs(1, 0)).not.toBe(retryDelayMs(1, 0.9));
  });
});
