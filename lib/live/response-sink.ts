import "server-only";
import type { Sink } from "@/lib/live/stream";

/** More than this unread, and the reader is let go. */
const MAX_QUEUED_BYTES = 256 * 1024;

/**
 * A response body with the sink that fills it. `onCancel` is called when the reader has gone; with `write` never
 * blocking, the queue is bounded by looking at what the reader has left in it.
 */
export function responseSink(onCancel: () => void): { body: ReadableStream<Uint8Array>; sink: Sink } {
  let controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  let wake: (() => void) | null = null;
  const roomy = () => controller === null || (controller.desiredSize ?? 0) >= MAX_QUEUED_BYTES / 2;
  const finish = () => {
    controller = null;
    wake?.();
  };
  const body = new ReadableStream<Uint8Array>(
    {
      start(started) {
        controller = started;
      },
      pull() {
        if (roomy()) wake?.();
      },
      cancel() {
        finish();
        onCancel();
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: MAX_QUEUED_BYTES }),
  );
  const sink: Sink = {
    write(bytes) {
      if (controller === null || (controller.desiredSize ?? 0) <= 0) return false;
      controller.enqueue(bytes);
      return true;
    },
    async drained() {
      if (roomy()) return;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
      wake = null;
    },
    close(abrupt) {
      const open = controller;
      finish();
      // Closing would keep the unread bytes for a reader that does not read; an AbortError drops them without noise.
      if (abrupt) open?.error(new DOMException("The reader is too far behind.", "AbortError"));
      else open?.close();
    },
  };
  return { body, sink };
}
