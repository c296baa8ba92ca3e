import type { UploadStatusName } from "@/lib/media/schema";

/** Where an upload is on its way. */
export type Step = { attempt: number; status: UploadStatusName; progress: number; message: string };

/** What is shown, and what has happened since but has not been shown yet. */
export type Steps = { shown: Step; waiting: readonly Step[] };

const rank: Record<UploadStatusName, number> = {
  queued: 0,
  starting: 1,
  compressing: 2,
  uploading: 3,
  completed: 4,
  error: 4,
  cancelled: 4,
};

/** Takes a step that an event told of: a new status waits for its turn to be shown, and progress never falls in an attempt. */
export function takeStep({ shown, waiting }: Steps, next: Step): Steps {
  const last = waiting.at(-1) ?? shown;
  if (next.attempt < last.attempt) return { shown, waiting };
  const step =
    next.attempt === last.attempt ? { ...next, progress: Math.max(last.progress, next.progress) } : next;
  if (step.attempt !== last.attempt || step.status !== last.status)
    return { shown, waiting: [...waiting, step] };
  if (isSame(step, last)) return { shown, waiting };
  return waiting.length > 0 ? { shown, waiting: [...waiting.slice(0, -1), step] } : { shown: step, waiting };
}

/** Takes what a list says. It may have been fetched before the last event: it brings nothing back. */
export function takeFetched(steps: Steps, next: Step): Steps {
  const last = steps.waiting.at(-1) ?? steps.shown;
  const isBehind = next.attempt === last.attempt && rank[next.status] < rank[last.status];
  return isBehind ? steps : takeStep(steps, next);
}

/** Shows the next one that waits. */
export function showNext({ shown, waiting }: Steps): Steps {
  const [next, ...rest] = waiting;
  return next ? { shown: next, waiting: rest } : { shown, waiting };
}

function isSame(one: Step, other: Step): boolean {
  return one.progress === other.progress && one.message === other.message;
}
