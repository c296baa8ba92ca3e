import { randomUUID } from "node:crypto";
import { once } from "node:events";
import net from "node:net";
import { trimFeeds } from "@/lib/live/retention";
import { readHistory } from "./ledger";
import { pause, until } from "./wait";
import type { World } from "./world";

export type Fault = {
  name: string;
  /** Whether whoever is connected may be reset; else nobody may but for whom the fault itself takes away. */
  mayReset?: boolean;
  /** Does the harm, and what else proves that it was done; called while people write and follow. */
  strike(world: World): Promise<void>;
};

const BALLAST = "x".repeat(16_000);
const BALLAST_EVENTS = 600;
const BALLAST_AT_ONCE = 5;

/** Every fault that the feeds must survive with nothing lost. */
export const faults: readonly Fault[] = [
  { name: "none", strike: () => pause(1_000) },
  {
    name: "LISTEN backends terminated",
    async strike({ instance }) {
      const ended = await instance.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'lockstep-relay' AND datname = 'lockstep'",
      );
      if (ended.length < instance.apps.length) throw new Error(`${ended.length} backends listened`);
    },
  },
  {
    name: "LISTEN sockets blackholed",
    async strike({ instance }) {
      instance.listenProxy.blackhole();
      await pause(3_000);
    },
  },
  {
    name: "LISTEN refused throughout",
    async strike({ instance }) {
      instance.listenProxy.refuse(true);
      await pause(6_000);
      const health = await instance.app(0).health();
      instance.listenProxy.refuse(false);
      if (health?.status !== "degraded") throw new Error(`without LISTEN it says ${health?.status}`);
    },
  },
  {
    name: "LISTEN deaf (a pooler)",
    async strike({ instance }) {
      instance.listenProxy.swallowNotifications(true);
      // The next time that a relay makes sure that it hears, it notices.
      await until("relays that notice", async () => {
        const says = await Promise.all(instance.apps.map((app) => app.health()));
        return says.every((health) => health?.status === "degraded");
      });
      await pause(2_000);
      instance.listenProxy.swallowNotifications(false);
    },
  },
  {
    name: "killed between commit and doorbell",
    async strike(world) {
      const { instance } = world;
      // With nobody else writing, no later event gives the missing one away: only a sweep can find it.
      await world.writers.stop();
      await world.settle();
      const others = instance.apps.slice(1);
      const found = () => Promise.all(others.map((app) => app.metric("lockstep_relay_sweeps_found_total")));
      const before = await found();
      const killed = new Promise<void>((resolve) => {
        instance.firstAppsProxy.atNextCommit(() => {
          instance.app(0).signal("SIGKILL");
          resolve();
        });
      });
      const write = await world.writeAt(0);
      await killed;
      if (write.outcome !== "unknown") throw new Error(`the killed process answered ${write.outcome}`);
      const rows = await instance.query('SELECT 1 FROM "CourseRequest" WHERE location = $1', [write.mark]);
      if (rows.length !== 1) throw new Error("the killed process had not committed");
      await until("sweeps that find it in each of the other processes", async () =>
        (await found()).every((count, index) => count > (before[index] ?? 0)),
      );
      await instance.app(0).end("SIGKILL");
      await instance.app(0).start();
      world.writers.start();
      await pause(1_000);
    },
  },
  {
    name: "process killed under load",
    async strike({ instance }) {
      await instance.app(1).end("SIGKILL");
      await instance.app(1).start();
    },
  },
  {
    name: "SIGSTOP for 10 s",
    async strike({ instance }) {
      instance.app(2).signal("SIGSTOP");
      await pause(10_000);
      instance.app(2).signal("SIGCONT");
    },
  },
  {
    name: "PostgreSQL restarted, immediate mode",
    async strike({ instance }) {
      await instance.crashDatabase();
      await until("a database that answers", async () => (await instance.app(0).health())?.status !== "down");
      await pause(1_000);
    },
  },
  {
    name: "retention below a cursor",
    // Who is slow may stand below the cut at that moment as well.
    mayReset: true,
    async strike({ traveller, instance }) {
      traveller.leave();
      await pause(2_500);
      const before = await instance.query<{ floor: string }>('SELECT max(floor) AS floor FROM "Feed"');
      if ((await trimFeeds(new Date(Date.now() - 500))) === 0) throw new Error("nothing was trimmed");
      const after = await instance.query<{ floor: string }>('SELECT max(floor) AS floor FROM "Feed"');
      if (Number(after[0]?.floor) <= Number(before[0]?.floor ?? 0)) throw new Error("no floor was raised");
      traveller.comeBack();
      await untilReset(traveller, "trimmed");
    },
  },
  {
    name: "restore from a backup",
    mayReset: true,
    async strike(world) {
      const { instance, traveller } = world;
      const from = Date.now();
      await instance.backUp();
      await pause(3_000);
      traveller.leave();
      const left = traveller.position;
      await instance.restoreBackup();
      const restoredAt = Date.now();
      world.noteRestore(await readHistory(instance, "lockstep_before"), from, restoredAt);
      await instance.dropDatabaseBefore();
      // The traveller's cursor is below the head again: only the event's tag tells that it is of another history.
      await until("a head that has passed the cursor again", async () => {
        const history = await readHistory(instance);
        return [...left].every(([feed, { seq }]) => seq <= (history.get(feed)?.at(-1)?.seq ?? 0));
      });
      traveller.comeBack();
      await untilReset(traveller, "diverged");
    },
  },
  {
    name: "long transaction in another database",
    async strike({ instance }) {
      await instance.query("SELECT pg_current_xact_id(), pg_sleep(3)", [], "postgres");
    },
  },
  {
    name: "stalled client",
    async strike({ instance }) {
      const { port } = instance.app(1);
      const cookie = await instance.signIn("admin");
      const stalled = net.connect(port, "127.0.0.1");
      stalled.on("error", () => undefined);
      stalled.write(
        `GET /api/events HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAccept: text/event-stream\r\nCookie: ${cookie}\r\n\r\n`,
      );
      stalled.pause();
      const before = await instance.app(1).metric("lockstep_stream_cuts_total");
      for (let sent = 0; sent < BALLAST_EVENTS; sent += BALLAST_AT_ONCE) {
        await instance.query("SELECT feed_publish($1::jsonb)", [JSON.stringify(ballast())]);
      }
      await until(
        "the stalled client's end",
        async () => (await instance.app(1).metric("lockstep_stream_cuts_total")) > before,
      );
      const closed = once(stalled, "close");
      stalled.resume();
      await closed;
    },
  },
  {
    name: "rolling restart of three processes",
    async strike({ instance }) {
      for (const app of instance.apps) {
        await app.end("SIGTERM");
        await app.start();
      }
    },
  },
];

/** Events for all admins, each larger than what a doorbell carries. */
function ballast() {
  return Array.from({ length: BALLAST_AT_ONCE }, () => {
    const id = randomUUID();
    return {
      feed: "role:admin",
      id,
      event: "courseStatusChanged",
      payload: { eventId: id, ballast: BALLAST },
    };
  });
}

async function untilReset(follower: World["traveller"], reason: string): Promise<void> {
  await until(`${follower.name}'s reset`, () => follower.client.notes.some(({ kind }) => kind === "reset"));
  const resets = follower.client.notes.flatMap((note) => (note.kind === "reset" ? [note.reason] : []));
  if (!resets.includes(reason))
    throw new Error(`${follower.name} was reset because of ${resets}, not ${reason}`);
}
