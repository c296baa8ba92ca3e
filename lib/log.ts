import "server-only";
import pino, { type Logger } from "pino";
import { env } from "@/lib/env";
import { processState } from "@/lib/process-state";

/** Structured log of this process, one JSON object a line on standard output. */
export function log(): Logger {
  return processState("log.v1", () => pino({ level: env().LOG_LEVEL, base: { pid: process.pid } }));
}
