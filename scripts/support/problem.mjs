/** Something that the user can put right. Its message says what happened and what to do; no stack trace is shown. */
export class Problem extends Error {}

/** The user asked for the end (Ctrl-C, SIGTERM) while something was under way. */
export class Interrupted extends Error {}

/**
 * The message of a thrown value, whatever it is.
 * @param {unknown} error
 */
export function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}

/**
 * The code of a system error, as "EACCES", or "" when there is none.
 * @param {unknown} error
 */
export function codeOf(error) {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

/**
 * Runs a script's main function; its answer is the exit code.
 * @param {() => Promise<number>} main
 */
export async function runMain(main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    if (error instanceof Interrupted) {
      process.exitCode = 130;
      return;
    }
    console.error(error instanceof Problem ? error.message : error);
    process.exitCode = 1;
  }
}
