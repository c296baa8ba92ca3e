"use client";

import { Check, CircleAlert, CircleHelp, type LucideIcon, RefreshCw, TriangleAlert } from "lucide-react";
import { checkHealth, type HealthCheck } from "@/components/media/health-checks";
import { Badge, type Tone } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { ErrorState } from "@/components/ui/error-state";
import { TableSkeleton } from "@/components/ui/skeleton";
import { useNow } from "@/components/ui/use-now";
import { useMediaHealth, useSystemHealth } from "@/lib/media/client";
import { sizeWords } from "@/lib/media/words";

const looks: Record<HealthCheck["state"], { word: string; icon: LucideIcon; tone: Tone }> = {
  good: { word: "Good", icon: Check, tone: "positive" },
  attention: { word: "Attention", icon: TriangleAlert, tone: "caution" },
  bad: { word: "Down", icon: CircleAlert, tone: "critical" },
  unknown: { word: "Unknown", icon: CircleHelp, tone: "neutral" },
};

const order = ["bad", "attention", "unknown", "good"] as const;
const verdicts: Record<HealthCheck["state"], string> = {
  good: "Everything works",
  attention: "It works, with something to look at",
  bad: "Something does not work",
  unknown: "Not everything could be asked",
};

/** The service at a glance: green or not, with the reason. */
export function HealthBoard() {
  const now = useNow();
  const system = useSystemHealth();
  const media = useMediaHealth();
  const isLoading = (!system.data && !system.error) || (!media.data && !media.error);
  const refresh = () => void Promise.all([system.mutate(), media.mutate()]);

  // What was known before a failure is no news of now.
  const checks = checkHealth(
    system.error ? undefined : system.data,
    media.error ? undefined : media.data,
    now,
  );
  const worst = order.find((state) => checks.some((check) => check.state === state)) ?? "good";
  const { icon: Icon, tone } = looks[worst];
  const wrong = checks.filter(({ state }) => state !== "good").map(({ name }) => name);
  const iconClass = {
    positive: "text-positive",
    caution: "text-caution",
    critical: "text-critical",
    neutral: "text-ink-muted",
    accent: "text-accent",
  }[tone];

  return (
    <>
      <header className="flex flex-wrap items-end justify-between gap-x-6 gap-y-3 pb-5">
        <h1 className="text-xl font-semibold tracking-tight">Health</h1>
        <Button
          icon={<RefreshCw aria-hidden="true" className="size-4" />}
          isPending={system.isValidating && media.isValidating}
          onPress={refresh}
        >
          Check now
        </Button>
      </header>
      {isLoading ? (
        <TableSkeleton label="Asking every part" rows={8} columns={2} />
      ) : system.error && media.error ? (
        <ErrorState title="The server cannot be reached" onRetry={refresh} isRetrying={system.isValidating}>
          It is asked again every ten seconds.
        </ErrorState>
      ) : (
        <>
          <div role="status" data-health={worst} className="flex items-start gap-3 pb-6">
            <Icon aria-hidden="true" className={`mt-0.5 size-6 shrink-0 ${iconClass}`} />
            <div>
              <p className="text-lg font-semibold">{verdicts[worst]}</p>
              <p className="text-ink-muted">
                {wrong.length === 0 ? "Every part does what it should." : wrong.join(", ")}
              </p>
            </div>
          </div>
          <dl className="max-w-[56rem] border-t border-line">
            {checks.map(({ id, name, state, reason }) => {
              const look = looks[state];
              return (
                <div
                  key={id}
                  data-check={id}
                  data-check-state={state}
                  className="grid grid-cols-[1fr_auto] items-center gap-x-4 gap-y-1 border-b border-line py-3 sm:grid-cols-[10rem_7.5rem_1fr]"
                >
                  <dt className="font-medium">{name}</dt>
                  <dd>
                    <Badge tone={look.tone} icon={look.icon}>
                      {look.word}
                    </Badge>
                  </dd>
                  <dd className="tabular col-span-2 wrap-anywhere text-ink-muted sm:col-span-1">{reason}</dd>
                </div>
              );
            })}
          </dl>
          {media.data && <Workers workers={media.data.workers} />}
          {system.data && (
            <p className="tabular pt-5 text-sm text-ink-muted">Lockstep {system.data.version}</p>
          )}
        </>
      )}
    </>
  );
}

type Workers = NonNullable<ReturnType<typeof useMediaHealth>["data"]>["workers"];

function Workers({ workers }: { workers: Workers }) {
  if (workers.length === 0) return null;
  return (
    <section aria-labelledby="workers" className="max-w-[56rem] pt-8">
      <h2 id="workers" className="pb-2 font-semibold">
        Workers
      </h2>
      <ul className="border-t border-line">
        {workers.map(({ id, host, pid, isAlive, running, concurrency, ffmpeg, disk }) => (
          <li key={id} className="flex flex-col gap-0.5 border-b border-line py-3">
            <p className="tabular font-medium">
              {host} · process {pid}
              {!isAlive && <span className="font-normal text-ink-muted"> · ended</span>}
            </p>
            <p className="tabular text-sm wrap-anywhere text-ink-muted">
              {running.length} of {concurrency} at work
              {ffmpeg && ` · ffmpeg ${ffmpeg.version} at ${ffmpeg.path}`}
              {disk && ` · ${sizeWords(disk.freeBytes)} free`}
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}
