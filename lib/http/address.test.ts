import { describe, expect, it } from "vitest";
import { clientAddress } from "@/lib/http/address";

describe("clientAddress", () => {
  it("is the peer's own where no proxy is trusted, whatever the client claims", () => {
    expect(clientAddress("10.0.0.9", undefined, 0)).toBe("10.0.0.9");
    expect(clientAddress("10.0.0.9", "1.2.3.4, 5.6.7.8", 0)).toBe("10.0.0.9");
  });

  it("is what the outermost trusted proxy saw, whatever stands left of it", () => {
    expect(clientAddress("10.0.0.9", "1.2.3.4, 5.6.7.8", 1)).toBe("5.6.7.8");
    expect(clientAddress("10.0.0.9", "1.2.3.4, 5.6.7.8", 2)).toBe("1.2.3.4");
  });

  it("is the farthest known hop where there are fewer than are trusted", () => {
    expect(clientAddress("10.0.0.9", "5.6.7.8", 3)).toBe("5.6.7.8");
    expect(clientAddress(undefined, undefined, 1)).toBe("unknown");
  });
});
