import type { KeyboardEvent } from "react";

/**
 * Keys of a list whose rows each have one button marked `data-row-button`: arrows or j and k walk from row to row, Home
 * and End go to its ends.
 */
export function walkRows(event: KeyboardEvent<HTMLElement>): void {
  const { target, currentTarget } = event;
  if (!(target instanceof HTMLElement) || target.dataset.rowButton === undefined) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const buttons = [...currentTarget.querySelectorAll<HTMLElement>("[data-row-button]")];
  const here = buttons.indexOf(target);
  const steps: Record<string, number> = {
    ArrowDown: here + 1,
    j: here + 1,
    ArrowUp: here - 1,
    k: here - 1,
    Home: 0,
    End: buttons.length - 1,
  };
  const next = steps[event.key];
  if (next === undefined) return;
  event.preventDefault();
  buttons[next]?.focus();
}
