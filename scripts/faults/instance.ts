import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import pg from "pg";
import { PostgresProxy } from "@/lib/live/testing/postgres-proxy";
import { applyMigrations } from "../support/migrations.mjs";
import { freePort } from "../support/ports.mjs";
import { startCluster } from "../support/postgres.mjs";
import { inProject, projectRoot } from "../support/project.mjs";
import { AppProcess, METRICS_TOKEN } from "./app-process";
import { Balancer } from "./balancer";
import { signIn } from "./sign-in";

type Cluster = Awaited<ReturnType<typeof startCluster>>;

export type InstanceOptions = {
  processes: number;
  /** What Node.js itself is started with. */
  nodeArgs?: readonly string[];
};

const SECRET = "the same for all processes of one instance";
const PARAMETERS = {
  // When each event was committed is what silences are measured from.
  track_commit_timestamp: "on",
  max_connections: "300",
};

/** Whether `npm test` has made the build that an instance runs. */
export function isBuilt(): boolean {
  return existsSync(inProject(".next-test", "lockstep-build"));
}

/**
 * Lockstep as it is run at scale: production processes behind a balancer, over a PostgreSQL of their own that does not
 * lose what it has committed, with the demo cast in it. The processes LISTEN through a proxy that can go bad; the first
 * one reaches the database for everything else through another.
 */
export class Instance {
  readonly apps: readonly AppProcess[];
  readonly listenProxy: PostgresProxy;
  readonly firstAppsProxy: PostgresProxy;
  readonly #dataDir: string;
  readonly #port: number;
  readonly #balancer: Balancer;
  #cluster: Cluster;

  private constructor(parts: {
    apps: readonly AppProcess[];
    listenProxy: PostgresProxy;
    firstAppsProxy: PostgresProxy;
    dataDir: string;
    port: number;
    balancer: Balancer;
    cluster: Cluster;
  }) {
    this.apps = parts.apps;
    this.listenProxy = parts.listenProxy;
    this.firstAppsProxy = parts.firstAppsProxy;
    this.#dataDir = parts.dataDir;
    this.#port = parts.port;
    this.#balancer = parts.balancer;
    this.#cluster = parts.cluster;
  }

  static async start({ processes, nodeArgs = [] }: InstanceOptions): Promise<Instance> {
    const dataDir = mkdtempSync(path.join(os.tmpdir(), "lockstep-instance-"));
    // As root, PostgreSQL runs as a user of its own, who must be able to walk here.
    chmodSync(dataDir, 0o711);
    const port = await freePort();
    const cluster = await startCluster({ dataDir, port, parameters: PARAMETERS, isDisposable: true });
    await applyMigrations({ databaseUrl: cluster.url });
    const listening = await PostgresProxy.to(cluster.url);
    const first = await PostgresProxy.to(cluster.url);
    const ports = await Promise.all(Array.from({ length: processes }, freePort));
    const balancer = await Balancer.before(ports);
    const { VITEST: _vitest, ...inherited } = process.env;
    const env = {
      ...inherited,
      NODE_ENV: "production" as const,
      DATABASE_URL: cluster.url,
      LISTEN_DATABASE_URL: listening.url,
      NEXTAUTH_SECRET: SECRET,
      NEXTAUTH_URL: balancer.url,
      LOCKSTEP_DIST_DIR: ".next-test",
      LOCKSTEP_LIMITS: "1000",
      METRICS_TOKEN,
      LOG_LEVEL: "fatal",
    };
    await seed(env);
    const apps = ports.map(
      (port, index) =>
        new AppProcess(port, { ...env, DATABASE_URL: index === 0 ? first.url : cluster.url }, nodeArgs),
    );
    const instance = new Instance({
      apps,
      listenProxy: listening.proxy,
      firstAppsProxy: first.proxy,
      dataDir,
      port,
      balancer,
      cluster,
    });
    try {
      await Promise.all(apps.map((app) => app.start()));
    } catch (error) {
      await instance.stop();
      throw error;
    }
    return instance;
  }

  /** Where people reach it: through the balancer. */
  get url(): string {
    return this.#balancer.url;
  }

  get databaseUrl(): string {
    return this.#cluster.url;
  }

  app(index: number): AppProcess {
    const app = this.apps[index];
    if (!app) throw new Error(`there is no process ${index}`);
    return app;
  }

  signIn(person: string): Promise<string> {
    return signIn(this.url, person);
  }

  /** The sum of a metric over all processes. */
  async metric(name: string): Promise<number> {
    const values = await Promise.all(this.apps.map((app) => app.metric(name)));
    return values.reduce((sum, value) => sum + value, 0);
  }

  /** SQL on one of the cluster's databases, over a connection of its own. */
  async query<Row extends pg.QueryResultRow>(
    text: string,
    values: unknown[] = [],
    database?: string,
  ): Promise<Row[]> {
    const url = new URL(this.databaseUrl);
    if (database !== undefined) url.pathname = `/${database}`;
    const client = new pg.Client({ connectionString: url.href });
    // Whoever restarts the server under it sees its query fail.
    client.on("error", () => undefined);
    await client.connect();
    try {
      return (await client.query<Row>(text, values)).rows;
    } finally {
      await client.end();
    }
  }

  /** Restarts PostgreSQL in immediate mode: it ends as in a crash and recovers from its log. */
  async crashDatabase(): Promise<void> {
    await this.#cluster.stop(AbortSignal.abort());
    this.#cluster = await startCluster({
      dataDir: this.#dataDir,
      port: this.#port,
      parameters: PARAMETERS,
      isDisposable: true,
    });
  }

  /** Copies the database as it is. */
  async backUp(): Promise<void> {
    await this.#withDatabaseClosed(() =>
      this.#administer("CREATE DATABASE lockstep_backup TEMPLATE lockstep"),
    );
  }

  /** Puts the copy in the database's place; what was there until now is `lockstep_before` from then on. */
  async restoreBackup(): Promise<void> {
    await this.#withDatabaseClosed(async () => {
      await this.#administer("ALTER DATABASE lockstep RENAME TO lockstep_before");
      await this.#administer("ALTER DATABASE lockstep_before ALLOW_CONNECTIONS true");
      await this.#administer("ALTER DATABASE lockstep_backup RENAME TO lockstep");
    });
  }

  async dropDatabaseBefore(): Promise<void> {
    await this.#administer("DROP DATABASE lockstep_before WITH (FORCE)");
  }

  async stop(): Promise<void> {
    await Promise.all(this.apps.map((app) => app.end("SIGKILL")));
    await this.#balancer.close();
    await Promise.all([this.listenProxy.close(), this.firstAppsProxy.close()]);
    await this.#cluster.stop();
    rmSync(this.#dataDir, { recursive: true, force: true });
  }

  async #administer(text: string): Promise<void> {
    await this.query(text, [], "postgres");
  }

  /** Keeps everybody out of the database meanwhile. */
  async #withDatabaseClosed(work: () => Promise<void>): Promise<void> {
    await this.#administer("ALTER DATABASE lockstep ALLOW_CONNECTIONS false");
    await this.#administer(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'lockstep'",
    );
    await work();
    await this.#administer("ALTER DATABASE lockstep ALLOW_CONNECTIONS true");
  }
}

async function seed(env: NodeJS.ProcessEnv): Promise<void> {
  const tsx = inProject("node_modules", "tsx", "dist", "cli.mjs");
  const child = spawn(process.execPath, [tsx, "--conditions=react-server", "prisma/seed.ts"], {
    cwd: projectRoot,
    env,
    stdio: "ignore",
  });
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`The demo cast could not be seeded (${code}).`);
}
