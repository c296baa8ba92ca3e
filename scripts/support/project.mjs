import path from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of the checkout, absolute. */
export const projectRoot = fileURLToPath(new URL("../..", import.meta.url)).replace(/[\\/]$/, "");

/** @param {string[]} parts */
export function inProject(...parts) {
  return path.join(projectRoot, ...parts);
}
