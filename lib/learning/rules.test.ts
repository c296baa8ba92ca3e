import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addStretch,
  addWatched,
  claimActive,
  coveredSeconds,
  formatStretches,
  isVideoComplete,
  measureItem,
  mergeStretches,
  parseStretches,
  percentageOf,
  rollUpModule,
  type Stretch,
  type Stretches,
  sessionTimes,
  splitByDate,
  watchBudgetSeconds,
  wholeSeconds,
} from "@/lib/learning/rules";

const LENGTH = 120;
const stretch = fc
  .tuple(fc.integer({ min: 0, max: LENGTH }), fc.integer({ min: 0, max: LENGTH }))
  .map(([a, b]): Stretch => [Math.min(a, b), Math.max(a, b)]);
const stretches = fc.array(stretch, { maxLength: 20 });

/** The plain model: a set of seconds. */
function secondsOf(all: readonly Stretch[]): Set<number> {
  const seconds = new Set<number>();
  for (const [from, to] of all) for (let second = from; second < to; second++) seconds.add(second);
  return seconds;
}

describe("watched stretches", () => {
  it("are the union of all that was reported, in any order, however often, however it was cut up", () => {
    fc.assert(
      fc.property(stretches, fc.array(fc.nat(), { maxLength: 40 }), (reported, order) => {
        const again = [
          ...reported,
          ...order.flatMap((index) => reported.slice(index % (reported.length || 1)).slice(0, 1)),
        ];
        const shuffled = again.sort((a, b) => ((a[0] * 7 + a[1]) % 11) - ((b[0] * 7 + b[1]) % 11));
        const oneByOne = shuffled.reduce<Stretches>((sum, each) => addStretch(sum, each), []);
        expect(oneByOne).toEqual(mergeStretches(reported));
        expect(secondsOf(oneByOne)).toEqual(secondsOf(reported));
        expect(coveredSeconds(oneByOne)).toBe(secondsOf(reported).size);
        expect(parseStretches(formatStretches(oneByOne))).toEqual(oneByOne);
      }),
    );
  });

  it("grow by at most the budget, keep what they had, and count what was dropped", () => {
    fc.assert(
      fc.property(stretches, stretches, fc.integer({ min: 0, max: 60 }), (before, reported, budget) => {
        const had = mergeStretches(before);
        const { watched, addedSeconds, droppedSeconds } = addWatched(had, reported, budget);
        const [old, now] = [secondsOf(had), secondsOf(watched)];
        expect([...old].every((second) => now.has(second))).toBe(true);
        expect(now.size - old.size).toBe(addedSeconds);
        expect(addedSeconds).toBeLessThanOrEqual(budget);
        const wanted = [...secondsOf(reported)].filter((second) => !old.has(second)).length;
        expect(addedSeconds + droppedSeconds).toBe(wanted);
        if (wanted <= budget) expect(droppedSeconds).toBe(0);
      }),
    );
  });

  it("begin at the next whole second and end at the last; what nothing honest reports is none", () => {
    expect(wholeSeconds([0.2, 9.9], 10)).toEqual([1, 9]);
    expect(wholeSeconds([3, 10.8], 10)).toEqual([3, 10]);
    for (const wrong of [
      [Number.NaN, 1],
      [0, Number.NaN],
      [-1, 2],
      [5, 4],
      [0, 11.5],
      [0, Number.POSITIVE_INFINITY],
    ] as const)
      expect(wholeSeconds(wrong, 10), String(wrong)).toBeNull();
  });

  it("the budget is twice the session's age and five seconds", () => {
    const at = (seconds: number) => new Date(seconds * 1000);
    expect(watchBudgetSeconds(at(100), at(100))).toBe(5);
    expect(watchBudgetSeconds(at(100), at(160))).toBe(125);
    expect(watchBudgetSeconds(at(100), at(50))).toBe(5);
  });
});

describe("completion", () => {
  it("a video at nine tenths, not a second before", () => {
    expect(isVideoComplete([[0, 89]], 100)).toBe(false);
    expect(
      isVideoComplete(
        [
          [0, 45],
          [50, 95],
        ],
        100,
      ),
    ).toBe(true);
    expect(isVideoComplete([[0, 9]], 10)).toBe(true);
  });

  it("a document at its end and with the time that it takes, an assignment that asks for nothing when it was seen, a quiz never by itself", () => {
    const shown = { watched: [], furthestPosition: 1, activeSeconds: 30, viewCount: 1 };
    const document = { kind: "document", estimatedSeconds: 100 } as const;
    expect(measureItem(document, shown)).toEqual({ complete: true, percentage: 100 });
    expect(measureItem(document, { ...shown, activeSeconds: 29 })).toEqual({
      complete: false,
      percentage: 96,
    });
    expect(measureItem(document, { ...shown, furthestPosition: 0.5 })).toEqual({
      complete: false,
      percentage: 51,
    });
    expect(measureItem({ kind: "assignment", asksForNothing: true }, shown).complete).toBe(true);
    expect(measureItem({ kind: "assignment", asksForNothing: false }, shown).complete).toBe(false);
    expect(measureItem({ kind: "quiz" }, shown).complete).toBe(false);
  });

  it("a course is at 100 only when all is done, a module likewise", () => {
    expect(percentageOf(2, 3)).toBe(66);
    expect(percentageOf(199, 200)).toBe(99);
    const item = (complete: boolean, completionPercentage: number, isRequired = true) => ({
      complete,
      completionPercentage,
      isRequired,
    });
    expect(rollUpModule([item(true, 100), item(false, 99)])).toEqual({ complete: false, percentage: 99 });
    expect(rollUpModule([item(true, 100), item(false, 10, false)])).toEqual({
      complete: true,
      percentage: 100,
    });
  });
});

describe("engaged time", () => {
  const session = { startedAt: new Date(1_000_000) };
  const received = new Date(2_000_000);

  it("is at most the last 20 s of a claim, from the session's start to the receipt", () => {
    expect(claimActive([[1_100, 1_700]], session, received)).toEqual([[1_680, 1_700]]);
    expect(claimActive([[990, 1_010]], session, received)).toEqual([[1_000, 1_010]]);
    expect(claimActive([[1_990, 2_100]], session, received)).toEqual([[1_990, 2_000]]);
    expect(claimActive([[1_700, 1_600]], session, received)).toBeNull();
    expect(claimActive([[Number.NaN, 1]], session, received)).toBeNull();
  });

  it("heartbeats of two tabs, repeated and shuffled, count each second once", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1_000, max: 1_950 }), { maxLength: 30 }), (starts) => {
        const claims = starts.flatMap((from) => claimActive([[from, from + 15]], session, received) ?? []);
        const union = mergeStretches([...claims, ...[...claims].reverse()]);
        expect(coveredSeconds(union)).toBe(secondsOf(starts.map((from): Stretch => [from, from + 15])).size);
      }),
    );
  });

  it("is cut at the learner's own midnight, also on the days on which the clocks change", () => {
    const at = (iso: string) => Date.parse(iso) / 1000;
    const midnight = at("2026-12-01T21:00:00Z");
    expect([...splitByDate([[midnight - 10, midnight + 20]], "Asia/Riyadh")]).toEqual([
      ["2026-12-01", [[midnight - 10, midnight]]],
      ["2026-12-02", [[midnight, midnight + 20]]],
    ]);
    const day = [at("2026-10-24T23:00:00Z"), at("2026-10-26T00:00:00Z")] as const;
    expect(
      [...splitByDate([day], "Europe/London")].map(([date, all]) => [date, coveredSeconds(all)]),
    ).toEqual([["2026-10-25", 25 * 3_600]]);
  });

  it("what of a session was not engaged is idle", () => {
    expect(sessionTimes({ startedAt: new Date(0), activeSeconds: 40 }, new Date(100_000))).toEqual({
      durationSeconds: 100,
      idleSeconds: 60,
    });
  });
});
