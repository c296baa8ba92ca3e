// When to end: a signal, a second one to hasten, or the end of npm, which would otherwise leave us behind unseen.
import { Interrupted } from "./problem.mjs";
import { parentOf } from "./processes.mjs";

const signals = /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"]);

/** Ctrl-C in a terminal reaches us twice, from the terminal and from npm; what comes later is a person's second one. */
const samePressMs = 700;

/**
 * @typedef {object} Shutdown
 * @property {AbortSignal} asked
 * @property {AbortSignal} hastened
 * @property {Promise<void>} whenAsked
 * @property {() => void} dispose
 */

/** @returns {Shutdown} */
export function listenForShutdown() {
  const asked = new AbortController();
  const hastened = new AbortController();
  let askedAt = 0;
  const ask = () => {
    if (!asked.signal.aborted) {
      askedAt = Date.now();
      console.log("\nStopping …");
      asked.abort(new Interrupted());
    } else if (Date.now() - askedAt > samePressMs) {
      hastened.abort();
    }
  };
  for (const signal of signals) process.on(signal, ask);

  // npm runs us by a shell: either may be killed alone, and neither then tells us.
  const ancestors = () => [process.ppid, parentOf(process.ppid)].join();
  const before = ancestors();
  const watch = process.env.npm_lifecycle_event
    ? setInterval(() => {
        if (ancestors() !== before && !asked.signal.aborted) ask();
      }, 1_000)
    : undefined;

  return {
    asked: asked.signal,
    hastened: hastened.signal,
    whenAsked: new Promise((resolve) =>
      asked.signal.addEventListener("abort", () => resolve(), { once: true }),
    ),
    dispose() {
      for (const signal of signals) process.off(signal, ask);
      clearInterval(watch);
    },
  };
}
