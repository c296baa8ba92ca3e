import { randomUUID } from "node:crypto";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Doorbell } from "@/lib/live/doorbell";
import { Relay } from "@/lib/live/relay";
import { responseSink } from "@/lib/live/response-sink";
import { Stream } from "@/lib/live/stream";
import { type TestDatabase, useTestDatabase } from "@/lib/testing/database";

const CONNECTS = 10_000;
const AT_ONCE = 50;

let database: TestDatabase;
let relay: Relay;

beforeAll(async () => {
  database = await useTestDatabase();
  relay = new Relay(database.url, new Doorbell(database.url, 1));
});
afterAll(async () => {
  await relay.stop();
  await database.drop();
});

const open = new Set<Stream>();

/** A page that comes and goes: at once, after its first bytes, or by the server's own hand. */
async function comeAndGo(index: number): Promise<void> {
  const { body, sink } = responseSink(() => stream.close());
  const stream = new Stream({
    relay,
    feeds: ["public", `user:${randomUUID()}`],
    cursor: null,
    sink,
    now: () => new Date(),
    onClosed: () => open.delete(stream),
  });
  open.add(stream);
  const opened = stream.open();
  if (index % 3 === 0) await body.cancel();
  await opened;
  if (index % 3 === 1) {
    const reader = body.getReader();
    await reader.read();
    await reader.cancel();
  }
  if (index % 3 === 2) stream.end("restart", 1_000);
}

async function churn(count: number): Promise<void> {
  let next = 0;
  const work = async () => {
    for (let index = next++; index < count; index = next++) await comeAndGo(index);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

function heapAfterCollection(): number {
  setFlagsFromString("--expose-gc");
  runInNewContext("gc")();
  return process.memoryUsage().heapUsed;
}

describe("streams that come and go", () => {
  it(`leave nothing behind: after ${CONNECTS} of them no stream, no feed, and the heap as it was`, async () => {
    await churn(2_000);
    const before = heapAfterCollection();
    await churn(CONNECTS);
    expect(open.size).toBe(0);
    expect(relay.status().feeds).toBe(0);
    const growth = heapAfterCollection() / before - 1;
    console.info(
      `heap ${(before / 2 ** 20).toFixed(1)} MiB, ${(growth * 100).toFixed(2)} % more after ${CONNECTS} connects`,
    );
    expect(growth).toBeLessThan(0.05);
  }, 120_000);
});
