// npm run test:faults: each fault several times, for longer than in npm test. Ends with the table of what was lost: nothing.
import { build } from "./support/build.mjs";
import { prepareCheckout } from "./support/checkout.mjs";
import { dependencies, requireNodeVersion } from "./support/dependencies.mjs";
import { prismaClient } from "./support/prisma.mjs";
import { runMain } from "./support/problem.mjs";
import { run } from "./support/processes.mjs";
import { inProject } from "./support/project.mjs";
import { listenForShutdown } from "./support/shutdown.mjs";

process.env.LOCKSTEP_DIST_DIR = ".next-test";

await runMain(async () => {
  requireNodeVersion();
  const shutdown = listenForShutdown();
  try {
    await prepareCheckout([dependencies, prismaClient, build], shutdown.asked);
    const args = [inProject("node_modules", "vitest", "vitest.mjs"), "run", "--project", "faults"];
    const { code } = await run(process.execPath, args, {
      env: { ...process.env, LOCKSTEP_FAULTS: "full" },
      show: true,
      signal: shutdown.asked,
      timeoutMs: 3_600_000,
    });
    return code;
  } finally {
    shutdown.dispose();
  }
});
