import "server-only";
import { readStandings } from "@/lib/access/viewer";
import { openStreams } from "@/lib/live/open-streams";
import { log } from "@/lib/log";

/** Sign-out and a change of role, organization or password end a stream within this time and a query. */
const CHECK_MS = 2_000;

/** Ends each stream of this process whose viewer was signed out, or may no longer see just the feeds that it carries. */
export async function endForbiddenStreams(): Promise<void> {
  const signIns = [...openStreams().values()].flatMap(({ viewer }) => (viewer ? [viewer] : []));
  if (signIns.length === 0) return;
  const standings = await readStandings(signIns);
  for (const [stream, { viewer, mayFollow }] of openStreams()) {
    // Those opened while the query ran have just been checked by the request that opened them.
    if (!viewer || !signIns.includes(viewer)) continue;
    if (!mayFollow(standings.get(viewer.sessionId) ?? null)) stream.end("access_changed", 1_000);
  }
}

/** Checks again and again, for as long as the process lives. */
export function watchAccess(): void {
  const timer = setTimeout(async () => {
    try {
      await endForbiddenStreams();
    } catch (error) {
      // Without a database nothing is delivered either; what was missed is found by the next check.
      log().warn({ err: error }, "the streams' viewers could not be checked");
    }
    watchAccess();
  }, CHECK_MS);
  timer.unref();
}
