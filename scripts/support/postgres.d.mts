export type Cluster = {
  /** Of the database "lockstep". */
  url: string;
  /** Resolves with the reason when the database ends, wanted or not. */
  ended: Promise<string>;
  stop: (hasten?: AbortSignal) => Promise<void>;
};

export function startCluster(options: {
  dataDir: string;
  parameters?: Record<string, string>;
  isDisposable?: boolean;
  signal?: AbortSignal;
}): Promise<Cluster>;

export function runningClusterUrl(dataDir: string): string | undefined;
