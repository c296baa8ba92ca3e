// npm run course:import -- DIR: publishes a course's folder as the next version of that course (docs/courses.md).
import path from "node:path";
import { prepareCheckout } from "./support/checkout.mjs";
import { dataFolder } from "./support/data-folder.mjs";
import { dependencies, requireNodeVersion } from "./support/dependencies.mjs";
import { runningClusterUrl } from "./support/postgres.mjs";
import { prismaClient } from "./support/prisma.mjs";
import { Problem, runMain } from "./support/problem.mjs";
import { run } from "./support/processes.mjs";
import { inProject } from "./support/project.mjs";
import { keptSecret } from "./support/secret.mjs";
import { listenForShutdown } from "./support/shutdown.mjs";

await runMain(async () => {
  requireNodeVersion();
  const [folder] = process.argv.slice(2);
  if (!folder) throw new Problem("Name the course's folder: npm run course:import -- courses/my-course");
  const shutdown = listenForShutdown();
  try {
    await prepareCheckout([dependencies, prismaClient], shutdown.asked);
    const dataDir = dataFolder();
    const databaseUrl = process.env.DATABASE_URL || runningClusterUrl(dataDir);
    if (!databaseUrl)
      throw new Problem(
        "The import needs a database: set DATABASE_URL, or start Lockstep first with npm start.",
      );
    const args = [
      inProject("node_modules", "tsx", "dist", "cli.mjs"),
      "--conditions=react-server",
      inProject("prisma", "import-course.ts"),
      path.resolve(folder),
    ];
    const env = {
      ...process.env,
      DATABASE_URL: databaseUrl,
      NEXTAUTH_SECRET: process.env.NEXTAUTH_SECRET || keptSecret(path.join(dataDir, "nextauth-secret")),
      LOCKSTEP_DATA_DIR: dataDir,
    };
    const { code, output } = await run(process.execPath, args, {
      env,
      signal: shutdown.asked,
      timeoutMs: 3_600_000,
    });
    console.log(output.trim());
    return code ?? 1;
  } finally {
    shutdown.dispose();
  }
});
