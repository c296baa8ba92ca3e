// npm run bench:relay: what a reader who does not read costs the others, and what ten thousand connections leave behind.
// Over real HTTP against one production process; all figures that are compared are taken in the same run.
import { randomUUID } from "node:crypto";
import http from "node:http";
import net from "node:net";
import pg from "pg";
import { Doorbell } from "@/lib/live/doorbell";
import { feedEntry } from "@/lib/live/feed-store";
import { Instance } from "../scripts/faults/instance";
import { pause, until } from "../scripts/faults/wait";

const READERS = 20;
const STALLED = 5;
const PAIRS = 3;
const PHASE_MS = 10_000;
const EVENTS_PER_SECOND = 120;
const BALLAST = "x".repeat(4_000);
const FEED = "role:admin";

const WARM_UP = 2_000;
const CONNECTS = 10_000;
const AT_ONCE = 20;

const TOLERANCE = 1.1;
const HEAP_TOLERANCE = 1.05;

const instance = await Instance.start({
  processes: 1,
  nodeArgs: ["--expose-gc", "--import", new URL("collect-garbage.mjs", import.meta.url).href],
});
const app = instance.app(0);
try {
  const isStallHarmless = await measureStalledReaders();
  const isChurnClean = await measureChurn();
  process.exitCode = isStallHarmless && isChurnClean ? 0 : 1;
} finally {
  await instance.stop();
}

/** The others' latencies with stalled readers and without, phase after phase. @returns whether they are the same but for noise */
async function measureStalledReaders(): Promise<boolean> {
  const cookie = await instance.signIn("admin");
  const doorbell = new Doorbell(instance.databaseUrl, 0);
  const writer = new pg.Client({ connectionString: instance.databaseUrl });
  await writer.connect();
  const committedAt = new Map<string, number>();
  let latencies: number[] = [];
  const onEvent = (id: string) => {
    const at = committedAt.get(id);
    if (at !== undefined) latencies.push(performance.now() - at);
  };
  const readers = await Promise.all(Array.from({ length: READERS }, () => openReader(cookie, onEvent)));

  const phase = async (stalled: number) => {
    const before = await app.metric("lockstep_stream_cuts_total");
    const sockets = Array.from({ length: stalled }, () => openStalledReader(cookie));
    await until("the streams of all", async () => (await app.health())?.relay.streams === READERS + stalled);
    latencies = [];
    const end = performance.now() + PHASE_MS;
    let due = performance.now();
    while (performance.now() < end) {
      const id = randomUUID();
      const payload = { eventId: id, ballast: BALLAST };
      const events = [{ feed: FEED, id, event: "courseStatusChanged", payload }];
      const { rows } = await writer.query("SELECT seq FROM feed_publish($1::jsonb)", [
        JSON.stringify(events),
      ]);
      committedAt.set(id, performance.now());
      doorbell.ring([
        feedEntry(FEED, Number(rows[0].seq), id, "courseStatusChanged", JSON.stringify(payload)),
      ]);
      due += 1_000 / EVENTS_PER_SECOND;
      await pause(Math.max(0, due - performance.now()));
    }
    await pause(500);
    const cuts = (await app.metric("lockstep_stream_cuts_total")) - before;
    const rssMib = (await app.metric("process_resident_memory_bytes")) / 2 ** 20;
    for (const socket of sockets) socket.destroy();
    await until("the stalled readers' end", async () => (await app.health())?.relay.streams === READERS);
    const figures = { p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) };
    console.log(
      `${stalled} stalled: ${latencies.length} deliveries, p50 ${figures.p50.toFixed(2)} ms, p99 ${figures.p99.toFixed(2)} ms, ${cuts} cut, ${rssMib.toFixed(0)} MiB`,
    );
    return { ...figures, cuts };
  };

  console.log(
    `A stalled reader: ${READERS} readers, ${EVENTS_PER_SECOND} events/s of 4 KB, ${PAIRS} pairs of phases of ${PHASE_MS / 1000} s`,
  );
  await phase(0);
  const pairs: Array<{
    without: Awaited<ReturnType<typeof phase>>;
    with: Awaited<ReturnType<typeof phase>>;
  }> = [];
  for (let count = 0; count < PAIRS; count += 1)
    pairs.push({ without: await phase(0), with: await phase(STALLED) });
  for (const reader of readers) reader.destroy();
  await Promise.all([doorbell.stop(), writer.end()]);

  const alone = pairs.map(({ without }) => without.p99).sort((a, b) => a - b);
  const noise = (alone.at(-1) ?? 0) / (alone[0] ?? 1);
  const ratio = percentile(
    pairs.map((pair) => pair.with.p99 / pair.without.p99),
    0.5,
  );
  const cuts = pairs.reduce((sum, pair) => sum + pair.with.cuts, 0);
  console.log(
    `p99 with stalled readers / without: ${ratio.toFixed(2)} (median of ${PAIRS}); without them, the slowest phase / the quickest: ${noise.toFixed(2)}; ${cuts} of ${PAIRS * STALLED} stalled readers were cut\n`,
  );
  return ratio <= Math.max(TOLERANCE, noise) && cuts === PAIRS * STALLED;
}

/** @returns whether as many streams and as much heap are there afterwards as before, within 5 % */
async function measureChurn(): Promise<boolean> {
  await churn(WARM_UP);
  const before = await heldBytes();
  const began = performance.now();
  await churn(CONNECTS);
  const seconds = (performance.now() - began) / 1000;
  const after = await heldBytes();
  const streams = await app.metric("lockstep_streams");
  const feeds = await app.metric("lockstep_relay_feeds");
  console.log(
    `${CONNECTS} connects and disconnects in ${seconds.toFixed(0)} s: ${streams} streams and ${feeds} feeds left, heap ${(before / 2 ** 20).toFixed(1)} MiB before, ${(after / 2 ** 20).toFixed(1)} MiB after (${((after / before - 1) * 100).toFixed(2)} %)`,
  );
  return streams === 0 && feeds === 0 && after / before <= HEAP_TOLERANCE;
}

async function churn(count: number): Promise<void> {
  let next = 0;
  const work = async () => {
    for (let index = next++; index < count; index = next++) await comeAndGo(index);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  await until("the end of every stream", async () => (await app.metric("lockstep_streams")) === 0);
}

/** A page that leaves before it is answered, with the answer's head, or after its first event. */
async function comeAndGo(index: number): Promise<void> {
  const request = http.get(`${app.url}/api/events`, {
    agent: false,
    headers: { accept: "text/event-stream" },
  });
  request.on("error", () => undefined);
  const closed = new Promise<void>((resolve) => request.once("close", () => resolve()));
  if (index % 3 === 0) {
    request.once("socket", (socket) => socket.once("connect", () => setImmediate(() => request.destroy())));
  } else {
    request.once("response", (response) => {
      response.on("error", () => undefined);
      if (index % 3 === 1) request.destroy();
      else response.once("data", () => request.destroy());
    });
  }
  await closed;
}

/** What the process holds after its garbage was collected. */
async function heldBytes(): Promise<number> {
  // What just ended may still be held by timers and sockets that are on their way out.
  await pause(6_000);
  const collections = () => app.metric("nodejs_gc_duration_seconds_count", 'kind="major"');
  for (let round = 0; round < 2; round += 1) {
    const before = await collections();
    app.signal("SIGUSR2");
    await until("a collection", async () => (await collections()) > before);
  }
  return app.metric("nodejs_heap_size_used_bytes");
}

function openReader(cookie: string, onEvent: (id: string) => void): Promise<http.ClientRequest> {
  return new Promise((resolve, reject) => {
    const request = http.get(`${app.url}/api/events`, {
      agent: false,
      headers: { accept: "text/event-stream", cookie },
    });
    request.once("error", reject);
    request.once("response", (response) => {
      response.on("error", () => undefined);
      let rest = "";
      response.setEncoding("utf8").on("data", (text: string) => {
        const blocks = (rest + text).split("\n\n");
        rest = blocks.pop() ?? "";
        for (const block of blocks) {
          const [, id] = /"eventId":\s*"([^"]+)"/.exec(block) ?? [];
          if (id !== undefined) onEvent(id);
        }
      });
      resolve(request);
    });
  });
}

/** Asks for a stream and never reads of it. */
function openStalledReader(cookie: string): net.Socket {
  const socket = net.connect(app.port, "127.0.0.1");
  socket.on("error", () => undefined);
  socket.pause();
  socket.write(
    `GET /api/events HTTP/1.1\r\nHost: 127.0.0.1:${app.port}\r\nAccept: text/event-stream\r\nCookie: ${cookie}\r\n\r\n`,
  );
  return socket;
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
