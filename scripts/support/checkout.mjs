// What a checkout needs before anything runs from it. Several starts from one checkout take turns at it.
import { mkdirSync } from "node:fs";
import { withLock } from "./lock.mjs";
import { codeOf, Problem } from "./problem.mjs";
import { inProject, projectRoot } from "./project.mjs";

/**
 * @typedef {object} CheckoutStep
 * @property {() => boolean} isFresh
 * @property {(signal?: AbortSignal) => Promise<void>} bring
 */

/** Holds the notes about this checkout: locks, and what was generated from which source. */
export const stateFolder = ".lockstep";

/**
 * Brings each thing up to date that is not, in order. A checkout that is complete need not be writable.
 * @param {CheckoutStep[]} steps
 * @param {AbortSignal} [signal]
 */
export async function prepareCheckout(steps, signal) {
  if (steps.every((step) => step.isFresh())) return;
  try {
    mkdirSync(inProject(stateFolder), { recursive: true });
    /** @param {{ pid: number }} holder */
    const onWait = ({ pid }) => console.log(`Waiting for process ${pid}, which prepares the same checkout …`);
    await withLock(inProject(stateFolder, "checkout.lock"), { onWait, signal }, async () => {
      for (const step of steps) if (!step.isFresh()) await step.bring(signal);
    });
  } catch (error) {
    if (["EACCES", "EPERM", "EROFS"].includes(codeOf(error))) {
      throw new Problem(
        `The folder ${projectRoot} must be prepared, and this user cannot write to it; start once as its owner.`,
      );
    }
    throw error;
  }
}
