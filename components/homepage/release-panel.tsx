"use client";

import { History } from "lucide-react";
import { contentWords, releaseWords } from "@/components/homepage/element-words";
import type { HomepageActions } from "@/components/homepage/use-homepage-actions";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { RelativeTime } from "@/components/ui/relative-time";
import { SidePanel } from "@/components/ui/side-panel";
import { TableSkeleton } from "@/components/ui/skeleton";
import { useHomepageReleases } from "@/lib/homepage/client";

type ReleasePanelProps = { zone: string; actions: HomepageActions; onClose: () => void };

/** What visitors were shown, newest first; any of it can be shown again. */
export function ReleasePanel({ zone, actions, onClose }: ReleasePanelProps) {
  const { data, error, isValidating, mutate } = useHomepageReleases();
  return (
    <SidePanel
      isOpen
      onOpenChange={(isOpen) => !isOpen && onClose()}
      title="Releases"
      subtitle="Each publication replaces the page as a whole"
    >
      {!data && !error && <TableSkeleton label="Fetching the releases" columns={1} />}
      {!data && error && (
        <ErrorState
          title="The releases could not be fetched"
          onRetry={() => void mutate()}
          isRetrying={isValidating}
        >
          {error instanceof Error ? error.message : "Please try again."}
        </ErrorState>
      )}
      {data?.items.length === 0 && (
        <EmptyState title="Nothing was published yet">
          With the first publication the list of releases begins; you can go back to any of them.
        </EmptyState>
      )}
      {data && data.items.length > 0 && (
        <ol aria-label="Releases" className="flex flex-col">
          {data.items.map((release, index) => (
            <li
              key={release.number}
              data-release-number={release.number}
              className="flex flex-col gap-1 border-b border-line py-3"
            >
              <div className="flex items-center gap-2">
                <p className="tabular flex-1 font-medium">
                  {release.number}. {releaseWords(release)}
                </p>
                {index === 0 ? (
                  <Badge tone="positive" icon={History}>
                    Now
                  </Badge>
                ) : (
                  <Button
                    size="compact"
                    aria-label={`Go back to release ${release.number}`}
                    isDisabled={actions.busy !== null}
                    onPress={() => void actions.rollBack(release.number)}
                  >
                    Go back to this
                  </Button>
                )}
              </div>
              <p className="text-sm text-ink-muted">{contentWords(release.elementTitles)}</p>
              <p className="text-sm text-ink-muted">
                {release.publishedByName} ·{" "}
                <RelativeTime at={release.publishedAt} zone={zone} kind="happened" />
              </p>
            </li>
          ))}
        </ol>
      )}
      {data && data.total > data.items.length && (
        <p className="tabular pt-3 text-sm text-ink-muted">
          The newest {data.items.length} of {data.total} releases.
        </p>
      )}
    </SidePanel>
  );
}
