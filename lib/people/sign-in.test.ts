import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { db } from "@/lib/db";
import { hashPassword } from "@/lib/people/passwords";
import { authenticate, countSignInAttempt } from "@/lib/people/sign-in";
import { insertUser } from "@/lib/people/writes";
import { type TestDatabase, useTestDatabase } from "@/lib/testing/database";

let database: TestDatabase;

beforeAll(async () => {
  database = await useTestDatabase();
  const passwordHash = await hashPassword("the right one");
  await db().$transaction((tx) =>
    insertUser(
      tx,
      {
        email: "leah@example.test",
        firstName: "Leah",
        lastName: "Okafor",
        role: "STUDENT",
        organizationId: null,
        timeZone: "Europe/London",
        passwordHash,
        isDemo: false,
      },
      new Date("2026-11-21T12:00:00Z"),
    ),
  );
});
afterAll(() => database.drop());

describe("authenticate", () => {
  it("knows a person by e-mail in any case and by password, and leaves an audit entry", async () => {
    const person = await authenticate({ email: " Leah@Example.test", password: "the right one" });
    expect(person).toMatchObject({ tokenVersion: 0 });
    expect(await db().session.count({ where: { userId: person?.id ?? "", endedAt: null } })).toBe(1);
    const entries = await db().auditEntry.findMany({ where: { action: "session.start" } });
    expect(entries.map(({ actorId }) => actorId)).toEqual([person?.id]);
  });

  it("says the same of a wrong password, an unknown person and what is no sign-in at all", async () => {
    for (const input of [
      { email: "leah@example.test", password: "wrong" },
      { email: "nobody@example.test", password: "the right one" },
      { email: 1 },
      null,
    ]) {
      expect(await authenticate(input)).toBeNull();
    }
  });
});

describe("countSignInAttempt", () => {
  it("stops after ten attempts at one account, from wherever they come, and lets others in", async () => {
    const attempt = (email: string) => countSignInAttempt({ email, password: "wrong" }, randomUUID());
    for (let index = 0; index < 10; index += 1) await attempt("target@example.test");
    await expect(attempt("target@example.test")).rejects.toMatchObject({ code: "rate_limited" });
    await expect(attempt("other@example.test")).resolves.toBeUndefined();
  });

  it("stops after a hundred attempts from one address, whatever the account", async () => {
    const attempt = () =>
      countSignInAttempt({ email: `${randomUUID()}@example.test`, password: "wrong" }, "192.0.2.7");
    for (let index = 0; index < 100; index += 1) await attempt();
    await expect(attempt()).rejects.toMatchObject({
      code: "rate_limited",
      extras: { retryAfterSeconds: expect.any(Number) },
    });
  });

  it("forgets an account's attempts once its person has signed in", async () => {
    const input = { email: "leah@example.test", password: "the right one" };
    for (let index = 0; index < 9; index += 1) await countSignInAttempt(input, randomUUID());
    await authenticate(input);
    for (let index = 0; index < 9; index += 1) await countSignInAttempt(input, randomUUID());
  });
});
