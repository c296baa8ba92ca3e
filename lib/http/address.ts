/** The request header that carries the client's address, set by the server itself for every request. */
export const ADDRESS_HEADER = "x-lockstep-address";

/**
 * The client's address: the peer's own, or with `trustedProxies` of them in front the entry that the outermost
 * trusted proxy wrote, counted from the right, because whatever stands further left was sent by the client.
 */
export function clientAddress(
  peer: string | undefined,
  forwardedFor: string | undefined,
  trustedProxies: number,
): string {
  const hops = [...(forwardedFor?.split(",").map((hop) => hop.trim()) ?? []), peer ?? "unknown"].filter(
    Boolean,
  );
  return hops[Math.max(0, hops.length - 1 - trustedProxies)] ?? "unknown";
}
