import { describe, expect, it } from "vitest";
import {
  clockInZone,
  exactTime,
  isSameClock,
  timeWords,
  untilWords,
  zoneCity,
} from "@/components/ui/time-words";

const riyadh = "Asia/Riyadh";
const now = new Date("2026-11-26T10:00:00Z"); // Thursday 13:00 in Riyadh

describe("times in words", () => {
  it.each([
    ["2026-11-26T10:00:30Z", "appointment", "today 13:00"],
    ["2026-11-26T21:30:00Z", "appointment", "tomorrow 00:30"],
    ["2026-11-27T06:00:00Z", "appointment", "tomorrow 09:00"],
    ["2026-11-25T06:00:00Z", "appointment", "yesterday 09:00"],
    ["2026-11-30T06:00:00Z", "appointment", "Monday 09:00"],
    ["2026-12-03T06:00:00Z", "appointment", "Thu 3 Dec 09:00"],
    ["2027-01-04T06:00:00Z", "appointment", "Mon 4 Jan 2027 09:00"],
    ["2026-11-26T09:59:20Z", "happened", "just now"],
    ["2026-11-26T09:48:00Z", "happened", "12 min ago"],
    ["2026-11-26T06:00:00Z", "happened", "today 09:00"],
  ] as const)("says %s (%s) as %s", (at, kind, words) => {
    expect(timeWords(at, now, riyadh, kind)).toBe(words);
  });

  it("counts days in the zone's calendar, also over a change of the clocks", () => {
    expect(
      timeWords("2026-10-25T08:00:00Z", new Date("2026-10-24T08:00:00Z"), "Europe/London", "appointment"),
    ).toBe("tomorrow 08:00");
  });

  it("writes the exact time with its zone", () => {
    expect(exactTime("2026-11-27T06:00:00Z", riyadh)).toBe("Friday 27 November 2026, 09:00 Riyadh");
  });

  it("says when something ends, and on which day if that is another", () => {
    expect(exactTime("2026-11-27T06:00:00Z", riyadh, "2026-11-27T09:30:00Z")).toBe(
      "Friday 27 November 2026, 09:00 to 12:30 Riyadh",
    );
    expect(untilWords("2026-11-27T06:00:00Z", riyadh, "2026-11-27T22:00:00Z")).toBe(" to Sat 01:00");
    expect(untilWords("2026-11-27T06:00:00Z", riyadh, undefined)).toBe("");
  });

  it("names the other zone's day when it is another day there", () => {
    expect(clockInZone("2026-11-27T06:00:00Z", "Europe/London", riyadh)).toBe("06:00");
    expect(clockInZone("2026-11-27T06:00:00Z", "America/Los_Angeles", riyadh)).toBe("Thu 22:00");
  });

  it("knows when two zones show the same clock", () => {
    expect(isSameClock("2026-11-27T06:00:00Z", riyadh, "Asia/Kuwait")).toBe(true);
    expect(isSameClock("2026-11-27T06:00:00Z", riyadh, "UTC")).toBe(false);
  });

  it("calls zones by their city", () => {
    expect(zoneCity("America/Argentina/Buenos_Aires")).toBe("Buenos Aires");
    expect(zoneCity("Etc/UTC")).toBe("UTC");
  });
});
