"use client";

import { useCallback, useEffect, useState } from "react";

const BREATH_MS = 600;

type Changed = {
  isChanged: boolean;
  /** Call when the reader has met the mark (pointer or focus came by); only reduced motion needs it. */
  markSeen: () => void;
};

/**
 * True from a change of `revision` until the breath is over (600 ms) or, with reduced motion, until it was seen.
 * `isNew` marks also the first appearance. Put the result on the element as `data-changed`.
 */
export function useChanged(revision: string | number, isNew = false): Changed {
  const [state, setState] = useState({ revision, isChanged: isNew });
  if (state.revision !== revision) setState({ revision, isChanged: true });

  const markSeen = useCallback(
    () => setState((before) => (before.isChanged ? { ...before, isChanged: false } : before)),
    [],
  );

  useEffect(() => {
    if (!state.isChanged || window.matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    const timer = setTimeout(markSeen, BREATH_MS);
    return () => clearTimeout(timer);
  }, [state, markSeen]);

  return { isChanged: state.isChanged, markSeen };
}
