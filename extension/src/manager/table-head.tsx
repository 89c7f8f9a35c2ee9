/** The head of the list: sorts, resizes, reorders, and opens the menu of a column. */
import {
  useRef,
  useState,
  type DragEvent,
  type KeyboardEvent,
  type PointerEvent,
  type ReactNode,
} from 'react';
import { direction as pageDirection, t } from '../model/i18n.ts';
import { Icon, useObservable } from '../ui/react.tsx';
import { isPinned, reordered, resized, shifted, sortedBy, widthOf } from './column-layout.ts';
import { COLUMNS, type ColumnId } from './columns.ts';
import { useManager } from './context.tsx';

const COLUMN_TYPE = 'application/x-jstorrent-column';
/** A key press makes a column wider by this. */
const STEP = 12;

interface HeadProps {
  readonly columns: readonly ColumnId[];
  readonly pageWidth: number;
}

/** The head. */
export function TableHead({ columns, pageWidth }: HeadProps): ReactNode {
  const [tabStop, setTabStop] = useState<ColumnId>('number');
  const stop = columns.includes(tabStop) ? tabStop : 'number';
  return (
    <div className="gh" role="row" aria-rowindex={1}>
      {columns.map((id) => (
        <HeadCell
          key={id}
          id={id}
          pageWidth={pageWidth}
          isTabStop={id === stop}
          onFocus={() => setTabStop(id)}
        />
      ))}
    </div>
  );
}

interface CellProps {
  readonly id: ColumnId;
  readonly pageWidth: number;
  readonly isTabStop: boolean;
  readonly onFocus: () => void;
}

function HeadCell({ id, pageWidth, isTabStop, onFocus }: CellProps): ReactNode {
  const manager = useManager();
  const layout = useObservable(manager.layout);
  const [isOver, setOver] = useState(false);
  const cell = useRef<HTMLDivElement>(null);
  const { sort } = layout;
  const column = COLUMNS[id];
  const isSorted = sort.column === id;
  const openMenu = (at: Element | { x: number; y: number }): void =>
    manager.menu.set({ kind: 'column', at, about: id });
  const onKeyDown = (event: KeyboardEvent): void => {
    const change = keyChange(event, id, { layout, pageWidth });
    if (change === 'menu' && cell.current !== null) openMenu(cell.current);
    else if (change === 'next' || change === 'previous') focusNeighbour(cell.current, change);
    else if (change === null) return;
    else if (typeof change === 'object') manager.layout.set(change);
    event.preventDefault();
    event.stopPropagation();
  };
  const onDrop = (event: DragEvent): void => {
    const moved = event.dataTransfer.getData(COLUMN_TYPE) as ColumnId | '';
    setOver(false);
    if (moved === '') return;
    event.preventDefault();
    event.stopPropagation();
    manager.layout.set(reordered(layout, moved, id));
  };
  return (
    <div
      ref={cell}
      role="columnheader"
      aria-sort={isSorted ? sort.direction : undefined}
      className={`${column.isFigure ? 'r ' : ''}${isOver ? 'over ' : ''}h-${id}`}
      draggable={!isPinned(id)}
      onDragStart={(event) => {
        event.stopPropagation();
        event.dataTransfer.setData(COLUMN_TYPE, id);
      }}
      onDragOver={(event) => {
        if (!event.dataTransfer.types.includes(COLUMN_TYPE)) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
      onContextMenu={(event) => {
        event.preventDefault();
        event.stopPropagation();
        openMenu({ x: event.clientX, y: event.clientY });
      }}
    >
      <button
        type="button"
        className="hb"
        tabIndex={isTabStop ? 0 : -1}
        title={id === 'number' ? t('column_number_hint') : undefined}
        onFocus={onFocus}
        onClick={() => manager.layout.set(sortedBy(layout, id))}
        onKeyDown={onKeyDown}
      >
        {id === 'number' ? (
          <>
            <span aria-hidden="true">{t('column_number_sign')}</span>
            <span className="sr">{t('column_number')}</span>
          </>
        ) : (
          <span className="el">{t(column.title)}</span>
        )}
        {isSorted && <Icon name={sort.direction === 'ascending' ? 'sortasc' : 'sortdesc'} className="s" />}
      </button>
      <ResizeHandle id={id} cell={cell} />
    </div>
  );
}

function ResizeHandle({
  id,
  cell,
}: {
  readonly id: ColumnId;
  readonly cell: { readonly current: HTMLElement | null };
}): ReactNode {
  const manager = useManager();
  const start = useRef<{ x: number; width: number } | null>(null);
  const onPointerDown = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    event.preventDefault();
    event.stopPropagation();
    event.currentTarget.setPointerCapture(event.pointerId);
    start.current = { x: event.clientX, width: cell.current?.offsetWidth ?? COLUMNS[id].width };
    // What takes the spare width would give way on the wrong side.
    const name = cell.current?.parentElement?.querySelector<HTMLElement>('.h-name')?.offsetWidth;
    const { value } = manager.layout;
    if (name !== undefined && value.widths.name === undefined)
      manager.layout.set(resized(value, 'name', name));
  };
  const onPointerMove = (event: PointerEvent): void => {
    if (start.current === null) return;
    const by = (event.clientX - start.current.x) * (pageDirection === 'rtl' ? -1 : 1);
    manager.layout.set(resized(manager.layout.value, id, start.current.width + by));
  };
  return (
    <span
      className="rz"
      aria-hidden="true"
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={() => (start.current = null)}
      onLostPointerCapture={() => (start.current = null)}
      onDoubleClick={(event) => {
        event.stopPropagation();
        manager.layout.set(resized(manager.layout.value, id, null));
      }}
      draggable
      onDragStart={(event) => {
        event.preventDefault();
        event.stopPropagation();
      }}
    />
  );
}

type LayoutNow = { readonly layout: Parameters<typeof shifted>[0]; readonly pageWidth: number };

/** What a key does in the head of a column; null = nothing. */
function keyChange(
  event: KeyboardEvent,
  id: ColumnId,
  { layout, pageWidth }: LayoutNow,
): 'menu' | 'next' | 'previous' | LayoutNow['layout'] | null {
  if (event.key === 'ContextMenu' || event.key === 'ArrowDown' || (event.key === 'F10' && event.shiftKey))
    return 'menu';
  if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return null;
  const isForward = (event.key === 'ArrowRight') === (pageDirection === 'ltr');
  if (event.altKey) return shifted(layout, id, isForward ? 1 : -1, pageWidth);
  if (event.shiftKey) return resized(layout, id, widthOf(layout, id) + (isForward ? STEP : -STEP));
  return isForward ? 'next' : 'previous';
}

function focusNeighbour(cell: HTMLElement | null, to: 'next' | 'previous'): void {
  const other = to === 'next' ? cell?.nextElementSibling : cell?.previousElementSibling;
  other?.querySelector<HTMLElement>('.hb')?.focus();
}
