/** Dragging rows: to another place in the queue, or onto a label. Decides what is carried and where a line is shown. */
import { useMemo, useState, type DragEvent, type RefObject } from 'react';
import { t } from '../model/i18n.ts';
import { queueBefore } from './commands/running.ts';
import { useManager } from './context.tsx';
import type { Manager } from './manager.ts';
import { torrentAt } from './table-events.ts';
import { toasts } from './toasts.ts';

/** Kind of what a drag of rows carries. */
export const ROWS_TYPE = 'application/x-jstorrent-rows';

/** The torrents that a drag carries; null when it carries none. Empty until they are dropped. */
export function carried(transfer: DataTransfer): readonly string[] | null {
  if (!transfer.types.includes(ROWS_TYPE)) return null;
  return transfer
    .getData(ROWS_TYPE)
    .split(' ')
    .filter((id) => id !== '');
}

/** Whether the order of the list is that of the queue. */
function isQueueOrder(manager: Manager): boolean {
  const { sort } = manager.layout.value;
  return sort.column === 'number' && sort.direction === 'ascending';
}

interface RowDrag {
  /** Row before which they would go; null = no drag. */
  readonly line: number | null;
  readonly events: {
    onDragStart(event: DragEvent): void;
    onDragOver(event: DragEvent): void;
    onDragLeave(event: DragEvent): void;
    onDrop(event: DragEvent): void;
    onDragEnd(): void;
  };
}

/** Dragging in the list. */
export function useRowDrag(grid: RefObject<HTMLElement | null>): RowDrag {
  const manager = useManager();
  const [line, setLine] = useState<number | null>(null);
  const events = useMemo(
    (): RowDrag['events'] => ({
      onDragStart: (event) => {
        const id = torrentAt(event.target);
        if (id === null) return;
        const { ids } = manager.selection.value;
        const all = ids.has(id) ? manager.targets : [id];
        event.dataTransfer.setData(ROWS_TYPE, all.join(' '));
        event.dataTransfer.effectAllowed = 'copyMove';
        manager.hold.set('drag', true);
        // A row that was scrolled away meanwhile does not tell of the end; the pointer moves again only then.
        addEventListener('pointermove', () => manager.hold.set('drag', false), { once: true });
      },
      onDragOver: (event) => {
        if (carried(event.dataTransfer) === null) return;
        event.preventDefault();
        event.dataTransfer.dropEffect = isQueueOrder(manager) ? 'move' : 'none';
        if (isQueueOrder(manager)) setLine(placeAt(manager, event));
      },
      onDragLeave: (event) => {
        if (!grid.current?.contains(event.relatedTarget as Node | null)) setLine(null);
      },
      onDrop: (event) => {
        const ids = carried(event.dataTransfer);
        if (ids === null) return;
        event.preventDefault();
        event.stopPropagation();
        setLine(null);
        const before = manager.shown.value.ids[placeAt(manager, event) ?? -1] ?? null;
        void queueBefore(manager, ids, before);
      },
      onDragEnd: () => {
        setLine(null);
        manager.hold.set('drag', false);
        if (!isQueueOrder(manager) && isOver(grid.current)) toasts.show({ text: t('grip_hint') });
      },
    }),
    [manager, grid],
  );
  return { line, events };
}

function isOver(element: HTMLElement | null): boolean {
  return element?.matches(':hover') ?? false;
}

/** The row before which a drop at this point puts things. */
function placeAt(manager: Manager, event: DragEvent): number | null {
  const id = torrentAt(event.target);
  const { ids } = manager.shown.value;
  if (id === null) return ids.length;
  const row = (event.target as Element).closest('[data-id]')?.getBoundingClientRect();
  const isLower = row !== undefined && event.clientY > row.top + row.height / 2;
  return ids.indexOf(id) + (isLower ? 1 : 0);
}
