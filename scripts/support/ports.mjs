import { once } from "node:events";
import net from "node:net";
import { codeOf, Problem } from "./problem.mjs";

/** A port of 127.0.0.1 that nobody listens on at the moment. */
export async function freePort() {
  const server = net.createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (!address || typeof address === "string") throw new Error("The system gave no port.");
  return address.port;
}

/**
 * Refuses a port that something listens on, before any work is done for it.
 * @param {number} port
 */
export async function requireFreePort(port) {
  const server = net.createServer();
  try {
    // Without an address, as the web server itself will listen.
    server.listen(port);
    await once(server, "listening");
  } catch (error) {
    if (codeOf(error) === "EADDRINUSE") {
      throw new Problem(
        `Port ${port} is in use by another program; stop that, or choose another port: PORT=${port + 1} npm start`,
      );
    }
    if (codeOf(error) === "EACCES")
      throw new Problem(`Port ${port} may not be used by this user; choose one above 1023, as PORT=3000.`);
    throw error;
  }
  server.close();
  await once(server, "close");
}
