"use client";

import { useEffect } from "react";
import useSWR from "swr";
import {
  type ElementPage,
  elementAnswer,
  elementPage,
  type Homepage,
  type HomepageElement,
  homepage,
  type ReleasePage,
  releaseAnswer,
  releasePage,
} from "@/lib/homepage/schema";
import { getJson, patchJson, postJson } from "@/lib/http/fetch";
import type { LiveKey } from "@/lib/live/invalidation";
import type { CaptionsInput } from "@/lib/media/schema";

/** Timers beyond this overflow; the homepage is looked at again before that anyway. */
const MAX_WAIT_MS = 24 * 60 * 60_000;

/** What visitors see now, kept current by live events and by its own schedule. */
export function useHomepage(initial?: Homepage) {
  const answer = useSWR(["homepage" satisfies LiveKey], () => getJson("/api/homepage", homepage), {
    ...(initial ? { fallbackData: initial } : {}),
  });
  const { mutate } = answer;
  const nextChangeAt = answer.data?.nextChangeAt ?? null;
  useEffect(() => {
    if (nextChangeAt === null) return;
    // A little after, so that the server's clock has passed it too.
    const waitMs = Math.min(MAX_WAIT_MS, Math.max(1_000, Date.parse(nextChangeAt) - Date.now() + 500));
    const timer = setTimeout(() => void mutate(), waitMs);
    return () => clearTimeout(timer);
  }, [nextChangeAt, mutate]);
  return answer;
}

/** The elements as their editors have them: the current ones in their order, or the archived ones. */
export function useHomepageElements(
  status: "current" | "archived",
  cursor: string | null,
  initial?: ElementPage,
) {
  return useSWR(
    ["homepageElements" satisfies LiveKey, status, cursor],
    () =>
      getJson(
        `/api/homepage/elements?${new URLSearchParams({ status, ...(cursor ? { cursor } : {}) })}`,
        elementPage,
      ),
    { keepPreviousData: false, ...(initial ? { fallbackData: initial } : {}) },
  );
}

/** Releases, newest first. */
export function useHomepageReleases(initial?: ReleasePage) {
  return useSWR(
    ["homepageReleases" satisfies LiveKey],
    () => getJson("/api/homepage/releases?limit=20", releasePage),
    { ...(initial ? { fallbackData: initial } : {}) },
  );
}

type Content = {
  title: string;
  body?: string | null;
  description?: string | null;
  link?: { href: string; label: string } | null;
  pictureId?: string | null;
  /** ISO 8601. */
  startsAt?: string | null;
  endsAt?: string | null;
};

type Changed = { element: HomepageElement; release: number };

export async function sendElement(
  body: Content & { type: "banner" | "text"; clientId: string },
): Promise<Changed> {
  return postJson("/api/homepage/elements", body, elementAnswer);
}

export async function sendElementChange(
  id: string,
  body: Partial<Content> & { captions?: Omit<CaptionsInput, "label"> | null; revision: number },
): Promise<Changed> {
  return patchJson(`/api/homepage/elements/${id}`, body, elementAnswer);
}

/** `publish` shows the element as it is now to visitors; a hero takes the place of the one that has the same times. */
export async function sendPublication(
  id: string,
  action: "publish" | "unpublish",
  body: { revision: number; release: number },
): Promise<Changed> {
  return postJson(`/api/homepage/elements/${id}/${action}`, body, elementAnswer);
}

/** An archived element is on no list but the archive; one that is published is taken down with it. */
export async function sendArchival(
  id: string,
  action: "archive" | "restore",
  body: { revision: number; release: number },
): Promise<Changed> {
  return postJson(`/api/homepage/elements/${id}/${action}`, body, elementAnswer);
}

export async function sendOrder(body: {
  elementIds: string[];
  release: number;
}): Promise<{ release: number }> {
  return postJson("/api/homepage/order", body, releaseAnswer);
}

/** Gives visitors an earlier release again: the one before, or `to`. */
export async function sendRollback(body: { to?: number; release: number }): Promise<{ release: number }> {
  return postJson("/api/homepage/rollback", body, releaseAnswer);
}
