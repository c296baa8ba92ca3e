import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import net from "node:net";
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
  // Each start takes a port of its own; this keeps the address.
  const sockets = new Set<net.Socket>();
  const gate = net.createServer((near) => {
    const far = net.connect(Number(new URL(cluster.url).port), "127.0.0.1");
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    near.pipe(far).pipe(near);
  });
  gate.listen(0, "127.0.0.1");
  await once(gate, "listening");
  const address = gate.address();
  if (!address || typeof address === "string") throw new Error("The system gave no port.");
  const url = new URL(cluster.url);
  url.port = String(address.port);
  return {
    url: url.href,
    goAway: () => cluster.stop(),
    async comeBack() {
      cluster = await startCluster({ dataDir });
    },
    async remove() {
      for (const socket of sockets) socket.destroy();
      gate.close();
      await cluster.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
