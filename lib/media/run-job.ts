import "server-only";
import { now as clock } from "@/lib/clock";
import { log } from "@/lib/log";
import { type Job, type Lease, LeaseLost } from "@/lib/media/lease";
import { codeOfFailure, PipelineError, runPipeline } from "@/lib/media/pipeline";
import { canPass, RENEW_EVERY_MS } from "@/lib/media/rules";
import type { Store } from "@/lib/media/store/store";
import { removeIncoming } from "@/lib/media/uploads";

/** A cancelled upload's ffmpeg is killed within this time and a query. */
const LOOK_EVERY_MS = 500;
/** Errors of the database are waited out for this long before an upload's fate is left to its lease. */
const REPORT_WITHIN_MS = 20_000;

export type Outcome = { outcome: "completed"; assetId: string } | { outcome: "failed" | "lost" | "released" };

/**
 * Runs the upload that was taken to its end: renews the lease, looks whether it was cancelled, and writes down how it
 * ended. `stop` gives it back for another worker.
 */
export async function runJob(
  job: Job,
  lease: Lease,
  { stop, store }: { stop: AbortSignal; store?: Store },
): Promise<Outcome> {
  const abort = new AbortController();
  const onStop = () => abort.abort(stop.reason);
  stop.addEventListener("abort", onStop, { once: true });
  if (stop.aborted) onStop();
  const holding = hold(lease, abort);
  try {
    const options = { job, lease, signal: abort.signal, ...(store ? { store } : {}) };
    return { outcome: "completed", assetId: await runPipeline(options) };
  } catch (error) {
    if (stop.aborted) {
      await lease.release();
      return { outcome: "released" };
    }
    const cause = abort.signal.aborted ? abort.signal.reason : error;
    if (cause instanceof LeaseLost) return { outcome: "lost" };
    const code = codeOfFailure(cause);
    log().warn({ uploadId: job.id, code, err: cause }, "an upload failed");
    return await reportFailure(job, lease, code);
  } finally {
    stop.removeEventListener("abort", onStop);
    abort.abort(new LeaseLost());
    await holding;
  }
}

/** A database that comes back within a while hears of it; otherwise the lease ends, and the upload is taken again. */
async function reportFailure(job: Job, lease: Lease, code: PipelineError["code"]): Promise<Outcome> {
  const deadline = Date.now() + REPORT_WITHIN_MS;
  for (;;) {
    try {
      await lease.fail(code, clock());
      // What cannot be tried again is of no more use.
      if (!canPass(code)) await removeIncoming(job.id);
      return { outcome: "failed" };
    } catch (error) {
      if (error instanceof LeaseLost) return { outcome: "lost" };
      if (Date.now() > deadline) {
        log().error({ uploadId: job.id, err: error }, "an upload's failure could not be written down");
        return { outcome: "lost" };
      }
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}

/** Renews the lease and looks whether it is held, until aborted; aborts when it is lost. */
async function hold(lease: Lease, abort: AbortController): Promise<void> {
  let heldAt = Date.now();
  let renewedAt = Date.now();
  while (!abort.signal.aborted) {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(done, LOOK_EVERY_MS);
      abort.signal.addEventListener("abort", done, { once: true });
      function done() {
        clearTimeout(timer);
        abort.signal.removeEventListener("abort", done);
        resolve();
      }
    });
    if (abort.signal.aborted) return;
    try {
      if (Date.now() - renewedAt >= RENEW_EVERY_MS) {
        await lease.renew();
        renewedAt = Date.now();
      } else {
        await lease.assertHeld();
      }
      heldAt = Date.now();
    } catch (error) {
      if (error instanceof LeaseLost) abort.abort(error);
      // While the database is away nobody else can take it; once the lease must have ended, somebody may.
      else if (Date.now() - heldAt > 2 * RENEW_EVERY_MS) abort.abort(new PipelineError("internal", error));
    }
  }
}
