// npm run migrate: applies the migrations. npm run migrate:new -- NAME: writes one from what changed in the schema.

import { prepareCheckout } from "./support/checkout.mjs";
import { dataFolder, takeDataFolder } from "./support/data-folder.mjs";
import { dependencies, requireNodeVersion } from "./support/dependencies.mjs";
import { runningClusterUrl, startCluster } from "./support/postgres.mjs";
import { runMain } from "./support/problem.mjs";

await runMain(async () => {
  requireNodeVersion();
  await prepareCheckout([dependencies]);
  const { applyMigrations, writeMigration } = await import("./support/migrations.mjs");

  const [mode, ...words] = process.argv.slice(2);
  if (mode === "--new") {
    console.log(
      `Wrote ${await writeMigration(words.join(" "), new Date())}: read it, complete it, and commit it.`,
    );
    return 0;
  }

  const { url, close } = await openDatabase();
  try {
    const applied = await applyMigrations({ databaseUrl: url });
    console.log(applied.length ? `Applied ${applied.join(", ")}.` : "The database is up to date.");
  } finally {
    await close();
  }
  return 0;
});

/** One's own database, or the embedded one: the one that runs, else one that is started for the duration. */
async function openDatabase() {
  if (process.env.DATABASE_URL) return { url: process.env.DATABASE_URL, close: async () => {} };
  const dataDir = dataFolder();
  const running = runningClusterUrl(dataDir);
  if (running) return { url: running, close: async () => {} };
  const lock = await takeDataFolder(dataDir, "being migrated");
  try {
    const cluster = await startCluster({ dataDir });
    return {
      url: cluster.url,
      close: async () => {
        await cluster.stop();
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}
