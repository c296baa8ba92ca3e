import { describe, expect, it } from "vitest";
import { mayReadMetrics } from "@/lib/access/metrics-policy";

describe("mayReadMetrics", () => {
  it("lets admins in, and whoever carries the token", () => {
    expect(mayReadMetrics({ role: "ADMIN" }, null, undefined)).toBe(true);
    expect(mayReadMetrics(null, "Bearer sixteen-letters-", "sixteen-letters-")).toBe(true);
  });

  it("keeps everybody else out, also where no token is set", () => {
    expect(mayReadMetrics({ role: "INSTRUCTOR" }, null, "sixteen-letters-")).toBe(false);
    expect(mayReadMetrics(null, "Bearer undefined", undefined)).toBe(false);
    expect(mayReadMetrics(null, "Bearer ", "sixteen-letters-")).toBe(false);
    expect(mayReadMetrics(null, "Bearer sixteen-lettersX", "sixteen-letters-")).toBe(false);
  });
});
