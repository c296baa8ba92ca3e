import { once } from "node:events";
import net from "node:net";

/** A round-robin proxy in front of several processes; it passes over those that take no connection. */
export class Balancer {
  readonly url: string;
  readonly #server: net.Server;
  readonly #sockets: Set<net.Socket>;

  private constructor(server: net.Server, sockets: Set<net.Socket>, port: number) {
    this.url = `http://127.0.0.1:${port}`;
    this.#server = server;
    this.#sockets = sockets;
  }

  static async before(ports: readonly number[]): Promise<Balancer> {
    const sockets = new Set<net.Socket>();
    let turn = 0;
    const server = net.createServer((near) => {
      sockets.add(near);
      near.on("error", () => undefined);
      near.on("close", () => sockets.delete(near));
      const attempt = (left: number) => {
        const far = net.connect(ports[turn++ % ports.length] ?? 0, "127.0.0.1");
        let isConnected = false;
        far.once("connect", () => {
          isConnected = true;
          near.pipe(far).pipe(near);
          near.on("close", () => far.destroy());
          far.on("close", () => near.destroy());
        });
        far.on("error", () => {
          if (!isConnected && left > 1 && !near.destroyed) attempt(left - 1);
          else near.destroy();
        });
      };
      attempt(ports.length);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    return new Balancer(server, sockets, address.port);
  }

  async close(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}
