import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Cursor, decodeCursor, encodeCursor } from "@/lib/live/cursor";

const feed = fc.oneof(
  fc.constant("public"),
  fc.constant("role:admin"),
  fc.uuid().map((id) => `user:${id}`),
  fc.uuid().map((id) => `organization:${id}`),
);
const position = fc.record({
  seq: fc.nat({ max: Number.MAX_SAFE_INTEGER }).filter((seq) => String(seq).length <= 16),
  tag: fc.oneof(
    fc.constant(""),
    fc.uuid().map((id) => id.slice(0, 8)),
  ),
});
const cursor: fc.Arbitrary<Cursor> = fc
  .array(fc.tuple(feed, position), { minLength: 1, maxLength: 6 })
  .map((entries) => new Map(entries));

describe("cursor", () => {
  it("comes back as it was encoded, and is fit for a header and a query", () => {
    fc.assert(
      fc.property(cursor, (original) => {
        const encoded = encodeCursor(original);
        expect(encoded).toMatch(/^[\w-]+$/);
        expect(decodeCursor(encoded)).toEqual(new Map([...original].sort(([a], [b]) => (a < b ? -1 : 1))));
      }),
    );
  });

  it("is null for whatever is no cursor, and never throws", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const decoded = decodeCursor(text);
        expect(decoded === null || encodeCursor(decoded) === text || decoded.size > 0).toBe(true);
      }),
    );
    const bad = [
      "",
      "AAAA",
      "a".repeat(5000),
      Buffer.from("public~1").toString("base64url"),
      Buffer.from("public~01~").toString("base64url"),
    ];
    for (const text of bad) expect(decodeCursor(text), text).toBeNull();
    const twice = Buffer.from("public~1~ public~2~").toString("base64url");
    expect(decodeCursor(twice)).toBeNull();
  });
});
