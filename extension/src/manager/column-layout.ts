/** Which columns are shown, how wide, in which order, and what the list is sorted by. Decides what is kept of a wish. */
import { COLUMN_IDS, COLUMNS, type ColumnId } from './columns.ts';

/** By which column, which way. */
export interface Sort {
  readonly column: ColumnId;
  readonly direction: 'ascending' | 'descending';
}

/** The layout of the list. */
export interface Layout {
  /** All columns; the number and the name stay at the start. */
  readonly order: readonly ColumnId[];
  /** Widths that the user gave, in pixels. */
  readonly widths: Readonly<Partial<Record<ColumnId, number>>>;
  /** What the user showed or hid, where it differs from what is usual. */
  readonly shown: Readonly<Partial<Record<ColumnId, boolean>>>;
  readonly sort: Sort;
}

/** What holds until the user changes it. */
export const USUAL_LAYOUT: Layout = {
  order: COLUMN_IDS,
  widths: {},
  shown: {},
  sort: { column: 'number', direction: 'ascending' },
};

/** Wider pages show when a torrent was added. */
const WIDE = 1500;
const WIDEST = 2000;
const PINNED: readonly ColumnId[] = ['number', 'name'];

/** Whether a column stays at the start and cannot be hidden. */
export function isPinned(id: ColumnId): boolean {
  return PINNED.includes(id);
}

/** Whether a column is shown on a page so wide. */
export function isShown(layout: Layout, id: ColumnId, pageWidth: number): boolean {
  if (isPinned(id)) return true;
  return layout.shown[id] ?? (id === 'added' ? pageWidth >= WIDE : !COLUMNS[id].isOptional);
}

/** The columns that are shown, in order. */
export function shownColumns(layout: Layout, pageWidth: number): readonly ColumnId[] {
  return layout.order.filter((id) => isShown(layout, id, pageWidth));
}

/** Width of a column in pixels. */
export function widthOf(layout: Layout, id: ColumnId): number {
  return layout.widths[id] ?? COLUMNS[id].width;
}

/** The name gives way before the list has to scroll sideways, until the user gave it a width. */
function leastWidthOf(layout: Layout, id: ColumnId): number {
  return id === 'name' ? (layout.widths.name ?? COLUMNS.name.min) : widthOf(layout, id);
}

/** The columns as the value of `grid-template-columns`: the name takes what is left until the user gave it a width. */
export function templateOf(layout: Layout, columns: readonly ColumnId[]): string {
  const isFixed = layout.widths.name !== undefined;
  const tracks = columns.map((id) => {
    const width = leastWidthOf(layout, id);
    return id === 'name' && !isFixed ? `minmax(${width}px, 1fr)` : `${width}px`;
  });
  return isFixed ? `${tracks.join(' ')} minmax(0, 1fr)` : tracks.join(' ');
}

/** The least width of all columns together. */
export function totalWidth(layout: Layout, columns: readonly ColumnId[]): number {
  return columns.reduce((sum, id) => sum + leastWidthOf(layout, id), 0);
}

/** A column gets another width, within what it needs; null = what is usual. */
export function resized(layout: Layout, id: ColumnId, width: number | null): Layout {
  const { [id]: _, ...widths } = layout.widths;
  if (width === null) return { ...layout, widths };
  const kept = Math.round(Math.min(WIDEST, Math.max(COLUMNS[id].min, width)));
  return { ...layout, widths: { ...widths, [id]: kept } };
}

/** A column is put before another, or at the end. What is pinned stays. */
export function reordered(layout: Layout, id: ColumnId, before: ColumnId | null): Layout {
  if (isPinned(id) || id === before) return layout;
  const order = layout.order.filter((other) => other !== id);
  const at = before === null ? order.length : Math.max(PINNED.length, order.indexOf(before));
  return { ...layout, order: [...order.slice(0, at), id, ...order.slice(at)] };
}

/** A column changes places with its neighbour among those shown. */
export function shifted(layout: Layout, id: ColumnId, by: -1 | 1, pageWidth: number): Layout {
  const columns = shownColumns(layout, pageWidth);
  const at = columns.indexOf(id);
  const other = columns[at + by];
  if (at < 0 || other === undefined || isPinned(other)) return layout;
  return by === -1
    ? reordered(layout, id, other)
    : reordered(layout, id, columns[at + 2] ?? after(layout, other));
}

function after(layout: Layout, id: ColumnId): ColumnId | null {
  return layout.order[layout.order.indexOf(id) + 1] ?? null;
}

/** A column is shown or hidden; the list is not sorted by one that cannot be seen. */
export function withShown(layout: Layout, id: ColumnId, isOn: boolean): Layout {
  if (isPinned(id)) return layout;
  const sort = !isOn && layout.sort.column === id ? USUAL_LAYOUT.sort : layout.sort;
  return { ...layout, shown: { ...layout.shown, [id]: isOn }, sort };
}

/** The head of a column was clicked: sorted by it, or the other way round. */
export function sortedBy(layout: Layout, id: ColumnId): Layout {
  const { sort } = layout;
  if (sort.column !== id) return { ...layout, sort: { column: id, direction: COLUMNS[id].first } };
  const direction = sort.direction === 'ascending' ? 'descending' : 'ascending';
  return { ...layout, sort: { column: id, direction } };
}

const isColumn = (value: unknown): value is ColumnId => COLUMN_IDS.includes(value as ColumnId);

/** A layout that was kept, with what it lacks; the usual one of what is none. */
export function readLayout(value: unknown): Layout {
  if (typeof value !== 'object' || value === null) return USUAL_LAYOUT;
  const { order, widths, shown, sort } = value as Record<string, unknown>;
  let layout = USUAL_LAYOUT;
  const kept = Array.isArray(order) ? [...new Set(order.filter(isColumn))] : [];
  const rest = kept.filter((id) => !isPinned(id));
  layout = {
    ...layout,
    order: [...PINNED, ...rest, ...COLUMN_IDS.filter((id) => !isPinned(id) && !rest.includes(id))],
  };
  for (const [id, width] of Object.entries(widths ?? {}))
    if (isColumn(id) && typeof width === 'number' && Number.isFinite(width))
      layout = resized(layout, id, width);
  for (const [id, isOn] of Object.entries(shown ?? {}))
    if (isColumn(id) && typeof isOn === 'boolean') layout = withShown(layout, id, isOn);
  const { column, direction } = (sort ?? {}) as Record<string, unknown>;
  if (isColumn(column) && (direction === 'ascending' || direction === 'descending'))
    layout = { ...layout, sort: { column, direction } };
  return layout;
}
