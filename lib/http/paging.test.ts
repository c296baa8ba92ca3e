import { describe, expect, it } from "vitest";
import { cutPage, pageWindow } from "@/lib/http/paging";

const rows = (...ids: string[]) => ids.map((id) => ({ id }));

describe("cutPage", () => {
  it("leaves out the row that the page before ended with", () => {
    expect(pageWindow("b", 2)).toEqual({ take: 4, cursor: { id: "b" } });
    expect(cutPage(rows("b", "c", "d", "e"), "b", 2)).toEqual({ shown: rows("c", "d"), nextCursor: "d" });
  });

  it("skips no row where that one has left the list", () => {
    expect(cutPage(rows("c", "d", "e"), "b", 2)).toEqual({ shown: rows("c", "d"), nextCursor: "d" });
  });

  it("knows the last page", () => {
    expect(cutPage(rows("b", "c", "d"), "b", 2)).toEqual({ shown: rows("c", "d"), nextCursor: null });
    expect(cutPage(rows("a", "b"), null, 2)).toEqual({ shown: rows("a", "b"), nextCursor: null });
    expect(cutPage(rows("a", "b", "c"), undefined, 2)).toEqual({ shown: rows("a", "b"), nextCursor: "b" });
    expect(cutPage([], null, 2)).toEqual({ shown: [], nextCursor: null });
  });
});
