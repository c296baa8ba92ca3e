"use client";

import { ArrowDown, ArrowUp } from "lucide-react";
import type { KeyboardEvent, MouseEvent, ReactNode } from "react";
import { useChanged } from "@/components/ui/use-changed";

export type Column<Row> = {
  id: string;
  header: string;
  cell: (row: Row) => ReactNode;
  /** "end" for figures and for the row's actions. */
  align?: "start" | "end";
  /** CSS width, as "10rem". Without it columns share what is left. */
  width?: string;
  isSortable?: boolean;
  isHeaderHidden?: boolean;
  /**
   * Its place in the stacked row on a phone: beside the title, on a line of its own with its header as a label
   * (default), on a line without a label, or nowhere. The first column is the title.
   */
  onPhone?: "beside" | "labelled" | "line" | "hidden";
};

export type Sort = { column: string; direction: "ascending" | "descending" };

type TableProps<Row> = {
  /** Names the table for screen readers. */
  label: string;
  /** The first column names the row. */
  columns: ReadonlyArray<Column<Row>>;
  rows: ReadonlyArray<Row>;
  rowId: (row: Row) => string;
  /** Opens the row; Enter on it does the same, arrows or j and k walk from row to row. */
  onOpen?: (row: Row) => void;
  /** The row that is open beside the table. */
  openId?: string | null;
  /** A change of it marks the row once. */
  rowRevision?: (row: Row) => string | number;
  /** Marks the row once when it first appears. */
  isNew?: (row: Row) => boolean;
  sort?: Sort | null;
  onSort?: (sort: Sort) => void;
  /** Rows of 32 px. */
  isCompact?: boolean;
};

const phonePlace = {
  beside: "max-sm:col-start-2 max-sm:row-start-1 max-sm:justify-self-end",
  labelled:
    "max-sm:col-span-2 max-sm:flex max-sm:gap-2 max-sm:before:w-20 max-sm:before:shrink-0 max-sm:before:text-ink-muted max-sm:before:content-[attr(data-label)]",
  line: "max-sm:col-span-2",
  hidden: "max-sm:hidden",
} as const;

// The table reaches 8 px beyond its column on both sides, so that its text stands in line with the page's.
const edgeClass = "sm:[&>:first-child]:pl-2 sm:[&>:last-child]:pr-2";

/** Rows with hairlines. On a phone each row is a small stack. Shows nothing if there are no rows: use EmptyState. */
export function Table<Row>({
  label,
  columns,
  rows,
  rowId,
  onOpen,
  openId = null,
  rowRevision,
  isNew,
  sort = null,
  onSort,
  isCompact = false,
}: TableProps<Row>) {
  return (
    // The roles are written out because CSS that stacks the rows takes them away in some browsers.
    <table
      // biome-ignore lint/a11y/noRedundantRoles: see above.
      role="table"
      aria-label={label}
      className="w-full border-collapse text-left max-sm:block sm:-mx-2 sm:w-[calc(100%+1rem)]"
    >
      {/* biome-ignore lint/a11y/noRedundantRoles: see above. */}
      <thead role="rowgroup" className="max-sm:spoken-only">
        {/* biome-ignore lint/a11y/noRedundantRoles: see above. */}
        <tr role="row" className={`border-b border-line ${edgeClass}`}>
          {columns.map((column) => (
            <HeaderCell key={column.id} column={column} sort={sort} onSort={onSort} />
          ))}
        </tr>
      </thead>
      {/* biome-ignore lint/a11y/noRedundantRoles: see above. */}
      <tbody role="rowgroup" className="max-sm:block" onKeyDown={onOpen && walkRows}>
        {rows.map((row) => {
          const id = rowId(row);
          return (
            <BodyRow
              key={id}
              id={id}
              row={row}
              columns={columns}
              onOpen={onOpen}
              isOpen={id === openId}
              revision={rowRevision?.(row) ?? 0}
              isNew={isNew?.(row) ?? false}
              isCompact={isCompact}
            />
          );
        })}
      </tbody>
    </table>
  );
}

function HeaderCell<Row>({
  column,
  sort,
  onSort,
}: {
  column: Column<Row>;
  sort: Sort | null;
  onSort: ((sort: Sort) => void) | undefined;
}) {
  const direction = sort?.column === column.id ? sort.direction : null;
  const Arrow = direction === "descending" ? ArrowDown : ArrowUp;
  return (
    <th
      scope="col"
      aria-sort={direction ?? (column.isSortable ? "none" : undefined)}
      style={{ width: column.width }}
      className={`h-9 pr-6 text-sm font-medium whitespace-nowrap text-ink-muted ${column.align === "end" ? "text-right" : ""}`}
    >
      {column.isSortable && onSort ? (
        <button
          type="button"
          onClick={() =>
            onSort({ column: column.id, direction: direction === "ascending" ? "descending" : "ascending" })
          }
          className="inline-flex items-center gap-1 rounded-sm hover:text-ink"
        >
          {column.header}
          <Arrow aria-hidden="true" className={`size-3.5 ${direction ? "text-ink" : "invisible"}`} />
        </button>
      ) : (
        <span className={column.isHeaderHidden ? "spoken-only" : undefined}>{column.header}</span>
      )}
    </th>
  );
}

type BodyRowProps<Row> = {
  id: string;
  row: Row;
  columns: ReadonlyArray<Column<Row>>;
  onOpen: ((row: Row) => void) | undefined;
  isOpen: boolean;
  revision: string | number;
  isNew: boolean;
  isCompact: boolean;
};

function BodyRow<Row>({ id, row, columns, onOpen, isOpen, revision, isNew, isCompact }: BodyRowProps<Row>) {
  const { isChanged, markSeen } = useChanged(revision, isNew);
  const [title, ...others] = columns;
  const cellClass = `sm:pr-6 sm:align-middle ${isCompact ? "sm:h-8 sm:py-0" : "sm:h-10 sm:py-1"}`;

  return (
    // The click only makes the row's button larger; the keyboard has the button.
    <tr
      // biome-ignore lint/a11y/noRedundantRoles: see Table.
      role="row"
      data-row-id={id}
      data-changed={isChanged || undefined}
      aria-current={isOpen || undefined}
      onPointerEnter={markSeen}
      onFocus={markSeen}
      onClick={onOpen && ((event) => isPlainClick(event) && onOpen(row))}
      className={`border-b border-line transition-colors max-sm:grid max-sm:grid-cols-[1fr_auto] max-sm:gap-x-3 max-sm:gap-y-1.5 max-sm:py-3 ${onOpen ? "cursor-default hover:bg-surface-hover" : ""} ${isOpen ? "bg-accent-soft" : ""} ${edgeClass}`}
    >
      {title && (
        <th
          scope="row"
          // biome-ignore lint/a11y/noRedundantRoles: see Table.
          role="rowheader"
          className={`min-w-0 font-medium ${cellClass} ${title.align === "end" ? "sm:text-right" : ""}`}
        >
          {onOpen ? (
            <button
              type="button"
              data-row-button=""
              onClick={() => onOpen(row)}
              className="max-w-full rounded-sm text-left hover:text-accent"
            >
              {title.cell(row)}
            </button>
          ) : (
            title.cell(row)
          )}
        </th>
      )}
      {others.map((column) => (
        <td
          key={column.id}
          // biome-ignore lint/a11y/noRedundantRoles: see Table.
          role="cell"
          data-label={column.header}
          className={`min-w-0 ${cellClass} ${column.align === "end" ? "tabular sm:text-right" : ""} ${phonePlace[column.onPhone ?? "labelled"]}`}
        >
          {column.cell(row)}
        </td>
      ))}
    </tr>
  );
}

/** A click on the row itself: not on something in it that acts, and not the end of selecting text. */
function isPlainClick(event: MouseEvent<HTMLElement>): boolean {
  const { target } = event;
  if (target instanceof Element && target.closest("a, button, input, label, [role='button']")) return false;
  return window.getSelection()?.isCollapsed ?? true;
}

function walkRows(event: KeyboardEvent<HTMLElement>) {
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
