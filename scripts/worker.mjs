// npm run worker: the worker alone, for installations where it runs apart from the web servers.
import path from "node:path";
import { prepareCheckout } from "./support/checkout.mjs";
import { dataFolder } from "./support/data-folder.mjs";
import { dependencies, requireNodeVersion } from "./support/dependencies.mjs";
import { startMediaWorker } from "./support/media-worker.mjs";
import { runningClusterUrl } from "./support/postgres.mjs";
import { prismaClient } from "./support/prisma.mjs";
import { Problem, runMain } from "./support/problem.mjs";
import { keptSecret } from "./support/secret.mjs";
import { listenForShutdown } from "./support/shutdown.mjs";

await runMain(async () => {
  requireNodeVersion();
  const shutdown = listenForShutdown();
  await prepareCheckout([dependencies, prismaClient], shutdown.asked);
  const dataDir = dataFolder();
  const databaseUrl = process.env.DATABASE_URL || runningClusterUrl(dataDir);
  if (!databaseUrl) {
    throw new Problem(
      "The worker needs a database: set DATABASE_URL, or start Lockstep first with npm start.",
    );
  }
  const worker = startMediaWorker({
    env: {
      ...process.env,
      NODE_ENV: "production",
      DATABASE_URL: databaseUrl,
      NEXTAUTH_SECRET: process.env.NEXTAUTH_SECRET || keptSecret(path.join(dataDir, "nextauth-secret")),
      LOCKSTEP_DATA_DIR: dataDir,
    },
    onStarted: ({ pid }) => console.log(`The worker runs as process ${pid} (Ctrl-C ends it).`),
  });
  await shutdown.whenAsked;
  await worker.stop(shutdown.hastened);
  shutdown.dispose();
  return 0;
});
