/**
 * Does one long thing and prints one line when it is done, with the time it took.
 * @template T
 * @param {string} title what was done, as "Applied the migrations"
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(title, work) {
  const startedAt = performance.now();
  const result = await work();
  console.log(`${title} (${secondsSince(startedAt)} s)`);
  return result;
}

/** @param {number} startedAt of performance.now() */
export function secondsSince(startedAt) {
  return ((performance.now() - startedAt) / 1000).toFixed(1);
}
