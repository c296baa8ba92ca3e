import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { startCluster } from "../../scripts/support/postgres.mjs";

/** A database of one's own, which can go away and come back under the same address. */
export type OwnDatabase = {
  url: string;
  goAway(): Promise<void>;
  comeBack(): Promise<void>;
  remove(): Promise<void>;
};

export async function startDatabase(): Promise<OwnDatabase> {
  const dataDir = mkdtempSync(path.join(os.tmpdir(), "lockstep-e2e-database-"));
  // As root, PostgreSQL runs as a user of its own, who must be able to walk here.
  chmodSync(dataDir, 0o711);
  let cluster = await startCluster({ dataDir });
  const { url } = cluster;
  return {
    url,
    goAway: () => cluster.stop(),
    async comeBack() {
      cluster = await startCluster({ dataDir, port: Number(new URL(url).port) });
    },
    async remove() {
      await cluster.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
