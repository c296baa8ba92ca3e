"use client";

import { useState } from "react";

/** More than this is folded to its first lines. */
const LONG_CHARACTERS = 320;
const LONG_LINES = 5;

/** What somebody wrote, with its line breaks; folded where it is long. */
export function LongText({ children }: { children: string }) {
  const [isFolded, setFolded] = useState(true);
  const isLong = children.length > LONG_CHARACTERS || children.split("\n").length > LONG_LINES;
  return (
    <>
      <div className={`whitespace-pre-wrap wrap-anywhere ${isLong && isFolded ? "line-clamp-4" : ""}`}>
        {children}
      </div>
      {isLong && (
        <button
          type="button"
          aria-expanded={!isFolded}
          onClick={() => setFolded(!isFolded)}
          className="touch:min-h-10 rounded-sm text-sm font-medium text-accent hover:underline"
        >
          {isFolded ? "Show all" : "Show less"}
        </button>
      )}
    </>
  );
}
