import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { expect, it } from "vitest";
import { type BatchState, decideBatch } from "@/lib/learning/batch-rules";
import { mergeStretches, type Stretch } from "@/lib/learning/rules";
import type { ProgressEvent } from "@/lib/learning/schema";

const LENGTH = 300;
const start = new Date("2026-12-01T09:00:00Z");
const contentId = randomUUID();

function freshState(): BatchState {
  return {
    session: {
      startedAt: start,
      lastHeardAt: start,
      endedAt: null,
      pagesViewed: 0,
      videosWatched: 0,
      quizzesAttempted: 0,
      active: [],
      idleSeconds: 0,
      watchedSeconds: 0,
      suspiciousSeconds: 0,
    },
    course: { isOpen: true, completedContent: 0, totalContent: 1, active: [], completedAt: null },
    items: new Map([
      [
        contentId,
        {
          contentId,
          moduleId: randomUUID(),
          title: "Video",
          isRequired: true,
          measured: { kind: "video", durationSeconds: LENGTH },
          watched: [],
          active: [],
          completionPercentage: 0,
          lastPosition: 0,
          readingPosition: 0,
          readingAnchor: null,
          placedAt: null,
          furthestPosition: 0,
          viewCount: 0,
          pauseCount: 0,
          seekCount: 0,
          downloadCount: 0,
          completedAt: null,
        },
      ],
    ]),
    knownEventIds: new Set(),
    timeZone: "Europe/London",
  };
}

/** What the rows hold after a decision, for the next batch of a session. */
function after(state: BatchState, events: readonly ProgressEvent[], at: Date, own: BatchState["session"]) {
  const decision = decideBatch({ ...state, session: own }, events, at);
  const items = new Map(state.items);
  for (const item of decision.items) items.set(item.contentId, item);
  const known = new Set([...state.knownEventIds, ...decision.recorded.map(({ event }) => event.event_id)]);
  return { decision, state: { ...state, items, course: decision.course, knownEventIds: known } };
}

it("reports, duplicated, shuffled, split over two devices and any batches, come to the union of a plain model", () => {
  const report = fc.record({
    from: fc.integer({ min: 0, max: LENGTH - 1 }),
    length: fc.integer({ min: 1, max: 40 }),
    order: fc.nat(),
    device: fc.boolean(),
    repeated: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(report, { maxLength: 40 }), fc.integer({ min: 1, max: 9 }), (reports, size) => {
      const sent = reports
        .flatMap(({ from, length, order, device, repeated }) => {
          const range: [number, number] = [from, Math.min(LENGTH, from + length)];
          const event: ProgressEvent = {
            content_id: contentId,
            session_id: randomUUID(),
            event_id: randomUUID(),
            interaction_type: "progress",
            occurred_at: start,
            data: { ranges: [range] },
          };
          const each = { event, range, order, device };
          return repeated ? [each, { ...each, order: order + 17 }] : [each];
        })
        .sort((a, b) => (a.order % 101) - (b.order % 101));
      let state = freshState();
      const own = new Map([
        [true, state.session],
        [false, state.session],
      ]);
      const at = new Date(start.getTime() + 3_600_000);
      let completed = 0;
      for (let place = 0; place < sent.length; place += size) {
        const batch = sent.slice(place, place + size);
        for (const device of [true, false]) {
          const events = batch.filter((each) => each.device === device).map(({ event }) => event);
          const step = after(state, events, at, own.get(device) ?? state.session);
          own.set(device, step.decision.session);
          completed += step.decision.completed.length;
          expect(step.decision.course.completedContent).toBeGreaterThanOrEqual(state.course.completedContent);
          state = step.state;
        }
      }
      const model = mergeStretches(sent.map(({ range }): Stretch => range));
      expect(state.items.get(contentId)?.watched).toEqual(model);
      const isWhole = model.reduce((sum, [from, to]) => sum + to - from, 0) >= LENGTH * 0.9;
      expect(completed).toBe(isWhole ? 1 : 0);
      expect(state.course.completedContent).toBe(isWhole ? 1 : 0);
    }),
  );
});
