"use client";

import { Pause, Play, RefreshCw } from "lucide-react";
import { useEffect, useRef } from "react";
import { Button as AriaButton } from "react-aria-components";
import { Button } from "@/components/ui/button";
import { announce } from "@/components/ui/live-region";
import { Mark } from "@/components/ui/mark";
import { Popover } from "@/components/ui/popover";
import { useNow } from "@/components/ui/use-now";
import { useOutboxStatus } from "@/lib/learning/browser/provider";
import { changesWords } from "@/lib/learning/browser/recording-rules";
import { type LiveStatus, useLivePause, useLiveStatus, useRefreshNow } from "@/lib/live/client";

type State = LiveStatus["state"];

const words: Record<State, string> = {
  connecting: "Connecting…",
  live: "Live",
  behind: "Not up to date",
  reconnecting: "Reconnecting…",
  polling: "Polling",
  offline: "Offline",
  paused: "Paused",
};

const explanations: Record<State, string> = {
  connecting: "This page is opening its connection. What you see was true when the page loaded.",
  live: "Changes made anywhere appear here by themselves, usually within a second.",
  behind:
    "The server cannot reach its database. What you see stays as it was; the page catches up by itself when it can.",
  reconnecting:
    "The connection broke and is being made again. What you see may be a little old; what was missed will be fetched.",
  polling:
    "Something between here and the server does not let a connection stay open. The page asks for changes every minute, and goes live again by itself when it can.",
  offline:
    "This device has no network. What you see stays as it was; it will catch up by itself when the network is back.",
  paused:
    "Nothing moves on your pages in this browser. What changes meanwhile appears when you resume; what you do yourself appears at once.",
};

const colours: Record<State, string> = {
  connecting: "text-ink-muted",
  live: "text-live",
  behind: "text-caution",
  reconnecting: "text-caution",
  polling: "text-caution",
  offline: "text-critical",
  paused: "text-ink-muted",
};

const isWaiting = (state: State) => state === "connecting" || state === "reconnecting" || state === "behind";

/** Two small bars and a word: whether this page is live. Opens to what that means, to "Refresh now" and to pausing. */
export function LiveIndicator() {
  const { state, lastHeardAt } = useLiveStatus();
  const refreshNow = useRefreshNow();
  const { pause, resume } = useLivePause();
  const now = useNow();
  useSpokenState(state);
  const outbox = useOutboxStatus();
  const isHeldUp = outbox.waiting > 0 && (outbox.problem !== null || state === "offline");
  const sinceMs = lastHeardAt === null ? null : Math.max(0, now.getTime() - lastHeardAt);

  return (
    <Popover
      label="Live updates"
      trigger={
        <AriaButton className="inline-flex h-8 touch:h-10 shrink-0 items-center gap-2 rounded-sm px-2 text-sm text-ink-muted transition-colors hover:bg-surface-hover hover:text-ink">
          <Mark size={14} isPlain isMoving={isWaiting(state)} className={colours[state]} />
          <span className="tabular">
            {isHeldUp ? waitingWords(state, outbox.waiting) : words[state]}
            {!isHeldUp && state === "polling" && sinceMs !== null && (
              <span className="max-sm:spoken-only"> · updated {age(sinceMs)} ago</span>
            )}
          </span>
        </AriaButton>
      }
    >
      {(close) => (
        <div className="flex flex-col items-start gap-2">
          <p className="font-medium">{words[state]}</p>
          <p className="text-ink-muted">{explanations[state]}</p>
          {isHeldUp && (
            <p>
              <span className="tabular font-medium">{changesWords(outbox.waiting)}.</span>{" "}
              {outbox.problem === "signed_out"
                ? "They are kept on this device, and sent once you have signed in again."
                : "What you learned is kept on this device, and sent by itself when the server can be reached."}
            </p>
          )}
          {sinceMs !== null && state !== "live" && (
            <p className="tabular text-sm text-ink-muted">
              {state === "polling" ? "Updated" : "Last heard"} {age(sinceMs)} ago
            </p>
          )}
          <div className="mt-1 flex flex-wrap gap-2">
            <Button
              size="compact"
              icon={<RefreshCw aria-hidden="true" className="size-3.5" />}
              onPress={() => {
                refreshNow();
                close();
              }}
            >
              Refresh now
            </Button>
            <Button
              size="compact"
              icon={
                state === "paused" ? (
                  <Play aria-hidden="true" className="size-3.5" />
                ) : (
                  <Pause aria-hidden="true" className="size-3.5" />
                )
              }
              onPress={() => {
                if (state === "paused") resume();
                else pause();
                close();
              }}
            >
              {state === "paused" ? "Resume live updates" : "Pause live updates"}
            </Button>
          </div>
        </div>
      )}
    </Popover>
  );
}

function waitingWords(state: State, waiting: number): string {
  return state === "offline" ? `Offline, ${changesWords(waiting)}` : changesWords(waiting);
}

function age(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  return seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}

/** What passes sooner than this goes without saying. */
const SPEAK_AFTER_MS = 3_000;

/** Tells screen readers when the connection is lost and when it is back; the first connection goes without saying. */
function useSpokenState(state: State) {
  const spoken = useRef<State>("connecting");
  useEffect(() => {
    if (state === spoken.current || state === "connecting") return;
    const timer = setTimeout(() => {
      const isFirst = spoken.current === "connecting" && state === "live";
      spoken.current = state;
      if (!isFirst) announce(state === "live" ? "Live again" : words[state]);
    }, SPEAK_AFTER_MS);
    return () => clearTimeout(timer);
  }, [state]);
}
