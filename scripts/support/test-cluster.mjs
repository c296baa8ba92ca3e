// Vitest's global set-up: one PostgreSQL for the whole run, with a migrated template that every test copies.
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import pg from "pg";
import { applyMigrations } from "./migrations.mjs";
import { startCluster } from "./postgres.mjs";

/** @param {import("vitest/node").TestProject} project */
export default async function startTestCluster(project) {
  const dataDir = mkdtempSync(path.join(os.tmpdir(), "lockstep-test-"));
  // As root, PostgreSQL runs as a user of its own, who must be able to walk here.
  chmodSync(dataDir, 0o711);
  const remove = () => rmSync(dataDir, { recursive: true, force: true });
  try {
    // It need not survive a power cut.
    const parameters = {
      fsync: "off",
      synchronous_commit: "off",
      full_page_writes: "off",
      max_connections: "300",
    };
    const cluster = await startCluster({ dataDir, parameters, isDisposable: true });
    try {
      await makeTemplate(cluster.url);
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    project.provide("clusterUrl", cluster.url);
    return async () => {
      await cluster.stop();
      remove();
    };
  } catch (error) {
    remove();
    throw error;
  }
}

/** @param {string} clusterUrl */
async function makeTemplate(clusterUrl) {
  const client = new pg.Client({ connectionString: clusterUrl });
  await client.connect();
  await client.query("CREATE DATABASE template_lockstep");
  await client.end();
  const url = new URL(clusterUrl);
  url.pathname = "/template_lockstep";
  await applyMigrations({ databaseUrl: url.href });
}
