"use client";

import { ArrowDown, ArrowUp } from "lucide-react";
import type { MouseEvent, ReactNode } from "react";
import { useChanged } from "@/components/ui/use-changed";
import { walkRows } from "@/components/ui/walk-rows";

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
   * Its place in the stacked row where columns have no room: beside the title, on a line of its own with its header as a label
   * (default), on a line without a label, or nowhere. The first column is the title.
   */
  stacked?: "beside" | "labelled" | "line" | "hidden";
};

export type Sort = { column: string; direction: "ascending" | "descending" };

type RowAttributes = Readonly<Record<`data-${string}`, string>>;

type TableProps<Row> = {
  /** Names the table for screen readers. */
  label: string;
  /** The first column names the row. */
  columns: ReadonlyArray<Column<Row>>;
  rows: ReadonlyArray<Row>;
  rowId: (row: Row) => string;
  /** What the whole row carries for those who look for it from outside, as its id in the concept's own name. */
  rowAttributes?: (row: Row) => RowAttributes;
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

const stackedPlace = {
  beside: "narrow:col-start-2 narrow:row-start-1 narrow:justify-self-end",
  labelled:
    "narrow:col-span-2 narrow:flex narrow:gap-2 narrow:before:w-20 narrow:before:shrink-0 narrow:before:text-ink-muted narrow:before:content-[attr(data-label)]",
  line: "narrow:col-span-2",
  hidden: "narrow:hidden",
} as const;

// The table reaches 8 px beyond its column on both sides, so that its text stands in line with the page's.
const edgeClass = "wide:[&>:first-child]:pl-2 wide:[&>:last-child]:pr-2";

/** Rows with hairlines. Where there is no room for columns each row is a small stack. Shows nothing if there are no rows: use EmptyState. */
export function Table<Row>({
  label,
  columns,
  rows,
  rowId,
  rowAttributes,
  onOpen,
  openId = null,
  rowRevision,
  isNew,
  sort = null,
  onSort,
  isCompact = false,
}: TableProps<Row>) {
  return (
    <div className="@container">
      {/* The roles are written out because CSS that stacks the rows takes them away in some browsers. */}
      <table
        // biome-ignore lint/a11y/noRedundantRoles: see above.
        role="table"
        aria-label={label}
        className="w-full table-fixed border-collapse text-left narrow:block wide:-mx-2 wide:w-[calc(100%+1rem)]"
      >
        {/* biome-ignore lint/a11y/noRedundantRoles: see above. */}
        <thead role="rowgroup" className="narrow:spoken-only">
          {/* biome-ignore lint/a11y/noRedundantRoles: see above. */}
          <tr role="row" className={`border-b border-line ${edgeClass}`}>
            {columns.map((column) => (
              <HeaderCell key={column.id} column={column} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        {/* biome-ignore lint/a11y/noRedundantRoles: see above. */}
        <tbody role="rowgroup" className="narrow:block" onKeyDown={onOpen && walkRows}>
          {rows.map((row) => {
            const id = rowId(row);
            return (
              <BodyRow
                key={id}
                row={row}
                attributes={rowAttributes?.(row)}
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
    </div>
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
  row: Row;
  attributes: RowAttributes | undefined;
  columns: ReadonlyArray<Column<Row>>;
  onOpen: ((row: Row) => void) | undefined;
  isOpen: boolean;
  revision: string | number;
  isNew: boolean;
  isCompact: boolean;
};

function BodyRow<Row>({
  row,
  attributes,
  columns,
  onOpen,
  isOpen,
  revision,
  isNew,
  isCompact,
}: BodyRowProps<Row>) {
  const { isChanged, markSeen } = useChanged(revision, isNew);
  const [title, ...others] = columns;
  const cellClass = `wide:pr-6 wide:align-middle ${isCompact ? "wide:h-8 wide:py-0" : "wide:h-10 wide:py-1"}`;

  return (
    // The click only makes the row's button larger; the keyboard has the button.
    <tr
      // biome-ignore lint/a11y/noRedundantRoles: see Table.
      role="row"
      {...attributes}
      data-changed={isChanged || undefined}
      aria-current={isOpen || undefined}
      onPointerEnter={markSeen}
      onFocus={markSeen}
      onClick={onOpen && ((event) => isPlainClick(event) && onOpen(row))}
      className={`border-b border-line transition-colors narrow:grid narrow:grid-cols-[1fr_auto] narrow:gap-x-3 narrow:gap-y-1.5 narrow:py-3 ${onOpen ? "cursor-default hover:bg-surface-hover" : ""} ${isOpen ? "bg-accent-soft" : ""} ${edgeClass}`}
    >
      {title && (
        <th
          scope="row"
          // biome-ignore lint/a11y/noRedundantRoles: see Table.
          role="rowheader"
          className={`min-w-0 font-medium ${cellClass} ${title.align === "end" ? "wide:text-right" : ""}`}
        >
          {onOpen ? (
            <button
              type="button"
              data-row-button=""
              onClick={() => onOpen(row)}
              className="block max-w-full rounded-sm text-left hover:text-accent"
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
          className={`min-w-0 ${cellClass} ${column.align === "end" ? "tabular wide:text-right" : ""} ${stackedPlace[column.stacked ?? "labelled"]}`}
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
