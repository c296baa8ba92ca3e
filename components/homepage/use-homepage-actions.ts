"use client";

import { useRef, useState } from "react";
import { useSWRConfig } from "swr";
import { showToast } from "@/components/ui/toast";
import { sendArchival, sendOrder, sendPublication, sendRollback } from "@/lib/homepage/client";
import type { HomepageElement } from "@/lib/homepage/schema";
import { RequestError } from "@/lib/http/fetch";
import { useLiveStatus } from "@/lib/live/client";
import type { LiveKey } from "@/lib/live/invalidation";

type Handle = Pick<HomepageElement, "id" | "revision">;

const touched: ReadonlySet<string> = new Set([
  "homepage",
  "homepageElements",
  "homepageReleases",
] satisfies LiveKey[]);

/**
 * What an admin does to the homepage. Everything can be undone, so nothing is asked before; a refusal is said and leaves
 * everything as it is. `busy` names what is under way.
 */
export function useHomepageActions(shownRelease: number) {
  const { mutate } = useSWRConfig();
  const { state } = useLiveStatus();
  const [busy, setBusy] = useState<string | null>(null);
  const closeLast = useRef<(() => void) | null>(null);
  // What this admin did last is known from its answer, before the page has fetched it.
  const own = useRef(0);
  const seen = () => Math.max(shownRelease, own.current);
  const note = <After extends { release: number }>(after: After): After => {
    own.current = Math.max(own.current, after.release);
    return after;
  };

  /** Runs one action after the other: each names the release that it saw. */
  async function run(of: string, act: () => Promise<void>): Promise<boolean> {
    if (busy !== null) return false;
    setBusy(of);
    try {
      await act();
      if (state !== "live") refresh();
      return true;
    } catch (thrown) {
      const message =
        thrown instanceof RequestError ? thrown.message : "Nothing was changed. Please try again.";
      showToast({ tone: "failed", title: "That did not work", description: message });
      // Somebody else was faster: what is there now is shown.
      if (thrown instanceof RequestError && thrown.status === 409) refresh();
      return false;
    } finally {
      setBusy(null);
    }
  }

  function refresh() {
    void mutate((key) => Array.isArray(key) && touched.has(String(key[0])));
  }

  /** Undoing is an action of its own, with what the first one left behind. */
  function done(title: string, undo: () => Promise<{ release: number } | null>) {
    const onPress = async () => {
      try {
        const after = await undo();
        if (after) note(after);
        showToast({ title: "Undone" });
        if (state !== "live") refresh();
      } catch (thrown) {
        const message = thrown instanceof RequestError ? thrown.message : "Please try again.";
        showToast({ tone: "failed", title: "That could not be undone", description: message });
      }
    };
    // Only the last action can be undone: an earlier one knows an older release.
    closeLast.current?.();
    closeLast.current = showToast({ title, action: { label: "Undo", onPress: () => void onPress() } });
  }

  return {
    busy,
    publish: (element: Handle & { title: string }) =>
      run(`publish ${element.id}`, async () => {
        const after = note(
          await sendPublication(element.id, "publish", { revision: element.revision, release: seen() }),
        );
        done(`“${element.title}” is on the homepage`, () => sendRollback({ release: after.release }));
      }),
    unpublish: (element: Handle & { title: string }) =>
      run(`unpublish ${element.id}`, async () => {
        const after = note(
          await sendPublication(element.id, "unpublish", { revision: element.revision, release: seen() }),
        );
        done(`“${element.title}” was taken down`, () => sendRollback({ release: after.release }));
      }),
    archive: (element: HomepageElement) =>
      run(`archive ${element.id}`, async () => {
        const after = note(
          await sendArchival(element.id, "archive", { revision: element.revision, release: seen() }),
        );
        done(`“${element.title}” is in the archive`, async () => {
          const restored = await sendArchival(element.id, "restore", {
            revision: after.element.revision,
            release: after.release,
          });
          return element.status === "published" ? sendRollback({ release: restored.release }) : restored;
        });
      }),
    restore: (element: HomepageElement) =>
      run(`restore ${element.id}`, async () => {
        const after = note(
          await sendArchival(element.id, "restore", { revision: element.revision, release: seen() }),
        );
        done(`“${element.title}” is a draft again`, () =>
          sendArchival(element.id, "archive", { revision: after.element.revision, release: after.release }),
        );
      }),
    order: (elementIds: string[], before: string[]) =>
      run("order", async () => {
        const after = note(await sendOrder({ elementIds, release: seen() }));
        done("The order is changed", () => sendOrder({ elementIds: before, release: after.release }));
      }),
    /** To the release before, or to that one. */
    rollBack: (to?: number) =>
      run("rollback", async () => {
        const before = seen();
        const after = note(await sendRollback({ ...(to === undefined ? {} : { to }), release: before }));
        done(
          to === undefined ? "The homepage is as it was before" : `The homepage is as in release ${to}`,
          () => (before === 0 ? Promise.resolve(null) : sendRollback({ to: before, release: after.release })),
        );
      }),
  };
}

export type HomepageActions = ReturnType<typeof useHomepageActions>;
