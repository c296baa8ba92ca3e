"use client";

import type { ReactNode } from "react";
import { useChanged } from "@/components/ui/use-changed";

/** Marks what it contains once when `revision` changes, for things that are not rows of a Table. */
export function ChangedMark({ revision, children }: { revision: string | number; children: ReactNode }) {
  const { isChanged, markSeen } = useChanged(revision);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: nothing happens here but that a mark, once met, goes out.
    <div
      data-changed={isChanged || undefined}
      onPointerEnter={markSeen}
      onFocus={markSeen}
      className="rounded-sm"
    >
      {children}
    </div>
  );
}
