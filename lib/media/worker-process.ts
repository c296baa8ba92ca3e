// The worker's process: what scripts/worker.mjs and npm start run, with --conditions=react-server.
import { db, sqlPool } from "@/lib/db";
import { env } from "@/lib/env";
import { relay } from "@/lib/live/relay";
import { log } from "@/lib/log";
import { runWorker } from "@/lib/media/worker";

const stop = new AbortController();
for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => stop.abort());
// Whoever started this process holds the other end: when that is killed, nobody else would end this one.
process.on("disconnect", () => stop.abort());

env();
relay().start();
try {
  await runWorker(stop.signal);
} catch (error) {
  log().fatal({ err: error }, "the worker ended");
  process.exitCode = 1;
}
await relay().stop();
await Promise.all([db().$disconnect(), sqlPool().end()]);
// The channel would keep the process.
process.exit();
