/** Runs once when the server starts. What needs Node.js stands in a module of its own, which no other runtime loads. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { startProcess } = await import("@/lib/process");
  startProcess();
  const [{ keepLearningJobs }, { now }] = await Promise.all([
    import("@/lib/learning/jobs"),
    import("@/lib/clock"),
  ]);
  keepLearningJobs(now);
}
