import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Instance, isBuilt } from "./faults/instance";
import { until } from "./faults/wait";
import { findNginx } from "./support/nginx.mjs";
import { freePort } from "./support/ports.mjs";

const nginx = findNginx();
const isPossible = isBuilt() && nginx !== undefined;
if (!isBuilt())
  console.log("Skipped scripts/nginx.test.ts: there is no build in .next-test; npm test makes one.");
else if (!nginx) console.log("Skipped scripts/nginx.test.ts: nginx is not installed and could not be had.");

const CONNECTS = 20;
const FIRST_BYTE_MS = 100;

let instance: Instance;
let server: ChildProcess;
let folder: string;
let url: string;

/** As it comes out of the box, `proxy_buffering` and all: what is not said here is nginx's own default. */
function configuration(port: number, to: string): string {
  return `
    daemon off;
    pid ${folder}/nginx.pid;
    error_log ${folder}/error.log;
    events {}
    http {
      access_log off;
      client_body_temp_path ${folder}/body;
      proxy_temp_path ${folder}/proxy;
      fastcgi_temp_path ${folder}/fastcgi;
      uwsgi_temp_path ${folder}/uwsgi;
      scgi_temp_path ${folder}/scgi;
      server {
        listen 127.0.0.1:${port};
        location / { proxy_pass ${to}; }
      }
    }`;
}

beforeAll(async () => {
  if (!isPossible || !nginx) return;
  instance = await Instance.start({ processes: 1 });
  folder = mkdtempSync(path.join(os.tmpdir(), "lockstep-nginx-"));
  // As root, its workers run as another user.
  chmodSync(folder, 0o711);
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  writeFileSync(path.join(folder, "nginx.conf"), configuration(port, instance.app(0).url));
  server = spawn(nginx, ["-c", path.join(folder, "nginx.conf"), "-e", path.join(folder, "error.log")], {
    stdio: "ignore",
  });
  await until("nginx", async () => {
    if (server.exitCode !== null)
      throw new Error(`nginx ended:\n${readFileSync(path.join(folder, "error.log"), "utf8")}`);
    return fetch(`${url}/api/health`).then(
      ({ ok }) => ok,
      () => false,
    );
  });
}, 240_000);

afterAll(async () => {
  if (!isPossible) return;
  if (server.exitCode === null) {
    const exited = once(server, "exit");
    server.kill("SIGTERM");
    await exited;
  }
  rmSync(folder, { recursive: true, force: true });
  await instance.stop();
}, 60_000);

/** Opens a stream through nginx. @returns how long its first byte took, and its text as it comes */
async function openStream() {
  const began = performance.now();
  const response = await fetch(`${url}/api/events`, { headers: { accept: "text/event-stream" } });
  const reader = response.body?.getReader();
  if (!reader) throw new Error("no body");
  const decoder = new TextDecoder();
  const read = async () => decoder.decode((await reader.read()).value, { stream: true });
  let text = await read();
  const firstByteMs = performance.now() - began;
  return {
    firstByteMs,
    async until(part: string): Promise<void> {
      while (!text.includes(part)) text += await read();
    },
    end: () => reader.cancel(),
  };
}

describe.skipIf(!isPossible)("through nginx with its default buffering", { timeout: 120_000 }, () => {
  test(`the first byte of a stream is there within ${FIRST_BYTE_MS} ms`, async () => {
    const times: number[] = [];
    for (let index = 0; index < CONNECTS; index += 1) {
      const stream = await openStream();
      times.push(stream.firstByteMs);
      await stream.end();
    }
    console.info(`first byte through nginx: ${times.map((time) => time.toFixed(0)).join(", ")} ms`);
    // The quickest of several, because a busy machine may hold any one of them up; a buffer would hold up all.
    expect(Math.min(...times)).toBeLessThan(FIRST_BYTE_MS);
  });

  test("an event comes at once, however little it is, and the stream goes on", async () => {
    const stream = await openStream();
    await stream.until("id: ");
    for (let count = 1; count <= 3; count += 1) {
      const id = randomUUID();
      const event = { feed: "public", id, event: "courseStatusChanged", payload: { eventId: id } };
      await instance.query("SELECT feed_publish($1::jsonb)", [JSON.stringify([event])]);
      // Anything that rings makes the relays look; these events are written by nobody who does.
      await instance.query("SELECT pg_notify('lockstep', '*')");
      await stream.until(id);
    }
    await stream.end();
  });
});
