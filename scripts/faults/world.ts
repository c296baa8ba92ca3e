import type { History, Write } from "@/lib/live/testing/checker";
import { Follower, type Manner } from "./follower";
import { Instance } from "./instance";
import { isAtHead, prepareDatabase, readHistory } from "./ledger";
import { holdsWithin, until } from "./wait";
import { findCourse, requestCourse, Writers } from "./writers";

const PROCESSES = 3;
const WRITERS = 4;
/** Through the balancer, each for three people. */
const MANNERS: readonly Manner[] = ["steady", "reconnecting", "slow", "steady"];
const SETTLE_MS = 60_000;

/** Everything that a fault is put to: the instance, who follows it, and who writes to it. */
export class World {
  readonly instance: Instance;
  readonly followers: readonly Follower[];
  /** An admin's page that is opened and closed by the faults. */
  readonly traveller: Follower;
  readonly writers: Writers;
  /** What a restore has put an end to since the page was turned: the history, and when it was written and lost. */
  #restores: Array<{ history: History; from: number; until: number }> = [];
  readonly #courseId: string;
  readonly #cookie: string;

  private constructor(
    instance: Instance,
    followers: readonly Follower[],
    traveller: Follower,
    writers: Writers,
    courseId: string,
    cookie: string,
  ) {
    this.instance = instance;
    this.followers = followers;
    this.traveller = traveller;
    this.writers = writers;
    this.#courseId = courseId;
    this.#cookie = cookie;
  }

  static async start(): Promise<World> {
    const instance = await Instance.start({ processes: PROCESSES });
    await prepareDatabase(instance);
    const admin = await instance.signIn("admin");
    const iffat = await instance.signIn("iffat");
    const harbour = await instance.signIn("harbour");
    const people = { admin, iffat, harbour };
    const traveller = new Follower("the traveller", instance.url, admin, "steady", false);
    const followers = [
      // One at each process, so that each always has somebody to tell.
      ...instance.apps.map(
        ({ url }, index) => new Follower(`admin at ${index}`, url, admin, "steady", false),
      ),
      ...Object.entries(people).flatMap(([name, cookie]) =>
        MANNERS.map(
          (manner, index) => new Follower(`${name} ${index} (${manner})`, instance.url, cookie, manner),
        ),
      ),
      traveller,
    ];
    const courseId = await findCourse(instance.url);
    const writers = new Writers(instance.url, [iffat, harbour], courseId, WRITERS);
    const world = new World(instance, followers, traveller, writers, courseId, iffat);
    await until("followers that are followed", () => followers.every(({ position }) => position.size > 0));
    return world;
  }

  /** Writes once, through one process, as one of the writers would. */
  async writeAt(index: number): Promise<Write> {
    return requestCourse(this.instance.app(index).url, this.#cookie, this.#courseId);
  }

  /** A restore has lost what was committed between these times, of which this was the whole history. */
  noteRestore(history: History, from: number, until: number): void {
    this.#restores.push({ history, from, until });
  }

  get pastHistories(): History[] {
    return this.#restores.map(({ history }) => history);
  }

  /** Waits until nothing is left of the fault before: every process serves and hears doorbells. */
  async recover(): Promise<void> {
    await until("processes that hear again", async () => {
      const says = await Promise.all(this.instance.apps.map((app) => app.health()));
      return says.every((health) => health?.status === "ok");
    });
  }

  /** Begins anew for the next fault: nobody has been told or has written anything. */
  turnPage(): void {
    this.#restores = [];
    this.writers.takeWrites();
    for (const follower of this.followers) follower.turnPage();
  }

  /** What was written since the page was turned and must be in the tables still if it was answered ok. */
  takeWrites(): Write[] {
    return this.writers
      .takeWrites()
      .filter(({ startedAt, endedAt }) =>
        this.#restores.every(({ from, until }) => endedAt < from || startedAt > until),
      );
  }

  /** Waits, with nobody writing, until whoever is not away stands at the head. @returns whether all did in time */
  async settle(): Promise<boolean> {
    const history = await readHistory(this.instance);
    return holdsWithin(SETTLE_MS, () =>
      this.followers.every((follower) => follower.isAway || isAtHead(follower.client, history)),
    );
  }

  async stop(): Promise<void> {
    await this.writers.stop();
    await Promise.all(this.followers.map((follower) => follower.stop()));
    await this.instance.stop();
  }
}
