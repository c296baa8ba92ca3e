import { once } from "node:events";
import net from "node:net";

/** A way to the server that breaks: each connection, once it has carried more than so many bytes to the server. */
export type Gate = {
  url: string;
  cutAfter(bytes: number): void;
  /** Resolves once that many connections have been cut. */
  cuts(count: number): Promise<void>;
  close(): Promise<void>;
};

export async function openGate(target: string): Promise<Gate> {
  const { port } = new URL(target);
  const sockets = new Set<net.Socket>();
  const waiting = new Set<() => void>();
  let limit = Number.POSITIVE_INFINITY;
  let cut = 0;
  const server = net.createServer((near) => {
    const far = net.connect(Number(port), "localhost");
    let carried = 0;
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
    near.on("data", (chunk) => {
      carried += chunk.length;
      if (carried <= limit) return;
      cut += 1;
      near.destroy();
      for (const wake of [...waiting]) wake();
    });
    near.pipe(far).pipe(near);
  });
  server.listen(0, "localhost");
  await once(server, "listening");
  const address = server.address();
  if (!address || typeof address === "string") throw new Error("The system gave no port.");
  return {
    url: `http://localhost:${address.port}`,
    cutAfter(bytes) {
      limit = bytes;
    },
    async cuts(count) {
      while (cut < count) {
        await new Promise<void>((resolve) => {
          const wake = () => {
            waiting.delete(wake);
            resolve();
          };
          waiting.add(wake);
        });
      }
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
