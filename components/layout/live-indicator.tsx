"use client";

import { RefreshCw } from "lucide-react";
import { useEffect, useRef } from "react";
import { Button as AriaButton } from "react-aria-components";
import { Button } from "@/components/ui/button";
import { announce } from "@/components/ui/live-region";
import { Mark } from "@/components/ui/mark";
import { Popover } from "@/components/ui/popover";
import { useNow } from "@/components/ui/use-now";
import { type LiveStatus, useLiveStatus, useRefreshNow } from "@/lib/live/client";

type State = LiveStatus["state"];

const words: Record<State, string> = {
  connecting: "Connecting…",
  live: "Live",
  reconnecting: "Reconnecting…",
  offline: "Offline",
};

const explanations: Record<State, string> = {
  connecting: "This page is opening its connection. What you see was true when the page loaded.",
  live: "Changes made anywhere appear here by themselves, usually within a second.",
  reconnecting:
    "The connection broke and is being made again. What you see may be a little old; what was missed will be fetched.",
  offline:
    "The server cannot be reached. What you see stays as it was; it will catch up by itself when the connection is back.",
};

const colours: Record<State, string> = {
  connecting: "text-ink-muted",
  live: "text-live",
  reconnecting: "text-caution",
  offline: "text-critical",
};

const isWaiting = (state: State) => state === "connecting" || state === "reconnecting";

/** Two small bars and a word: whether this page is live. Opens to what that means, and to "Refresh now". */
export function LiveIndicator() {
  const { state, lastHeardAt } = useLiveStatus();
  const refreshNow = useRefreshNow();
  const now = useNow();
  useSpokenState(state);

  return (
    <Popover
      label="Live updates"
      trigger={
        <AriaButton className="inline-flex h-8 touch:h-10 shrink-0 items-center gap-2 rounded-sm px-2 text-sm text-ink-muted transition-colors hover:bg-surface-hover hover:text-ink">
          <Mark size={14} isPlain isMoving={isWaiting(state)} className={colours[state]} />
          {words[state]}
        </AriaButton>
      }
    >
      {(close) => (
        <div className="flex flex-col items-start gap-2">
          <p className="font-medium">{words[state]}</p>
          <p className="text-ink-muted">{explanations[state]}</p>
          {lastHeardAt !== null && state !== "live" && (
            <p className="tabular text-sm text-ink-muted">
              Last heard {age(now.getTime() - lastHeardAt)} ago
            </p>
          )}
          <Button
            size="compact"
            icon={<RefreshCw aria-hidden="true" className="size-3.5" />}
            onPress={() => {
              refreshNow();
              close();
            }}
            className="mt-1"
          >
            Refresh now
          </Button>
        </div>
      )}
    </Popover>
  );
}

function age(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  return seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}

/** Tells screen readers when the connection is lost and when it is back; the first connection goes without saying. */
function useSpokenState(state: State) {
  const spoken = useRef<State>("connecting");
  useEffect(() => {
    if (state === spoken.current || state === "connecting") return;
    const isFirst = spoken.current === "connecting" && state === "live";
    spoken.current = state;
    if (!isFirst) announce(state === "live" ? "Live again" : words[state]);
  }, [state]);
}
