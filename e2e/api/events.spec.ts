import { type APIRequestContext, expect, test } from "playwright/test";
import { EventStream } from "../support/event-stream";
import { apiAs, cookieOf } from "../support/people";
import { requestCourse } from "../support/training";

let iffat: APIRequestContext;
let harbour: APIRequestContext;

test.beforeAll(async () => {
  [iffat, harbour] = await Promise.all([apiAs("iffat"), apiAs("harbour")]);
});
test.afterAll(async () => {
  await Promise.all([iffat.dispose(), harbour.dispose()]);
});

const poll = async (api: APIRequestContext, cursor?: string) =>
  (
    await api.get("/api/events", {
      headers: { accept: "application/json" },
      params: cursor === undefined ? {} : { cursor },
    })
  ).json();

test("any kept cursor brings exactly the missing events in order, as JSON and as a stream", async () => {
  const cursors: string[] = [(await poll(harbour)).cursor];
  for (let index = 0; index < 4; index += 1) {
    await requestCourse(harbour);
    cursors.push((await poll(harbour)).cursor);
  }
  const whole = (await poll(harbour, cursors[0])).events;
  expect(whole).toHaveLength(4);
  const seqs = whole.map((event: { seq: number }) => event.seq);
  expect(seqs).toEqual([0, 1, 2, 3].map((index) => seqs[0] + index));

  const cookie = await cookieOf(harbour);
  for (const [seen, cursor] of cursors.entries()) {
    const missing = await poll(harbour, cursor);
    expect(missing.reset).toBeUndefined();
    expect(missing.events).toEqual(whole.slice(seen));
    expect(missing.cursor).toBe(cursors.at(-1));
    for (const opened of [{ cursor }, { cursor: cursors[0] ?? "", lastEventId: cursor }]) {
      const stream = await EventStream.open(cookie, opened);
      await stream.until(() => stream.cursor === cursors.at(-1));
      expect(stream.published.map(({ data }) => data.seq)).toEqual(seqs.slice(seen));
      expect(stream.events.filter(({ event }) => event === "reset")).toEqual([]);
      stream.close();
    }
  }
});

test("a future, foreign or malformed cursor brings one reset, and the stream goes on from the head", async () => {
  const own = (await poll(harbour)).cursor;
  const future = Buffer.from(
    Buffer.from(own, "base64url")
      .toString()
      .replace(/(organization:[^~]+)~\d+/, "$1~999999"),
  ).toString("base64url");
  const cookie = await cookieOf(harbour);
  const cases: Array<[string, string]> = [
    [future, "ahead"],
    [(await poll(iffat)).cursor, "other_feeds"],
    ["nonsense", "malformed"],
    ["%00%F0", "malformed"],
  ];
  for (const [cursor, reason] of cases) {
    const answer = await poll(harbour, cursor);
    expect(answer).toMatchObject({ events: [], reset: reason });
    const stream = await EventStream.open(cookie, { cursor });
    await stream.until(() => stream.cursor !== null && stream.events.length > 0);
    await requestCourse(harbour);
    await stream.until(() => stream.published.length === 1);
    expect(stream.events.filter(({ event }) => event === "reset").map(({ data }) => data.reason)).toEqual([
      reason,
    ]);
    stream.close();
  }
});

test("a stream is unbuffered, uncompressed, and begins with a heartbeat that the page can see", async () => {
  const stream = await EventStream.open(await cookieOf(harbour));
  expect(stream.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
  expect(stream.headers.get("cache-control")).toBe("no-cache, no-transform");
  expect(stream.headers.get("content-encoding")).toBeNull();
  await stream.until(() => stream.events.some(({ event }) => event === "heartbeat"));
  stream.close();
});

test("a visitor's stream carries the public feed alone", async () => {
  const visitor = await EventStream.open("");
  await visitor.until(() => visitor.cursor !== null);
  expect(Buffer.from(visitor.cursor ?? "", "base64url").toString()).toMatch(/^public~\d+~[0-9a-f]*$/);
  visitor.close();
});
