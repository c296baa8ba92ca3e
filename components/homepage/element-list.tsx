"use client";

import {
  ArchiveRestore,
  ArrowDown,
  ArrowUp,
  Ellipsis,
  Eye,
  EyeOff,
  GripVertical,
  Pencil,
  Archive as ToArchive,
} from "lucide-react";
import { useState } from "react";
import { Button as AriaButton, GridList, GridListItem, useDragAndDrop } from "react-aria-components";
import { elementLook, typeIcons, typeWords } from "@/components/homepage/element-words";
import type { HomepageActions } from "@/components/homepage/use-homepage-actions";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Menu, MenuItem, MenuSeparator } from "@/components/ui/menu";
import { timeWords } from "@/components/ui/time-words";
import { useNow } from "@/components/ui/use-now";
import type { HomepageElement } from "@/lib/homepage/schema";

type ElementListProps = {
  elements: readonly HomepageElement[];
  zone: string;
  actions: HomepageActions;
  /** False where only a part of the elements is here. */
  canOrder: boolean;
  onEdit: (element: HomepageElement) => void;
  onPreview: (element: HomepageElement) => void;
};

/**
 * The elements in the order of the page. By the grip they are dragged, by pointer or by keyboard (Enter, arrows, Enter);
 * the menu moves one by one.
 */
export function ElementList({ elements, zone, actions, canOrder, onEdit, onPreview }: ElementListProps) {
  const now = useNow();
  const [wanted, setWanted] = useState<readonly string[] | null>(null);
  const ids = elements.map(({ id }) => id);
  const rows = wanted ? sortBy(elements, wanted) : elements;
  const isArchive = elements.every(({ status }) => status === "archived");

  async function order(next: readonly string[]) {
    if (next.join() === ids.join()) return;
    // At once, and back where it was if the server refuses.
    setWanted(next);
    await actions.order([...next], ids);
    setWanted(null);
  }

  function moveBy(id: string, step: -1 | 1) {
    const from = ids.indexOf(id);
    const next = ids.filter((other) => other !== id);
    next.splice(from + step, 0, id);
    void order(next);
  }

  const { dragAndDropHooks } = useDragAndDrop({
    getItems: (keys) =>
      [...keys].map((key) => ({ "text/plain": elements.find(({ id }) => id === key)?.title ?? "" })),
    onReorder({ keys, target }) {
      const moved = ids.filter((id) => keys.has(id));
      const rest = ids.filter((id) => !keys.has(id));
      const at = rest.indexOf(String(target.key));
      rest.splice(target.dropPosition === "before" ? at : at + 1, 0, ...moved);
      void order(rest);
    },
    isDisabled: !canOrder || isArchive || actions.busy !== null,
  });

  return (
    <GridList
      aria-label={isArchive ? "Archived elements" : "Elements of the homepage"}
      items={rows}
      dependencies={[rows, now, actions.busy, zone]}
      dragAndDropHooks={dragAndDropHooks}
      className="flex flex-col outline-none"
    >
      {(element) => {
        const { id, title, status } = element;
        const look = elementLook(element, now);
        const place = ids.indexOf(id);
        return (
          <GridListItem
            id={id}
            textValue={title}
            data-element-id={id}
            data-element-status={status}
            className="flex items-center gap-3 border-b border-line py-2.5 -outline-offset-2 data-dragging:opacity-50 data-drop-target:bg-accent-soft"
          >
            {canOrder && !isArchive && (
              <AriaButton
                slot="drag"
                aria-label={`Move ${title}`}
                className="-mr-1 -ml-1 grid size-8 touch:size-10 shrink-0 cursor-grab place-items-center rounded-sm text-ink-muted hover:bg-surface-hover hover:text-ink"
              >
                <GripVertical aria-hidden="true" className="size-4" />
              </AriaButton>
            )}
            <Thumbnail element={element} />
            <div className="flex min-w-0 flex-1 flex-col items-start gap-1">
              <p title={title} className="max-w-full truncate font-medium">
                {title}
              </p>
              <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
                <Badge tone={look.tone} icon={look.icon}>
                  {look.word}
                </Badge>
                <span className="tabular text-sm text-ink-muted">
                  {scheduleWords(element, now, zone) ?? typeWords[element.type]}
                </span>
              </div>
            </div>
            {status === "archived" ? (
              <Button
                size="compact"
                icon={<ArchiveRestore aria-hidden="true" className="size-3.5" />}
                isPending={actions.busy === `restore ${id}`}
                onPress={() => void actions.restore(element)}
              >
                Restore
              </Button>
            ) : (
              <>
                {(status === "draft" || element.hasUnpublishedChanges) && (
                  <Button
                    size="compact"
                    variant="primary"
                    aria-label={`Publish ${title}`}
                    isPending={actions.busy === `publish ${id}`}
                    onPress={() => void actions.publish(element)}
                  >
                    Publish
                  </Button>
                )}
                <Menu
                  label={`Actions for ${title}`}
                  trigger={
                    <AriaButton
                      aria-label={`Actions for ${title}`}
                      className="grid size-8 touch:size-10 shrink-0 place-items-center rounded-sm text-ink-muted hover:bg-surface-hover hover:text-ink"
                    >
                      <Ellipsis aria-hidden="true" className="size-4" />
                    </AriaButton>
                  }
                >
                  <MenuItem
                    id="edit"
                    icon={<Pencil aria-hidden="true" className="size-4" />}
                    onAction={() => onEdit(element)}
                  >
                    Edit
                  </MenuItem>
                  <MenuItem
                    id="preview"
                    icon={<Eye aria-hidden="true" className="size-4" />}
                    onAction={() => onPreview(element)}
                  >
                    Preview
                  </MenuItem>
                  <MenuSeparator />
                  <MenuItem
                    id="up"
                    icon={<ArrowUp aria-hidden="true" className="size-4" />}
                    isDisabled={!canOrder || place <= 0}
                    onAction={() => moveBy(id, -1)}
                  >
                    Move up
                  </MenuItem>
                  <MenuItem
                    id="down"
                    icon={<ArrowDown aria-hidden="true" className="size-4" />}
                    isDisabled={!canOrder || place === ids.length - 1}
                    onAction={() => moveBy(id, 1)}
                  >
                    Move down
                  </MenuItem>
                  <MenuSeparator />
                  {status === "published" ? (
                    <MenuItem
                      id="unpublish"
                      icon={<EyeOff aria-hidden="true" className="size-4" />}
                      onAction={() => void actions.unpublish(element)}
                    >
                      Take down
                    </MenuItem>
                  ) : (
                    <MenuItem
                      id="publish"
                      icon={<Eye aria-hidden="true" className="size-4" />}
                      onAction={() => void actions.publish(element)}
                    >
                      Publish
                    </MenuItem>
                  )}
                  <MenuItem
                    id="archive"
                    icon={<ToArchive aria-hidden="true" className="size-4" />}
                    onAction={() => void actions.archive(element)}
                  >
                    Archive
                  </MenuItem>
                </Menu>
              </>
            )}
          </GridListItem>
        );
      }}
    </GridList>
  );
}

function Thumbnail({ element: { type, posterUrl, picture } }: { element: HomepageElement }) {
  const url = posterUrl ?? picture?.url;
  const Icon = typeIcons[type];
  return (
    <div className="grid h-10 w-16 shrink-0 place-items-center overflow-hidden rounded-sm bg-surface-hover text-ink-muted">
      {url ? (
        <picture className="size-full">
          <img src={url} alt="" loading="lazy" className="size-full object-cover" />
        </picture>
      ) : (
        <Icon aria-hidden="true" className="size-4" />
      )}
    </div>
  );
}

/** "from tomorrow 09:00", "until Fri 12 Dec 18:00", both, or null where it is always there. */
function scheduleWords({ startsAt, endsAt }: HomepageElement, now: Date, zone: string): string | null {
  const words = [
    startsAt === null ? null : `from ${timeWords(startsAt, now, zone, "appointment")}`,
    endsAt === null ? null : `until ${timeWords(endsAt, now, zone, "appointment")}`,
  ].filter((part) => part !== null);
  return words.length > 0 ? words.join(" ") : null;
}

function sortBy(elements: readonly HomepageElement[], ids: readonly string[]): HomepageElement[] {
  const place = new Map(ids.map((id, index) => [id, index]));
  return [...elements].sort((a, b) => (place.get(a.id) ?? ids.length) - (place.get(b.id) ?? ids.length));
}
