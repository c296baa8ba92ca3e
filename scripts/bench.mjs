// npm run bench:NAME: the measurement bench/NAME.ts, against the production build.
import { existsSync } from "node:fs";
import { build } from "./support/build.mjs";
import { prepareCheckout } from "./support/checkout.mjs";
import { dependencies, requireNodeVersion } from "./support/dependencies.mjs";
import { prismaClient } from "./support/prisma.mjs";
import { Problem, runMain } from "./support/problem.mjs";
import { run } from "./support/processes.mjs";
import { inProject } from "./support/project.mjs";
import { listenForShutdown } from "./support/shutdown.mjs";

process.env.LOCKSTEP_DIST_DIR = ".next-test";

await runMain(async () => {
  requireNodeVersion();
  const [name = ""] = process.argv.slice(2);
  const file = inProject("bench", `${name}.ts`);
  if (!/^[a-z-]+$/.test(name) || !existsSync(file)) throw new Problem("Usage: npm run bench:relay");
  const shutdown = listenForShutdown();
  try {
    await prepareCheckout([dependencies, prismaClient, build], shutdown.asked);
    const tsx = inProject("node_modules", "tsx", "dist", "cli.mjs");
    const { code } = await run(process.execPath, [tsx, "--conditions=react-server", file], {
      show: true,
      signal: shutdown.asked,
      timeoutMs: 1_800_000,
    });
    return code;
  } finally {
    shutdown.dispose();
  }
});
