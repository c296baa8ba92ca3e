import { once } from "node:events";
import net from "node:net";

const NOTIFICATION = "A".charCodeAt(0);
const COMMAND_COMPLETE = "C".charCodeAt(0);

/** A way to a PostgreSQL that can go bad as networks and poolers do. */
export class PostgresProxy {
  readonly #server: net.Server;
  readonly #sockets = new Set<net.Socket>();
  #swallowsNotifications = false;
  #refuses = false;
  #atCommit: (() => void) | null = null;

  private constructor(server: net.Server) {
    this.#server = server;
  }

  static async to(url: string): Promise<{ proxy: PostgresProxy; url: string }> {
    const { hostname, port } = new URL(url);
    const server = net.createServer();
    const proxy = new PostgresProxy(server);
    server.on("connection", (near) => {
      if (proxy.#refuses) {
        near.destroy();
        return;
      }
      const far = net.connect(Number(port), hostname);
      for (const socket of [near, far]) {
        proxy.#sockets.add(socket);
        socket.on("error", () => undefined);
        socket.on("close", () => {
          proxy.#sockets.delete(socket);
          for (const other of [near, far]) other.destroy();
        });
      }
      near.pipe(far);
      const messages = new MessageFilter((type, body) => proxy.#passes(type, body));
      far.on("data", (chunk: Buffer) => {
        const passed = messages.pass(chunk);
        if (passed.length > 0) near.write(passed);
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    const through = new URL(url);
    through.hostname = "127.0.0.1";
    through.port = String(address.port);
    return { proxy, url: through.href };
  }

  /** The connections that are open now go dead without a word; new ones pass. */
  blackhole(): void {
    for (const socket of this.#sockets) {
      socket.unpipe();
      socket.pause();
    }
  }

  /** What a transaction-mode pooler does: LISTEN succeeds, and what is rung never arrives. */
  swallowNotifications(swallows: boolean): void {
    this.#swallowsNotifications = swallows;
  }

  /** Nobody is let through, and whoever was is cut off. */
  refuse(refuses: boolean): void {
    this.#refuses = refuses;
    if (refuses) for (const socket of this.#sockets) socket.destroy();
  }

  /** Calls back once, when the next transaction has been committed and whoever asked for it has not been told, nor ever is. */
  atNextCommit(then: () => void): void {
    this.#atCommit = then;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }

  #passes(type: number | undefined, body: Buffer): boolean {
    if (type === NOTIFICATION) return !this.#swallowsNotifications;
    if (this.#atCommit === null || type !== COMMAND_COMPLETE || body.toString("latin1") !== "COMMIT\0")
      return true;
    const then = this.#atCommit;
    this.#atCommit = null;
    then();
    return false;
  }
}

/** Cuts the server's side of a connection into messages (a type, a length, a body) and leaves some of them out. */
class MessageFilter {
  readonly #passes: (type: number | undefined, body: Buffer) => boolean;
  #rest: Buffer = Buffer.alloc(0);

  constructor(passes: (type: number | undefined, body: Buffer) => boolean) {
    this.#passes = passes;
  }

  pass(chunk: Buffer): Buffer {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    const passed: Buffer[] = [];
    while (this.#rest.length >= 5) {
      const length = 1 + this.#rest.readInt32BE(1);
      if (this.#rest.length < length) break;
      if (this.#passes(this.#rest[0], this.#rest.subarray(5, length)))
        passed.push(this.#rest.subarray(0, length));
      this.#rest = this.#rest.subarray(length);
    }
    return Buffer.concat(passed);
  }
}
