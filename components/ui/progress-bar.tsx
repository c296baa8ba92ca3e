"use client";

import { ProgressBar as AriaProgressBar, Label } from "react-aria-components";

type ProgressBarProps = {
  label: string;
  /** 0-100. */
  percent: number;
  isLabelHidden?: boolean;
  /** Instead of "58%": "7 of 12 · 58 %". */
  valueText?: string;
};

/** How far something is, as two bars: the second follows the first, so that a change is seen as a step. */
export function ProgressBar({ label, percent, isLabelHidden = false, valueText }: ProgressBarProps) {
  return (
    <AriaProgressBar value={percent} valueLabel={valueText} className="flex min-w-0 flex-col gap-1">
      {({ percentage = 0, valueText: spoken }) => (
        <>
          <div className={isLabelHidden ? "spoken-only" : "flex justify-between gap-3 text-sm"}>
            <Label>{label}</Label>
            <span className="tabular text-ink-muted">{spoken}</span>
          </div>
          {["", "delay-150"].map((delay) => (
            <div key={delay} className="h-[3px] overflow-hidden rounded-full bg-line">
              <div
                className={`h-full rounded-full bg-accent transition-[width] duration-300 ease-out ${delay}`}
                style={{ width: `${percentage}%` }}
              />
            </div>
          ))}
        </>
      )}
    </AriaProgressBar>
  );
}
