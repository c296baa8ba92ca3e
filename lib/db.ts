import "server-only";
import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { env } from "@/lib/env";
import { type Prisma, PrismaClient } from "@/lib/generated/prisma/client";
import { log } from "@/lib/log";
import { processState } from "@/lib/process-state";

export type Transaction = Prisma.TransactionClient;

const CONNECT_TIMEOUT_MS = 5_000;
const QUERY_TIMEOUT_MS = 10_000;

/** The Prisma client of this process: every business read and write. */
export function db(): PrismaClient {
  return processState(
    "prisma.v1",
    () =>
      new PrismaClient({
        adapter: new PrismaPg({
          connectionString: env().DATABASE_URL,
          max: 20,
          connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
          application_name: "lockstep",
        }),
        transactionOptions: { maxWait: 5_000, timeout: 10_000 },
      }),
  );
}

/** Plain SQL for the feeds and the rate limits, apart from `db` so that a crowd of transactions cannot starve them. */
export function sqlPool(): pg.Pool {
  return processState("sql-pool.v1", () => {
    const pool = new pg.Pool({
      connectionString: env().DATABASE_URL,
      max: 6,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      // Over a connection that went dead without a word, a sweep would wait for its answer for ever.
      query_timeout: QUERY_TIMEOUT_MS,
      keepAlive: true,
      application_name: "lockstep-feeds",
    });
    // An idle connection that the server ends must not end the process; the next query opens another.
    pool.on("error", (error) => log().warn({ error: error.message }, "an idle database connection was lost"));
    return pool;
  });
}

/** Plain SQL of the busiest paths, who is asking and what a learner did, apart from both others. */
export function busyPool(): pg.Pool {
  return processState("busy-pool.v1", () => {
    const pool = new pg.Pool({
      connectionString: env().DATABASE_URL,
      max: 10,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      application_name: "lockstep-busy",
    });
    pool.on("error", (error) => log().warn({ error: error.message }, "an idle database connection was lost"));
    return pool;
  });
}
