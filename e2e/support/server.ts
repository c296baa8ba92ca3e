import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";

const START_LIMIT_MS = 300_000;

/** Lockstep as a user starts it, with a data folder of its own on a free port. */
export type RunningServer = { url: string; dataDir: string; stop: () => Promise<void> };

/**
 * Starts it over the build that the tests share; `settings` go before the usual ones. A data folder that they name is
 * its caller's to remove.
 */
export async function startLockstep(settings: Record<string, string> = {}): Promise<RunningServer> {
  const ownDataDir = settings.LOCKSTEP_DATA_DIR;
  const dataDir = ownDataDir ?? mkdtempSync(path.join(os.tmpdir(), "lockstep-e2e-"));
  // As root, PostgreSQL runs as a user of its own, who must be able to walk here.
  chmodSync(dataDir, 0o711);
  const port = settings.PORT ?? String(await freePort());
  const child = spawn(process.execPath, ["scripts/start.mjs"], {
    env: {
      ...process.env,
      // The test server takes nothing from the environment of whoever runs the tests.
      DATABASE_URL: "",
      NEXTAUTH_URL: "",
      NEXTAUTH_SECRET: "",
      LOCKSTEP_DEMO: "1",
      PORT: port,
      LOCKSTEP_DATA_DIR: dataDir,
      LOCKSTEP_DIST_DIR: ".next-test",
      LOCKSTEP_TEST: "1",
      LOCKSTEP_LIMITS: "1000",
      LOG_LEVEL: process.env.LOG_LEVEL ?? "warn",
      ...settings,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = once(child, "exit");
  const stop = async () => {
    child.kill("SIGTERM");
    await exited;
    if (ownDataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
  };

  let output = "";
  const ready = new Promise<boolean>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8");
      stream.on("data", (text: string) => {
        output += text;
        if (output.includes("Lockstep is running at")) resolve(true);
      });
    }
    void exited.then(() => resolve(false));
  });
  const timer = setTimeout(() => child.kill("SIGTERM"), START_LIMIT_MS);
  const isReady = await ready;
  clearTimeout(timer);
  if (!isReady) {
    await stop();
    throw new Error(`The server under test did not start:\n${output}`);
  }
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (text: string) => process.stderr.write(text));
  return { url: `http://localhost:${port}`, dataDir, stop };
}

/** Playwright's global set-up: the server that most browser tests share. The answer ends it again. */
export default async function startSharedServer(): Promise<() => Promise<void>> {
  const { url, stop } = await startLockstep();
  process.env.LOCKSTEP_E2E_URL = url;
  return stop;
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (!address || typeof address === "string") throw new Error("The system gave no port.");
  return address.port;
}
