import "fake-indexeddb/auto";
import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Outbox } from "./outbox";
import { OutboxStore } from "./outbox-store";

const COURSE = randomUUID();
const CONTENT = randomUUID();

type Sent = { event_id: string; session_id: string; data?: { position?: number } };

/** The server's end: what it was sent, and how it answers. */
class Server {
  status = 200;
  readonly batches: Sent[][] = [];
  readonly starts: string[] = [];
  #waiting: Array<() => void> = [];

  readonly fetch = async (url: string, init: RequestInit): Promise<Response> => {
    if (this.status === 0) throw new TypeError("Failed to fetch");
    const body = JSON.parse(String(init.body));
    if (this.status !== 200)
      return Response.json({ error: { code: "x", message: "No." } }, { status: this.status });
    if (url.endsWith("start_session")) {
      this.starts.push(body.client_id);
      return Response.json({ session_id: sessionOf(body.client_id), started_at: new Date().toISOString() });
    }
    this.batches.push(body.events);
    for (const wake of this.#waiting.splice(0)) wake();
    return Response.json({
      accepted: body.events.length,
      duplicates: 0,
      refused: [],
      content: [],
      course: null,
    });
  };

  get events(): Sent[] {
    return this.batches.flat();
  }
}

const sessions = new Map<string, string>();
function sessionOf(clientId: string): string {
  const id = sessions.get(clientId) ?? randomUUID();
  sessions.set(clientId, id);
  return id;
}

let server: Server;
const opened: Outbox[] = [];

/** A tab of somebody. Those of one database share a browser. */
function tab(viewerId: string, database: string): Outbox {
  const outbox = new Outbox(viewerId, new OutboxStore(database));
  opened.push(outbox);
  outbox.start();
  return outbox;
}

beforeEach(() => {
  server = new Server();
  vi.stubGlobal("fetch", server.fetch);
  vi.stubGlobal("window", new EventTarget());
  vi.stubGlobal("navigator", { userAgent: "Chrome/1 Linux" });
});

afterEach(() => {
  for (const outbox of opened.splice(0)) outbox.stop();
  vi.unstubAllGlobals();
});

const waitingOf = (outbox: Outbox) => vi.waitFor(() => outbox.getStatus(), { timeout: 5_000 });

describe("the outbox", () => {
  it("sends what was recorded, with the session that the server named", async () => {
    const outbox = tab("ann", randomUUID());
    outbox.record(COURSE, { content_id: CONTENT, interaction_type: "view" });
    outbox.flush();
    await vi.waitFor(() => expect(server.events).toHaveLength(1));
    expect([...sessions.values()]).toContain(server.events[0]?.session_id);
    await vi.waitFor(() => expect(outbox.getStatus()).toEqual({ waiting: 0, problem: null }));
  });

  it("keeps all of it while the server is away, says so, and sends it once when it is back, after a reload too", async () => {
    const database = randomUUID();
    const first = tab("ann", database);
    server.status = 0;
    for (const type of ["view", "play", "pause"] as const)
      first.record(COURSE, { content_id: CONTENT, interaction_type: type });
    first.flush();
    await vi.waitFor(() => expect(first.getStatus()).toEqual({ waiting: 3, problem: "unreachable" }));
    first.stop();

    server.status = 200;
    const second = tab("ann", database);
    await vi.waitFor(() => expect(server.events).toHaveLength(3));
    await vi.waitFor(async () => expect((await waitingOf(second)).waiting).toBe(0));
    second.flush();
    await vi.waitFor(() => expect(new Set(server.events.map(({ event_id }) => event_id)).size).toBe(3));
    expect(server.events).toHaveLength(3);
  });

  it("keeps it through an expired sign-in, and says that it is that", async () => {
    const outbox = tab("ann", randomUUID());
    server.status = 401;
    outbox.record(COURSE, { content_id: CONTENT, interaction_type: "view" });
    outbox.flush();
    await vi.waitFor(() => expect(outbox.getStatus()).toEqual({ waiting: 1, problem: "signed_out" }));
    server.status = 200;
    outbox.flush();
    await vi.waitFor(() => expect(server.events).toHaveLength(1));
  });

  it("never sends what somebody else left in the same browser", async () => {
    const database = randomUUID();
    const ann = tab("ann", database);
    server.status = 0;
    ann.record(COURSE, { content_id: CONTENT, interaction_type: "view" });
    ann.flush();
    await vi.waitFor(() => expect(ann.getStatus().problem).toBe("unreachable"));
    ann.stop();

    server.status = 200;
    const bob = tab("bob", database);
    bob.record(COURSE, { content_id: CONTENT, interaction_type: "play" });
    bob.flush();
    await vi.waitFor(() => expect(bob.getStatus().waiting).toBe(0));
    await vi.waitFor(() => expect(server.events).toHaveLength(1));
    expect(await new OutboxStore(database).countOf("ann")).toBe(1);
  });

  it("begins a new event once a growing one has gone out, so that nothing after it is lost", async () => {
    const outbox = tab("ann", randomUUID());
    const progress = (position: number) =>
      ({ content_id: CONTENT, interaction_type: "progress", data: { position } }) as const;
    const first = outbox.record(COURSE, progress(1), true);
    expect(await outbox.grow(COURSE, first, progress(2))).toBe(first);
    outbox.flush();
    await vi.waitFor(() => expect(server.events.map(({ data }) => data?.position)).toEqual([2]));
    const second = await outbox.grow(COURSE, first, progress(3));
    expect(second).not.toBe(first);
    outbox.flush();
    await vi.waitFor(() => expect(server.events.map(({ data }) => data?.position)).toEqual([2, 3]));
  });

  it("knows the last place that was kept, whether it was sent or not", async () => {
    const database = randomUUID();
    const first = tab("ann", database);
    server.status = 0;
    first.record(COURSE, { content_id: CONTENT, interaction_type: "progress", data: { position: 42 } });
    await vi.waitFor(async () => expect(await new OutboxStore(database).countOf("ann")).toBe(1));
    first.stop();
    server.status = 200;
    const second = tab("ann", database);
    expect((await second.lastPlace(CONTENT))?.position).toBe(42);
    await vi.waitFor(() => expect(server.events).toHaveLength(1));
    expect((await second.lastPlace(CONTENT))?.position).toBe(42);
  });
});
