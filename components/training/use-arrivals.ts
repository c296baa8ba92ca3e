"use client";

import { useLayoutEffect, useRef, useState } from "react";

/** Below the portal's sticky header. */
const HEADER_PX = 52;

type Shown = {
  listId: string;
  isLoaded: boolean;
  ids: ReadonlySet<string>;
  /** Those that came after the list was first shown. */
  fresh: ReadonlySet<string>;
};

/**
 * Lets new rows in at once while the reader is at the top of the list and has no focus in it; else they wait until
 * `letIn` is called. Rows that change or leave are never held back. `listId` names the page that `rows` are of;
 * `rows` is undefined while that page is fetched.
 */
export function useArrivals<Row extends { id: string }>(listId: string, rows: readonly Row[] | undefined) {
  const listRef = useRef<HTMLDivElement>(null);
  const expected = useRef(new Set<string>());
  const [shown, setShown] = useState<Shown>(() => firstShown(listId, rows));
  if (shown.listId !== listId || (!shown.isLoaded && rows)) setShown(firstShown(listId, rows));

  useLayoutEffect(() => {
    if (!rows || shown.listId !== listId || !shown.isLoaded) return;
    const arrived = rows.filter(({ id }) => !shown.ids.has(id)).map(({ id }) => id);
    const isHeld = isReading(listRef.current);
    const admitted = arrived.filter((id) => !isHeld || expected.current.has(id));
    const hasLeft = shown.ids.size + arrived.length > rows.length;
    if (admitted.length > 0 || hasLeft) setShown(withAdmitted(shown, rows, admitted));
  }, [rows, shown, listId]);

  const waiting = rows?.filter(({ id }) => !shown.ids.has(id)).map(({ id }) => id) ?? [];
  return {
    listRef,
    shownRows: rows?.filter(({ id }) => shown.ids.has(id)),
    waitingCount: waiting.length,
    letIn() {
      if (rows) setShown(withAdmitted(shown, rows, waiting));
    },
    /** That row, which the reader made, never waits. */
    expect(id: string) {
      expected.current.add(id);
      // It may be here already: look again.
      setShown((before) => ({ ...before }));
    },
    isNew: (row: Row) => shown.fresh.has(row.id),
  };
}

function firstShown(listId: string, rows: readonly { id: string }[] | undefined): Shown {
  return {
    listId,
    isLoaded: rows !== undefined,
    ids: new Set(rows?.map(({ id }) => id)),
    fresh: new Set(),
  };
}

function withAdmitted(shown: Shown, rows: readonly { id: string }[], admitted: readonly string[]): Shown {
  const ids = new Set(rows.map(({ id }) => id).filter((id) => shown.ids.has(id) || admitted.includes(id)));
  return { ...shown, ids, fresh: new Set([...shown.fresh, ...admitted].filter((id) => ids.has(id))) };
}

function isReading(list: HTMLElement | null): boolean {
  if (!list) return false;
  return list.contains(document.activeElement) || list.getBoundingClientRect().top < HEADER_PX;
}
