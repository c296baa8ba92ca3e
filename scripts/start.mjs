// npm start: everything that a fresh checkout needs, then Lockstep itself, until it is told to end.
// npm run dev: the same with --dev, which serves the sources themselves and reloads.
import path from "node:path";
import { build, noteServing } from "./support/build.mjs";
import { prepareCheckout } from "./support/checkout.mjs";
import { dataFolder, takeDataFolder } from "./support/data-folder.mjs";
import { dependencies, requireNodeVersion } from "./support/dependencies.mjs";
import { startMediaWorker } from "./support/media-worker.mjs";
import { requireFreePort } from "./support/ports.mjs";
import { startCluster } from "./support/postgres.mjs";
import { prismaClient } from "./support/prisma.mjs";
import { messageOf, Problem, runMain } from "./support/problem.mjs";
import { run } from "./support/processes.mjs";
import { inProject } from "./support/project.mjs";
import { keptSecret } from "./support/secret.mjs";
import { listenForShutdown } from "./support/shutdown.mjs";
import { step } from "./support/step.mjs";
import { startWebServer, untilHealthy } from "./support/web-server.mjs";

// A terminal or a reader that went away must not keep us from ending in order.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

await runMain(async () => {
  requireNodeVersion();
  const settings = readSettings();
  const { port, address, dataDir, isDevelopment } = settings;
  const shutdown = listenForShutdown();
  /** @type {(() => unknown)[]} what to undo at the end, last first */
  const undo = [() => shutdown.dispose()];
  try {
    const lock = await takeDataFolder(dataDir, address);
    undo.push(() => lock.release());
    await requireFreePort(port);

    await prepareCheckout([dependencies, prismaClient, ...(isDevelopment ? [] : [build])], shutdown.asked);
    if (!isDevelopment) undo.push(noteServing());

    const database = settings.ownDatabaseUrl
      ? { url: settings.ownDatabaseUrl, ended: undefined }
      : await step("Started the database", async () => {
          const cluster = await startCluster({ dataDir, signal: shutdown.asked });
          undo.push(() => cluster.stop(shutdown.hastened));
          return cluster;
        });
    const env = serverEnvironment(settings, database.url);
    await migrate(database.url);
    if (settings.hasDemo) await seed(env, shutdown.asked);
    shutdown.asked.throwIfAborted();

    const server = startWebServer({ port, isDevelopment, env });
    undo.push(() => server.stop(shutdown.hastened));
    const children = server.identity ? [server.identity] : [];
    lock.note({ address, children });
    const worker = startMediaWorker({
      env,
      // A worker that fell is started again: whoever finds this lock must know the one that runs.
      onStarted: (identity) => lock.note({ address, children: [...children, identity] }),
    });
    undo.push(() => worker.stop(shutdown.hastened));
    await untilHealthy({ port, server, asked: shutdown.asked });
    await announce(settings, database.url);

    const endedBecause = await Promise.race([
      server.ended,
      database.ended ?? server.ended,
      shutdown.whenAsked,
    ]);
    if (!endedBecause || shutdown.asked.aborted) return 0;
    throw new Problem(endedBecause);
  } finally {
    for (const action of undo.reverse()) {
      try {
        await action();
      } catch (error) {
        console.error(messageOf(error));
      }
    }
  }
});

/** @typedef {ReturnType<typeof readSettings>} Settings */

function readSettings() {
  const isDevelopment = process.argv.includes("--dev");
  const port = Number(process.env.PORT || "3000");
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    throw new Problem(`PORT must be a number from 1 to 65535, and is "${process.env.PORT}".`);
  }
  const ownDatabaseUrl = process.env.DATABASE_URL || undefined;
  if (ownDatabaseUrl && !isDevelopment && !process.env.NEXTAUTH_SECRET) {
    throw new Problem(
      "With a DATABASE_URL of your own, set NEXTAUTH_SECRET too: a random text of at least 32 characters, the same for every process, as from: openssl rand -hex 32",
    );
  }
  return {
    isDevelopment,
    port,
    address: process.env.NEXTAUTH_URL || `http://localhost:${port}`,
    dataDir: dataFolder(),
    ownDatabaseUrl,
    hasDemo: ownDatabaseUrl ? process.env.LOCKSTEP_DEMO === "1" : process.env.LOCKSTEP_DEMO !== "0",
  };
}

/**
 * @param {Settings} settings
 * @param {string} databaseUrl
 * @returns {NodeJS.ProcessEnv}
 */
function serverEnvironment({ isDevelopment, port, address, dataDir, ownDatabaseUrl }, databaseUrl) {
  const { LOCKSTEP_EMBEDDED: _onlyWeSayThat, ...inherited } = process.env;
  return {
    ...inherited,
    NODE_ENV: isDevelopment ? "development" : "production",
    NEXT_TELEMETRY_DISABLED: "1",
    PORT: String(port),
    DATABASE_URL: databaseUrl,
    NEXTAUTH_URL: address,
    NEXTAUTH_SECRET: process.env.NEXTAUTH_SECRET || keptSecret(path.join(dataDir, "nextauth-secret")),
    LOCKSTEP_DATA_DIR: dataDir,
    ...(!ownDatabaseUrl && { LOCKSTEP_EMBEDDED: "1" }),
  };
}

/** @param {string} databaseUrl */
async function migrate(databaseUrl) {
  // Imports packages, which are there only now.
  const { applyMigrations } = await import("./support/migrations.mjs");
  await step("Checked the migrations", async () => {
    for (const name of await applyMigrations({ databaseUrl })) console.log(`Applied the migration ${name}.`);
  });
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {AbortSignal} signal
 */
async function seed(env, signal) {
  await step("Checked the demo cast", async () => {
    const args = [
      inProject("node_modules", "tsx", "dist", "cli.mjs"),
      "--conditions=react-server",
      "prisma/seed.ts",
    ];
    const { code, output } = await run(process.execPath, args, { env, signal, timeoutMs: 600_000 });
    if (code !== 0)
      throw new Problem(
        `${output.trim()}\nThe demo cast could not be put into the database: see the message above.`,
      );
  });
}

/**
 * @param {Settings} settings
 * @param {string} databaseUrl
 */
async function announce({ address, hasDemo }, databaseUrl) {
  const { describeDemoSignIns } = await import("./support/demo-sign-ins.mjs");
  const signIns = hasDemo ? await describeDemoSignIns(databaseUrl) : [];
  console.log(["", ...signIns, `Lockstep is running at ${address} (Ctrl-C ends it).`, ""].join("\n"));
}
