import "server-only";
import { sqlPool } from "@/lib/db";
import { isDraining, openStreams } from "@/lib/live/open-streams";
import { relay } from "@/lib/live/relay";

const DATABASE_TIMEOUT_MS = 2_000;

/** How this process does, and whether it can serve: `down` answers 503. */
export async function readHealth() {
  const database = await pingDatabase();
  const { listening, lagMs } = relay().status();
  const status = !database || isDraining() ? "down" : listening ? "ok" : "degraded";
  return {
    status,
    database: database ? "ok" : "unreachable",
    relay: { listening, lagMs, streams: openStreams().size },
  } as const;
}

async function pingDatabase(): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  try {
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error("timeout")), DATABASE_TIMEOUT_MS);
    });
    await Promise.race([sqlPool().query("SELECT 1"), timeout]);
    return true;
  } catch {
    // Being unreachable is the answer, not an error of this check.
    return false;
  } finally {
    clearTimeout(timer);
  }
}
