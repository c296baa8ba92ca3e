import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

const SLICES = 16;
const SLICE_BYTES = 64 * 1024;

/**
 * Tells one file from another by its length and 16 slices of 64 KiB spread over it, the first and the last among them,
 * as 64 hex digits: what was half sent is only gone on with from the same file. It guards against a slip, not a forger.
 */
export async function fingerprintOf(file: Blob): Promise<string> {
  // Not crypto.subtle, which does not exist on a plain http:// address of the local network.
  const hash = sha256.create().update(utf8ToBytes(`${file.size}\n`));
  const lastStart = Math.max(0, file.size - SLICE_BYTES);
  for (let slice = 0; slice < SLICES; slice += 1) {
    const start = Math.floor((lastStart * slice) / (SLICES - 1));
    hash.update(new Uint8Array(await file.slice(start, start + SLICE_BYTES).arrayBuffer()));
  }
  return bytesToHex(hash.digest());
}
