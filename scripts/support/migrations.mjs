// Migrations by Prisma's schema engine in its WebAssembly form: the native one would have to be downloaded.
// Imports packages, so it is itself imported only once they are there.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { PrismaPg } from "@prisma/adapter-pg";
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from "@prisma/driver-adapter-utils";
import * as bindings from "@prisma/schema-engine-wasm/schema_engine_bg";
import pg from "pg";
import { messageOf, Problem } from "./problem.mjs";
import { inProject } from "./project.mjs";

const migrationsFolder = inProject("prisma", "migrations");
const lockFile = inProject("prisma", "migrations", "migration_lock.toml");
const schemaFile = inProject("prisma", "schema.prisma");

/** Names our advisory lock; Prisma's own engine uses another number. */
const migrationLock = Number.parseInt(
  createHash("sha256").update("lockstep migrations").digest("hex").slice(0, 12),
  16,
);

const noFilter = { externalTables: [], externalEnums: [] };

/** Names of all migrations, oldest first. */
export function listMigrations() {
  if (!existsSync(migrationsFolder)) return [];
  return readdirSync(migrationsFolder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

/**
 * Applies what is not applied yet, as `prisma migrate deploy` would. Processes that do so at once wait for each other.
 * @param {{ databaseUrl: string }} options
 * @returns {Promise<string[]>} the names of the migrations that were applied now
 */
export async function applyMigrations({ databaseUrl }) {
  const client = new pg.Client({ connectionString: databaseUrl });
  try {
    await client.connect();
  } catch (error) {
    throw new Problem(
      `The database cannot be reached (${messageOf(error) || "no answer"}): check DATABASE_URL and that it runs.`,
    );
  }
  // Our own pool, because the engine does not end the one that an adapter makes.
  const pool = new pg.Pool({ connectionString: databaseUrl });
  try {
    await client.query("SELECT pg_advisory_lock($1)", [migrationLock]);
    return await withEngine(new PrismaPg(pool), async (engine) => {
      const { appliedMigrationNames } = await engine.applyMigrations({
        migrationsList: readMigrations(),
        filters: noFilter,
      });
      return appliedMigrationNames;
    });
  } finally {
    await pool.end();
    // Ends the session, and with it the lock.
    await client.end();
  }
}

/**
 * Writes a new migration from what changed in the schema since the last one.
 * @param {string} name
 * @param {Date} now
 * @returns {Promise<string>} its folder, relative to the project
 */
export async function writeMigration(name, now) {
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_|_$/g, "");
  if (!slug) throw new Problem("A migration needs a name: npm run migrate:new -- add-certificates");
  const schema = readFileSync(schemaFile, "utf8");
  const last = listMigrations().at(-1);
  const before = last && readFileSync(path.join(migrationsFolder, last, "schema.prisma"), "utf8");
  const sql = await withEngine(noDatabase, async (engine) => {
    const { stdout } = await engine.diff({
      from: before === undefined ? { tag: "empty" } : datamodel(before),
      to: datamodel(schema),
      script: true,
      exitCode: null,
      filters: noFilter,
    });
    return stdout ?? "";
  });
  if (before !== undefined && (before === schema || /^\s*(--[^\n]*)?\s*$/.test(sql))) {
    throw new Problem(
      `Nothing that the database knows of has changed in prisma/schema.prisma since ${last}: no migration was written.`,
    );
  }
  const timestamp = now.toISOString().replace(/\D/g, "").slice(0, 14);
  const folder = `${timestamp}_${slug}`;
  mkdirSync(path.join(migrationsFolder, folder), { recursive: true });
  writeFileSync(path.join(migrationsFolder, folder, "migration.sql"), sql);
  writeFileSync(path.join(migrationsFolder, folder, "schema.prisma"), schema);
  if (!existsSync(lockFile)) writeFileSync(lockFile, 'provider = "postgresql"\n');
  return path.join("prisma", "migrations", folder);
}

/** @param {string} content */
function datamodel(content) {
  return { tag: /** @type {const} */ ("schemaDatamodel"), files: [{ path: "schema.prisma", content }] };
}

function readMigrations() {
  return {
    baseDir: migrationsFolder,
    lockfile: { path: path.basename(lockFile), content: readFileSync(lockFile, "utf8") },
    shadowDbInitScript: "",
    migrationDirectories: listMigrations().map((name) => ({
      path: name,
      migrationFile: {
        path: "migration.sql",
        content: {
          tag: /** @type {const} */ ("ok"),
          value: readFileSync(path.join(migrationsFolder, name, "migration.sql"), "utf8"),
        },
      },
    })),
  };
}

/**
 * The engine is loaded once in a process, however often this file is (Vitest does so for each of its projects): its
 * bindings, which are there once, would else speak to the memory of another engine.
 * @returns {Promise<void>}
 */
function engineLoaded() {
  /** @type {Record<symbol, Promise<void> | undefined>} */
  const store = /** @type {any} */ (globalThis);
  const key = Symbol.for("lockstep.schema-engine");
  const loading = store[key] ?? loadEngine();
  store[key] = loading;
  return loading;
}

async function loadEngine() {
  const file = inProject("node_modules", "@prisma", "schema-engine-wasm", "schema_engine_bg.wasm");
  /** @type {Record<string, any>} */
  const imports = { ...bindings };
  for (const name of Object.keys(imports)) {
    // The engine leaves the 10 s limit of its own advisory lock running, which would keep this process from ending.
    if (!name.startsWith("__wbg_setTimeout")) continue;
    imports[name] = (/** @type {() => void} */ callback, /** @type {number} */ ms) =>
      setTimeout(callback, ms).unref();
  }
  const { instance } = await WebAssembly.instantiate(await readFile(file), {
    "./schema_engine_bg.js": imports,
  });
  bindings.__wbg_set_wasm(instance.exports);
  /** @type {any} */ (instance.exports).__wbindgen_start();
}

/**
 * Stands where the engine insists on a database although it only compares two schemas: it answers the one question
 * that the engine asks of each (is there a schema "public", and which version are you?).
 * @type {import("@prisma/driver-adapter-utils").SqlMigrationAwareDriverAdapterFactory}
 */
const noDatabase = {
  provider: "postgres",
  adapterName: "lockstep-none",
  connect: async () => noConnection,
  connectToShadowDb: async () => noConnection,
};

/** @type {import("@prisma/driver-adapter-utils").SqlDriverAdapter} */
const noConnection = {
  provider: "postgres",
  adapterName: "lockstep-none",
  queryRaw: async () => ({
    columnNames: ["exists", "version", "numeric_version"],
    columnTypes: [ColumnTypeEnum.Boolean, ColumnTypeEnum.Text, ColumnTypeEnum.Int32],
    rows: [[true, "PostgreSQL 18", 180000]],
  }),
  executeRaw: async () => 0,
  executeScript: async () => {},
  startTransaction: () => Promise.reject(new Error("There is no database to begin a transaction in.")),
  dispose: async () => {},
};

/**
 * @template T
 * @param {import("@prisma/driver-adapter-utils").SqlMigrationAwareDriverAdapterFactory} database
 * @param {(engine: import("@prisma/schema-engine-wasm").SchemaEngine) => Promise<T>} work
 */
async function withEngine(database, work) {
  await engineLoaded();
  const adapter = bindMigrationAwareSqlAdapterFactory(database);
  const engine = await bindings.SchemaEngine.new({ datamodels: undefined }, () => {}, adapter);
  try {
    return await work(engine);
  } catch (error) {
    throw new Problem(`The migrations failed: ${messageOf(error)}`);
  } finally {
    engine.free();
  }
}
