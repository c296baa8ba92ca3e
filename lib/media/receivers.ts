import "server-only";
import { processState } from "@/lib/process-state";

type Receiver = { abort: AbortController; ended: Promise<void> };

const receivers = processState("media-receivers.v1", () => new Map<string, Receiver>());

/** Registers who is writing an upload's bytes in this process; the answer takes it off again. */
export function registerReceiver(uploadId: string, abort: AbortController): () => void {
  let end = () => {};
  const receiver = {
    abort,
    ended: new Promise<void>((resolve) => {
      end = resolve;
    }),
  };
  receivers.set(uploadId, receiver);
  return () => {
    if (receivers.get(uploadId) === receiver) receivers.delete(uploadId);
    end();
  };
}

/** Ends the receiving of an upload in this process, and waits until its last write is done. */
export async function stopReceiving(uploadId: string): Promise<void> {
  const receiver = receivers.get(uploadId);
  receiver?.abort.abort();
  await receiver?.ended;
}
