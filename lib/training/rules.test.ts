import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  decideAssignment,
  decideCompletion,
  endOf,
  findPastDate,
  minutesBetween,
  overlaps,
} from "@/lib/training/rules";

const noon = new Date("2026-11-21T12:00:00Z");
const later = new Date("2026-11-21T12:00:01Z");
const earlier = new Date("2026-11-21T11:59:59Z");
const wanted = { startsAt: later, durationMinutes: 90 };

describe("decideAssignment", () => {
  it("confirms a pending request and reassigns a confirmed class", () => {
    for (const status of ["PENDING", "CONFIRMED"] as const) {
      expect(decideAssignment({ status, revision: 3, startsAt: null }, 3, wanted, noon)).toEqual({
        outcome: "assigned",
        startsAt: later,
        endsAt: new Date("2026-11-21T13:30:01Z"),
      });
    }
  });

  it("refuses what has ended, whatever is wanted", () => {
    for (const status of ["COMPLETED", "CANCELLED"] as const) {
      const decision = decideAssignment({ status, revision: 1, startsAt: null }, 1, wanted, noon);
      expect(decision).toEqual({ outcome: "illegal", from: status });
    }
  });

  it("is stale for every revision but the present one, before anything else is looked at", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1 }), fc.integer({ min: 1 }), (present, seen) => {
        const decision = decideAssignment(
          { status: "CANCELLED", revision: present, startsAt: null },
          seen,
          wanted,
          noon,
        );
        expect(decision.outcome).toBe(present === seen ? "illegal" : "stale");
      }),
    );
  });

  it("refuses a start that does not lie ahead, also the present instant", () => {
    for (const startsAt of [earlier, noon]) {
      const decision = decideAssignment(
        { status: "PENDING", revision: 1, startsAt: null },
        1,
        { ...wanted, startsAt },
        noon,
      );
      expect(decision).toEqual({ outcome: "refused", reason: "past-date" });
    }
  });
});

describe("decideCompletion", () => {
  const confirmed = { status: "CONFIRMED", revision: 2 } as const;

  it("completes a class from the instant that it begins", () => {
    expect(decideCompletion({ ...confirmed, startsAt: noon }, 2, noon)).toEqual({
      outcome: "completed",
      at: noon,
    });
  });

  it("refuses a class that has not begun", () => {
    expect(decideCompletion({ ...confirmed, startsAt: later }, 2, noon)).toEqual({
      outcome: "refused",
      reason: "not-begun",
    });
  });

  it("refuses whatever is not a confirmed class", () => {
    for (const status of ["PENDING", "COMPLETED", "CANCELLED"] as const) {
      expect(decideCompletion({ status, revision: 2, startsAt: earlier }, 2, noon)).toEqual({
        outcome: "illegal",
        from: status,
      });
    }
  });

  it("is stale for another revision", () => {
    expect(decideCompletion({ ...confirmed, startsAt: earlier }, 1, noon)).toEqual({ outcome: "stale" });
  });
});

describe("dates", () => {
  it("names the first date that has passed", () => {
    expect(findPastDate([later, noon, earlier], noon)).toBe(1);
    expect(findPastDate([later], noon)).toBeNull();
  });

  it("overlap is symmetric and equals sharing a minute", () => {
    const span = fc
      .tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 30 }))
      .map(([start, minutes]) => ({
        startsAt: endOf(noon, start),
        endsAt: endOf(noon, start + minutes),
        start,
        minutes,
      }));
    fc.assert(
      fc.property(span, span, (a, b) => {
        const minutesOf = (s: typeof a) => Array.from({ length: s.minutes }, (_, index) => s.start + index);
        const shared = minutesOf(a).some((minute) => minutesOf(b).includes(minute));
        expect(overlaps(a, b)).toBe(shared);
        expect(overlaps(b, a)).toBe(shared);
      }),
    );
  });

  it("a duration survives being an end", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), (minutes) => {
        expect(minutesBetween(noon, endOf(noon, minutes))).toBe(minutes);
      }),
    );
  });
});
