import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { z } from "zod";
import { nextBin } from "../support/build.mjs";
import { projectRoot } from "../support/project.mjs";
import { until } from "./wait";

const health = z.object({
  status: z.string(),
  relay: z.object({ listening: z.boolean(), streams: z.number() }),
});

/** What `GET /api/metrics` is read with. */
export const METRICS_TOKEN = "a token for those who measure";

const TAIL_CHARACTERS = 4_000;

/** One production server process over the build in .next-test. */
export class AppProcess {
  readonly port: number;
  readonly url: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #nodeArgs: readonly string[];
  #child: ChildProcess | null = null;
  #output = "";

  constructor(port: number, env: NodeJS.ProcessEnv, nodeArgs: readonly string[] = []) {
    this.port = port;
    this.url = `http://127.0.0.1:${port}`;
    this.#env = env;
    this.#nodeArgs = nodeArgs;
  }

  /** Resolves once it can serve and hears doorbells. @throws Error with the end of its output when it does not */
  async start(): Promise<void> {
    const child = spawn(process.execPath, [...this.#nodeArgs, nextBin, "start", "-p", String(this.port)], {
      cwd: projectRoot,
      env: this.#env,
      // When whoever started it is gone, the channel closes, and the process ends itself.
      stdio: ["ignore", "pipe", "pipe", "ipc"],
    });
    this.#child = child;
    this.#output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.#output = (this.#output + text).slice(-TAIL_CHARACTERS);
      });
    }
    try {
      await until("a process that serves", async () => {
        if (child.exitCode !== null || child.signalCode !== null) throw new Error("It ended by itself.");
        return (await this.health())?.status === "ok";
      });
    } catch (error) {
      throw new Error(`The process at port ${this.port} did not start:\n${this.#output}`, { cause: error });
    }
  }

  signal(name: NodeJS.Signals): void {
    this.#child?.kill(name);
  }

  /** Resolves once it has ended. Idempotent. */
  async end(name: "SIGTERM" | "SIGKILL"): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill(name);
    await exited;
  }

  /** What it says of itself; null when it does not answer. */
  async health(): Promise<z.infer<typeof health> | null> {
    try {
      const answer = await fetch(`${this.url}/api/health`, { signal: AbortSignal.timeout(5_000) });
      return health.parse(await answer.json());
    } catch {
      return null;
    }
  }

  /** The sum of a metric over all its labels. */
  async metric(name: string, labels = ""): Promise<number> {
    const answer = await fetch(`${this.url}/api/metrics`, {
      headers: { authorization: `Bearer ${METRICS_TOKEN}` },
      signal: AbortSignal.timeout(20_000),
    });
    let sum = 0;
    for (const line of (await answer.text()).split("\n")) {
      if ((line.startsWith(`${name} `) || line.startsWith(`${name}{`)) && line.includes(labels))
        sum += Number(line.slice(line.lastIndexOf(" ") + 1));
    }
    return sum;
  }
}
