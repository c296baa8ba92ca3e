"use client";

import { History, Monitor, Plus, Smartphone, Undo2 } from "lucide-react";
import { useState } from "react";
import { ToggleButton, ToggleButtonGroup } from "react-aria-components";
import { ElementDialog } from "@/components/homepage/element-dialog";
import { ElementList } from "@/components/homepage/element-list";
import { type Device, devices, HomepagePreview } from "@/components/homepage/homepage-preview";
import { ReleasePanel } from "@/components/homepage/release-panel";
import { useHomepageActions } from "@/components/homepage/use-homepage-actions";
import { withElement } from "@/components/homepage/with-element";
import { UploadDrop } from "@/components/media/upload-drop";
import { UploadList } from "@/components/media/upload-list";
import { Button } from "@/components/ui/button";
import { EmptyState } from "@/components/ui/empty-state";
import { ErrorState } from "@/components/ui/error-state";
import { Notice } from "@/components/ui/notice";
import { RelativeTime } from "@/components/ui/relative-time";
import { TableSkeleton } from "@/components/ui/skeleton";
import { Tabs } from "@/components/ui/tabs";
import { zoneCity } from "@/components/ui/time-words";
import { useHomepage, useHomepageElements, useHomepageReleases } from "@/lib/homepage/client";
import type { ElementPage, Homepage, HomepageElement, ReleasePage } from "@/lib/homepage/schema";
import type { UploadPage } from "@/lib/media/schema";

type HomepageManagerProps = {
  zone: string;
  initial: { homepage: Homepage; elements: ElementPage; releases: ReleasePage; uploads: UploadPage };
};

type View = "current" | "archived";

/** What visitors see now, and beside it everything that it is made of. */
export function HomepageManager({ zone, initial }: HomepageManagerProps) {
  const homepage = useHomepage(initial.homepage).data ?? initial.homepage;
  const current = useHomepageElements("current", null, initial.elements);
  const releases = useHomepageReleases(initial.releases).data ?? initial.releases;
  const order = (current.data?.items ?? []).map(({ id }) => id);
  const release = current.data?.release ?? initial.elements.release;
  const actions = useHomepageActions(release);
  const [device, setDevice] = useState<Device>("desktop");
  const [view, setView] = useState<View>("current");
  const [previewedId, setPreviewedId] = useState<string | null>(null);
  const [edited, setEdited] = useState<HomepageElement | "banner" | "text" | null>(null);
  const [showsReleases, setShowsReleases] = useState(false);

  const previewed = current.data?.items.find(({ id }) => id === previewedId) ?? null;
  const [newest] = releases.items;

  return (
    <>
      <header className="flex flex-wrap items-end justify-between gap-x-6 gap-y-3 pb-5">
        <div>
          <h1 className="text-xl font-semibold tracking-tight">Homepage</h1>
          <p className="text-sm text-ink-muted">
            {newest ? (
              <>
                Release {newest.number} · {newest.publishedByName},{" "}
                <RelativeTime at={newest.publishedAt} zone={zone} kind="happened" />
              </>
            ) : (
              "Nothing was published yet"
            )}
          </p>
        </div>
        <div className="flex gap-2">
          <Button
            icon={<Undo2 aria-hidden="true" className="size-4" />}
            isDisabled={release === 0}
            isPending={actions.busy === "rollback"}
            onPress={() => void actions.rollBack()}
          >
            Roll back
          </Button>
          <Button
            icon={<History aria-hidden="true" className="size-4" />}
            onPress={() => setShowsReleases(true)}
          >
            Releases
          </Button>
        </div>
      </header>

      <div className="grid gap-x-10 gap-y-8 lg:grid-cols-[minmax(0,1fr)_minmax(24rem,30rem)]">
        <section
          aria-labelledby="seen-now"
          className="flex min-w-0 flex-col gap-3 self-start lg:sticky lg:top-19"
        >
          <div className="flex items-center justify-between gap-3">
            <h2 id="seen-now" className="min-w-0 truncate font-semibold">
              {previewed ? `With “${previewed.title}”` : "What visitors see now"}
            </h2>
            <DeviceSwitch device={device} onChange={setDevice} />
          </div>
          {previewed && (
            <Notice
              tone="info"
              action={
                <div className="flex gap-2">
                  <Button size="compact" onPress={() => setPreviewedId(null)}>
                    Back
                  </Button>
                  <Button
                    size="compact"
                    variant="primary"
                    isPending={actions.busy === `publish ${previewed.id}`}
                    onPress={async () => {
                      if (await actions.publish(previewed)) setPreviewedId(null);
                    }}
                  >
                    Publish
                  </Button>
                </div>
              }
            >
              A preview: visitors do not see this yet.
            </Notice>
          )}
          <HomepagePreview
            key={device}
            homepage={previewed ? withElement(homepage, previewed, order) : homepage}
            device={device}
          />
        </section>

        <div className="flex min-w-0 flex-col gap-8">
          <section aria-labelledby="uploads" className="flex flex-col">
            <h2 id="uploads" className="pb-3 font-semibold">
              Uploads
            </h2>
            <UploadDrop />
            <UploadList
              initial={initial.uploads}
              whenCompleted={({ element }) => {
                const draft = current.data?.items.find(({ id }) => id === element?.id);
                if (draft?.status !== "draft") return null;
                return (
                  <>
                    <Button size="compact" onPress={() => setPreviewedId(draft.id)}>
                      Preview
                    </Button>
                    <Button
                      size="compact"
                      variant="primary"
                      isPending={actions.busy === `publish ${draft.id}`}
                      onPress={() => void actions.publish(draft)}
                    >
                      Publish
                    </Button>
                  </>
                );
              }}
            />
          </section>

          <section aria-labelledby="elements" className="flex min-w-0 flex-col gap-2">
            <div className="flex flex-wrap items-center justify-between gap-2">
              <h2 id="elements" className="font-semibold">
                Elements
              </h2>
              <div className="flex gap-2">
                <Button
                  size="compact"
                  icon={<Plus aria-hidden="true" className="size-3.5" />}
                  onPress={() => setEdited("banner")}
                >
                  Banner
                </Button>
                <Button
                  size="compact"
                  icon={<Plus aria-hidden="true" className="size-3.5" />}
                  onPress={() => setEdited("text")}
                >
                  Text
                </Button>
              </div>
            </div>
            <Tabs
              label="Elements by status"
              tabs={[
                { id: "current", label: "In order", ...(current.data ? { count: current.data.total } : {}) },
                { id: "archived", label: "Archive" },
              ]}
              selected={view}
              onSelect={setView}
            >
              <Elements
                key={view}
                view={view}
                initial={view === "current" ? initial.elements : undefined}
                zone={zone}
                actions={actions}
                onEdit={setEdited}
                onPreview={({ id }) => {
                  setPreviewedId(id);
                  document.getElementById("seen-now")?.scrollIntoView({ block: "center" });
                }}
              />
            </Tabs>
            <p className="text-sm text-ink-muted">Times in {zoneCity(zone)}</p>
          </section>
        </div>
      </div>

      {edited !== null && (
        <ElementDialog
          subject={edited}
          zone={zone}
          onClose={() => setEdited(null)}
          onSaved={() => setEdited(null)}
          onSavedToPublish={(element) => {
            setEdited(null);
            void actions.publish(element);
          }}
        />
      )}
      {showsReleases && (
        <ReleasePanel zone={zone} actions={actions} onClose={() => setShowsReleases(false)} />
      )}
    </>
  );
}

type ElementsProps = {
  view: View;
  initial: ElementPage | undefined;
  zone: string;
  actions: ReturnType<typeof useHomepageActions>;
  onEdit: (element: HomepageElement) => void;
  onPreview: (element: HomepageElement) => void;
};

function Elements({ view, initial, zone, actions, onEdit, onPreview }: ElementsProps) {
  const [cursors, setCursors] = useState<readonly (string | null)[]>([null]);
  const cursor = cursors.at(-1) ?? null;
  const { data, error, isValidating, mutate } = useHomepageElements(
    view,
    cursor,
    cursor === null ? initial : undefined,
  );
  if (!data && error) {
    return (
      <ErrorState
        title="The elements could not be fetched"
        onRetry={() => void mutate()}
        isRetrying={isValidating}
      >
        {error instanceof Error ? error.message : "Nothing was lost. Please try again."}
      </ErrorState>
    );
  }
  if (!data) return <TableSkeleton label="Fetching the elements" columns={2} rows={3} />;
  if (data.items.length === 0 && cursor === null) {
    return view === "current" ? (
      <EmptyState title="No elements yet">
        Send a hero video, or write a banner or a text. Nothing is shown to visitors before you publish it.
      </EmptyState>
    ) : (
      <EmptyState title="The archive is empty">
        What you archive is kept here, and can be taken out again.
      </EmptyState>
    );
  }
  const isOnePage = cursor === null && data.nextCursor === null;
  return (
    <>
      {error !== undefined && (
        <Notice tone="caution">The list could not be refreshed; what you see may be a little old.</Notice>
      )}
      <ElementList
        elements={data.items}
        zone={zone}
        actions={actions}
        canOrder={isOnePage}
        onEdit={onEdit}
        onPreview={onPreview}
      />
      {!isOnePage && (
        <nav aria-label="Pages of elements" className="flex items-center justify-end gap-2 pt-3">
          {view === "current" && (
            <p className="flex-1 text-sm text-ink-muted">
              With fewer than {data.items.length + 1} elements they can be ordered here.
            </p>
          )}
          <Button
            size="compact"
            isDisabled={cursors.length === 1}
            onPress={() => setCursors(cursors.slice(0, -1))}
          >
            Previous
          </Button>
          <Button
            size="compact"
            isDisabled={data.nextCursor === null}
            onPress={() => setCursors([...cursors, data.nextCursor])}
          >
            Next
          </Button>
        </nav>
      )}
    </>
  );
}

const deviceIcons = { desktop: Monitor, phone: Smartphone } as const;
const deviceWords = { desktop: "Desktop", phone: "Phone" } as const;

function DeviceSwitch({ device, onChange }: { device: Device; onChange: (device: Device) => void }) {
  return (
    <ToggleButtonGroup
      aria-label="Preview on"
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[device]}
      onSelectionChange={(keys) => {
        const chosen = devices.find((candidate) => keys.has(candidate));
        if (chosen) onChange(chosen);
      }}
      className="flex shrink-0 rounded-sm border border-line-medium p-0.5"
    >
      {devices.map((id) => {
        const Icon = deviceIcons[id];
        return (
          <ToggleButton
            key={id}
            id={id}
            className="inline-flex h-7 touch:h-9 items-center gap-1.5 rounded-[4px] px-2.5 text-sm text-ink-muted transition-colors data-hovered:text-ink data-selected:bg-surface-hover data-selected:font-medium data-selected:text-ink"
          >
            <Icon aria-hidden="true" className="size-3.5" />
            {deviceWords[id]}
          </ToggleButton>
        );
      })}
    </ToggleButtonGroup>
  );
}
