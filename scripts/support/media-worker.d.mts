export type MediaWorker = {
  identity(): { pid: number; startedAt: string } | undefined;
  stop(hasten?: AbortSignal): Promise<void>;
};
export function startMediaWorker(options: {
  env: NodeJS.ProcessEnv;
  onStarted?: (identity: { pid: number; startedAt: string }) => void;
}): MediaWorker;
