import { describe, expect, it } from "vitest";
import { paceOf, type Sample, timeLeftWords, withSample } from "./pace";

describe("the pace of a sending", () => {
  it("is not told before a second has passed", () => {
    expect(paceOf([])).toBeNull();
    expect(paceOf([{ atMs: 0, sentBytes: 0 }])).toBeNull();
    expect(
      paceOf([
        { atMs: 0, sentBytes: 0 },
        { atMs: 999, sentBytes: 5_000 },
      ]),
    ).toBeNull();
  });

  it("is bytes a second from the first sample to the last", () => {
    expect(
      paceOf([
        { atMs: 0, sentBytes: 1_000 },
        { atMs: 2_000, sentBytes: 5_000 },
      ]),
    ).toBe(2_000);
  });

  it("is not told while nothing moves", () => {
    expect(
      paceOf([
        { atMs: 0, sentBytes: 1_000 },
        { atMs: 20_000, sentBytes: 1_000 },
      ]),
    ).toBeNull();
  });

  it("forgets what is older than ten seconds, and keeps what it is measured from", () => {
    let samples: Sample[] = [];
    for (let second = 0; second <= 30; second += 1) {
      samples = withSample(samples, {
        atMs: second * 1_000,
        sentBytes: second <= 20 ? second : 20 + (second - 20) * 100,
      });
    }
    expect(samples[0]?.atMs).toBe(20_000);
    expect(paceOf(samples)).toBe(100);
  });
});

describe("the time left in words", () => {
  it.each([
    [0, "a few seconds left"],
    [7.9, "a few seconds left"],
    [12, "10 s left"],
    [43, "45 s left"],
    [100, "2 min left"],
    [59 * 60, "59 min left"],
    [3_600, "1 h left"],
    [7_500, "2 h 5 min left"],
  ])("says %d s as “%s”", (seconds, words) => {
    expect(timeLeftWords(seconds)).toBe(words);
  });
});
