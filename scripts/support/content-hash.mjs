import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { inProject } from "./project.mjs";

/**
 * A hash of the content of files and folders of the project; those that do not exist count as such.
 * @param {string[]} entries relative to the project
 * @param {(relativePath: string) => boolean} [isPartOf] leaves files out
 */
export function contentHash(entries, isPartOf = () => true) {
  const hash = createHash("sha256");
  /** @param {string} entry */
  const add = (entry) => {
    const absolute = inProject(entry);
    if (!existsSync(absolute)) return;
    if (statSync(absolute).isDirectory()) {
      for (const name of readdirSync(absolute).sort()) add(path.posix.join(entry, name));
    } else if (isPartOf(entry)) {
      hash.update(`${entry}\0`).update(readFileSync(absolute)).update("\0");
    }
  };
  for (const entry of entries) add(entry);
  return hash.digest("hex");
}
