import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sqlPool } from "@/lib/db";
import { checkClient, checkWrites, gapsOf, longestSilenceMs } from "@/lib/live/testing/checker";
import { isBuilt } from "./instance";
import { readHistory, readRows } from "./ledger";
import { type Fault, faults } from "./nemesis";
import { pause } from "./wait";
import { World } from "./world";

// Real processes over the build that `npm test` made in .next-test.
if (!isBuilt()) console.log("Skipped the fault suite: there is no build in .next-test; npm test makes one.");

/** `npm run test:faults` puts each fault several times, for longer; `npm test` once. */
const isFull = process.env.LOCKSTEP_FAULTS === "full";
const ROUNDS = isFull ? 3 : 1;
/** How long people write before a fault and after it. */
const AROUND_MS = isFull ? 3_000 : 800;

type Row = {
  fault: string;
  /** Events that were committed to the feeds from its beginning to the end. */
  committed: number;
  /** Of those and earlier ones, what all followers were told in that time. */
  delivered: number;
  lost: number;
  "twice in a connection": number;
  resets: number;
  /**
   * From an event's commit until a follower was told of it, at the worst, over those who read at once and may come back
   * through any process.
   */
  "longest silence (ms)": number;
};

let world: World;
const rows: Row[] = [];

beforeAll(async () => {
  if (!isBuilt()) return;
  world = await World.start();
  // What the suite itself runs of Lockstep, retention, runs on the same database.
  process.env.DATABASE_URL = world.instance.databaseUrl;
  process.env.NEXTAUTH_SECRET = "a secret that only tests know, 40 signs.";
  process.env.LOG_LEVEL = "silent";
}, 240_000);

afterAll(async () => {
  if (!isBuilt()) return;
  console.table(rows);
  await sqlPool().end();
  await world.stop();
}, 60_000);

/** Puts one fault to three processes under load, waits until every follower is at the head, and checks them all. */
async function put(fault: Fault): Promise<void> {
  const { followers, writers, instance } = world;
  await world.recover();
  world.turnPage();
  const began = Date.now();
  writers.start();
  try {
    await pause(AROUND_MS);
    await fault.strike(world);
    await pause(AROUND_MS);
  } finally {
    await writers.stop();
  }
  await world.settle();

  const histories = [...world.pastHistories, await readHistory(instance)];
  const last = histories.at(-1) ?? new Map();
  const clients = followers.map(({ client }) => client);
  const verdicts = clients.map((client) => checkClient(client, histories));
  const sum = (of: (verdict: (typeof verdicts)[number]) => number) =>
    verdicts.reduce((total, verdict) => total + of(verdict), 0);
  const prompt = followers.filter((follower) => follower.isPrompt);
  const row: Row = {
    fault: fault.name,
    committed: [...last.values()].flat().filter(({ committedAt }) => (committedAt ?? 0) >= began).length,
    delivered: sum(({ delivered }) => delivered),
    lost: sum(({ lost }) => lost),
    "twice in a connection": sum(({ duplicates }) => duplicates),
    resets: sum(({ resets }) => resets),
    "longest silence (ms)": Math.round(
      longestSilenceMs(
        prompt.map(({ client }) => client),
        last,
        began,
      ),
    ),
  };
  rows.push(row);

  const writes = world.takeWrites();
  expect(
    verdicts.flatMap(({ wrongs }) => wrongs),
    "nothing foreign, nothing that rolled back",
  ).toEqual([]);
  expect(row).toMatchObject({
    lost: 0,
    "twice in a connection": 0,
    ...(fault.mayReset ? {} : { resets: 0 }),
  });
  expect(histories.flatMap(gapsOf), "the feeds have no gaps").toEqual([]);
  expect(checkWrites(writes, await readRows(instance, writes))).toEqual([]);
  expect(writes.filter(({ outcome }) => outcome === "ok").length, "people could write").toBeGreaterThan(5);
}

describe.skipIf(!isBuilt())("three processes over one database lose nothing", { timeout: 240_000 }, () => {
  describe.each(Array.from({ length: ROUNDS }, (_, index) => index + 1))("round %i", () => {
    test.each(faults)("under: $name", async (fault) => {
      await put(fault);
    });
  });
});
