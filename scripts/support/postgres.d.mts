export function startCluster(options: {
  dataDir: string;
  parameters?: Record<string, string>;
  isDisposable?: boolean;
  signal?: AbortSignal;
}): Promise<{ url: string; ended: Promise<string>; stop(hasten?: AbortSignal): Promise<void> }>;
export function runningClusterUrl(dataDir: string): string | undefined;
