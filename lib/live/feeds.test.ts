import { describe, expect, it } from "vitest";
import { feedsOf } from "@/lib/live/feeds";

const base = { userId: "u1", organizationId: null } as const;

describe("feedsOf", () => {
  it("gives each role its own feeds and no others", () => {
    expect(feedsOf(null)).toEqual(["public"]);
    expect(feedsOf({ ...base, role: "STUDENT" })).toEqual(["public", "user:u1"]);
    expect(feedsOf({ ...base, role: "INSTRUCTOR" })).toEqual(["public", "user:u1"]);
    expect(feedsOf({ ...base, role: "ADMIN" })).toEqual(["public", "role:admin", "user:u1"]);
    expect(feedsOf({ ...base, role: "ORGANIZATION", organizationId: "o1" })).toEqual([
      "organization:o1",
      "public",
      "user:u1",
    ]);
  });

  it("keeps an organization's feed from its staff", () => {
    expect(feedsOf({ ...base, role: "STAFF", organizationId: "o1" })).toEqual(["public", "user:u1"]);
  });
});
