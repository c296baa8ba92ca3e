import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sqlPool } from "@/lib/db";
import { PostgresProxy } from "@/lib/live/testing/postgres-proxy";
import { type TestDatabase, useTestDatabase } from "@/lib/testing/database";

let database: TestDatabase;
let proxy: PostgresProxy;

beforeAll(async () => {
  database = await useTestDatabase();
  const through = await PostgresProxy.to(database.url);
  proxy = through.proxy;
  process.env.DATABASE_URL = through.url;
});
afterAll(async () => {
  await database.drop();
  await proxy.close();
});

describe("the pool of the feeds", () => {
  it("gives up a query whose connection went dead without a word, and asks the next over another", async () => {
    await sqlPool().query("SELECT 1");
    proxy.blackhole();
    await expect(sqlPool().query("SELECT 2")).rejects.toThrow(/timeout/i);
    const { rows } = await sqlPool().query<{ answer: number }>("SELECT 3 AS answer");
    expect(rows).toEqual([{ answer: 3 }]);
  }, 60_000);
});
