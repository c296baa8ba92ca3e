import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { Write } from "@/lib/live/testing/checker";
import { pause } from "./wait";

const ROLLBACKS = 0.05;
const ANSWER_LIMIT_MS = 12_000;

/** What a request of these writers is called, so that a rule of the suite's own database knows what to roll back. */
export const ROLLED_BACK = "Rolled back";

const catalogue = z.object({ items: z.array(z.object({ id: z.string() })).min(1) });

/** The id of a course that can be requested. */
export async function findCourse(url: string): Promise<string> {
  const { items } = catalogue.parse(await (await fetch(`${url}/api/catalogue`)).json());
  const [course] = items;
  if (!course) throw new Error("the catalogue is empty");
  return course.id;
}

/** Requests a course, and tells what became of it as far as whoever asked can know. */
export async function requestCourse(
  url: string,
  cookie: string,
  courseId: string,
  rollsBack = false,
): Promise<Write> {
  const mark = `${rollsBack ? ROLLED_BACK : "Under fault"} ${randomUUID()}`;
  const startedAt = Date.now();
  let outcome: Write["outcome"] = "unknown";
  try {
    const response = await fetch(`${url}/api/requests`, {
      method: "POST",
      headers: { cookie },
      body: JSON.stringify({
        courseId,
        preferredDates: ["2099-01-01T09:00:00Z"],
        headcount: 1,
        location: mark,
      }),
      signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
    });
    await response.text();
    if (response.status === 201) outcome = "ok";
    // After a 5xx nobody knows whether the database had committed before its answer was lost.
    else if (response.status < 500) outcome = "failed";
  } catch {
    // No answer: whether it was committed, the tables tell.
  }
  return { mark, outcome, rollsBack, startedAt, endedAt: Date.now() };
}

/** People who go on requesting courses, through whichever process answers; some of it rolls back at its commit. */
export class Writers {
  readonly #url: string;
  readonly #cookies: readonly string[];
  readonly #courseId: string;
  readonly #count: number;
  #writes: Write[] = [];
  #isWriting = false;
  #working: Array<Promise<void>> = [];

  constructor(url: string, cookies: readonly string[], courseId: string, count: number) {
    this.#url = url;
    this.#cookies = cookies;
    this.#courseId = courseId;
    this.#count = count;
  }

  start(): void {
    this.#isWriting = true;
    this.#working = Array.from({ length: this.#count }, (_, index) => this.#work(index));
  }

  /** Resolves once what had begun has been answered. */
  async stop(): Promise<void> {
    this.#isWriting = false;
    await Promise.all(this.#working);
  }

  /** Everything written since it was last taken. */
  takeWrites(): Write[] {
    const writes = this.#writes;
    this.#writes = [];
    return writes;
  }

  async #work(index: number): Promise<void> {
    const cookie = this.#cookies[index % this.#cookies.length] ?? "";
    while (this.#isWriting) {
      const rollsBack = Math.random() < ROLLBACKS;
      this.#writes.push(await requestCourse(this.#url, cookie, this.#courseId, rollsBack));
      await pause(Math.random() * 20);
    }
  }
}
