import { describe, expect, it } from "vitest";
import { type Step, type Steps, showNext, takeFetched, takeStep } from "./steps";

const step = (status: Step["status"], progress: number, attempt = 1): Step => ({
  attempt,
  status,
  progress,
  message: status,
});
const at = (shown: Step) => ({ shown, waiting: [] });

describe("the steps of an upload", () => {
  it("shows each status in its order, also where several came at once", () => {
    let steps: Steps = at(step("compressing", 84));
    steps = takeStep(steps, step("uploading", 85));
    steps = takeStep(steps, step("uploading", 97));
    steps = takeStep(steps, step("completed", 100));
    expect(steps.shown).toEqual(step("compressing", 84));
    let shown = showNext(steps);
    expect(shown.shown).toEqual(step("uploading", 97));
    shown = showNext(shown);
    expect(shown).toEqual(at(step("completed", 100)));
    expect(showNext(shown)).toEqual(shown);
  });

  it("shows progress within a status at once, and never lets it fall", () => {
    const steps = takeStep(at(step("compressing", 40)), step("compressing", 52));
    expect(steps).toEqual(at(step("compressing", 52)));
    expect(takeStep(steps, step("compressing", 50)).shown.progress).toBe(52);
    expect(takeStep(steps, step("starting", 30)).waiting).toEqual([step("starting", 52)]);
  });

  it("begins anew with another attempt, and takes nothing of an earlier one", () => {
    const retried = takeStep(at(step("error", 60)), step("queued", 30, 2));
    expect(retried.waiting).toEqual([step("queued", 30, 2)]);
    expect(takeStep(showNext(retried), step("error", 60))).toEqual(at(step("queued", 30, 2)));
  });

  it("lets no list bring back what an event has passed", () => {
    const steps = at(step("uploading", 90));
    expect(takeFetched(steps, step("compressing", 70))).toEqual(steps);
    expect(takeFetched(steps, step("completed", 100)).waiting).toEqual([step("completed", 100)]);
  });
});
