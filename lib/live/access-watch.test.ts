import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { db } from "@/lib/db";
import { endForbiddenStreams } from "@/lib/live/access-watch";
import { feedsOf, hasFeeds } from "@/lib/live/feeds";
import { assertMayOpen, openStreams } from "@/lib/live/open-streams";
import { relay } from "@/lib/live/relay";
import { Stream } from "@/lib/live/stream";
import { RecordingSink } from "@/lib/live/testing/recording-sink";
import { endSession } from "@/lib/people/sign-in";
import { insertOrganization, insertUser } from "@/lib/people/writes";
import { type TestDatabase, useTestDatabase } from "@/lib/testing/database";

const now = new Date("2026-11-21T12:00:00Z");

let database: TestDatabase;

beforeAll(async () => {
  database = await useTestDatabase();
});
afterEach(() => {
  for (const stream of openStreams().keys()) stream.close();
});
afterAll(async () => {
  await relay().stop();
  await database.drop();
});

/** Somebody of an organization with one sign-in and one open stream. */
async function follower() {
  const { userId, organizationId, sessionId } = await db().$transaction(async (tx) => {
    const organizationId = await insertOrganization(tx, `Organization ${randomUUID()}`, now);
    const email = `${randomUUID()}@example.test`;
    const names = {
      email,
      firstName: "Noura",
      lastName: "Test",
      timeZone: "Asia/Riyadh",
      passwordHash: "-",
      isDemo: false,
    };
    const userId = await insertUser(tx, { ...names, role: "ORGANIZATION", organizationId }, now);
    const { id: sessionId } = await tx.session.create({
      data: { userId, createdAt: now },
      select: { id: true },
    });
    return { userId, organizationId, sessionId };
  });
  const viewer = { userId, organizationId, role: "ORGANIZATION", sessionId, tokenVersion: 0 } as const;
  const feeds = feedsOf(viewer);
  const owner = {
    address: "192.0.2.1",
    viewer,
    feeds,
    mayFollow: (standing: Parameters<typeof hasFeeds>[0]) => hasFeeds(standing, feeds),
  };
  const sink = new RecordingSink();
  const stream = new Stream({
    relay: relay(),
    feeds: owner.feeds,
    cursor: null,
    sink,
    now: () => now,
    onClosed: () => openStreams().delete(stream),
  });
  openStreams().set(stream, owner);
  await stream.open();
  return { ...viewer, sink, owner };
}

describe("a stream", () => {
  it("goes on while nothing has changed for its viewer", async () => {
    const { sink } = await follower();
    await endForbiddenStreams();
    expect(sink.closed).toBe("no");
  });

  it("ends when its viewer is signed out there, and those of other sign-ins go on", async () => {
    const [one, other] = [await follower(), await follower()];
    await endSession({ sub: one.userId, sessionId: one.sessionId });
    await endForbiddenStreams();
    expect(one.sink.closed).toBe("ended");
    expect(one.sink.byes).toEqual(["access_changed"]);
    expect(other.sink.closed).toBe("no");
  });

  it("ends when the role, the organization or the password of its viewer changes", async () => {
    const elsewhere = await db().$transaction((tx) =>
      insertOrganization(tx, `Elsewhere ${randomUUID()}`, now),
    );
    const changes = [
      { role: "STAFF" },
      { organizationId: elsewhere },
      { tokenVersion: { increment: 1 } },
    ] as const;
    for (const data of changes) {
      const { userId, sink } = await follower();
      await db().user.update({ where: { id: userId }, data });
      await endForbiddenStreams();
      expect(sink.closed, JSON.stringify(data)).toBe("ended");
    }
  });
});

describe("the limits", () => {
  it("let one person open thirty streams, and others go on", async () => {
    const { owner } = await follower();
    const { owner: other } = await follower();
    const idle = () =>
      new Stream({ relay: relay(), feeds: [], cursor: null, sink: new RecordingSink(), now: () => now });
    for (let count = 1; count < 30; count += 1) {
      expect(() => assertMayOpen(owner)).not.toThrow();
      openStreams().set(idle(), owner);
    }
    expect(() => assertMayOpen(owner)).toThrow("Too many live connections");
    expect(() => assertMayOpen(other)).not.toThrow();
    openStreams().clear();
  });
});
