/**
 * The list: a grid whose rows are only there while they are seen. Decides how it scrolls and where the keyboard is seen;
 * which rows there are is decided by list-model.ts, and what keys do by shortcuts.ts.
 */
import { useVirtualizer, type Range, defaultRangeExtractor } from '@tanstack/react-virtual';
import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { textOfPlace } from '../model/folders.ts';
import { t } from '../model/i18n.ts';
import { labelLooks } from '../model/label-look.ts';
import { prefs } from '../model/prefs.ts';
import { afterFrame, markDrawn } from '../ui/after-frame.ts';
import { useObservable } from '../ui/react.tsx';
import { shownColumns, templateOf, totalWidth, widthOf } from './column-layout.ts';
import { NARROW, useManager, useMedia, useRows } from './context.tsx';
import type { Manager } from './manager.ts';
import { Row, rowElementId } from './row.tsx';
import { TableHead } from './table-head.tsx';
import { useRowDrag } from './row-drag.tsx';
import { tableEvents } from './table-events.ts';
import { rowHeightOf, headHeightOf, usePageWidth } from './sizes.ts';

/** More rows than are seen, so that fast scrolling shows no gaps; not in the first frame. */
const OVERSCAN = 8;

/** The list. */
export function Table(): ReactNode {
  const manager = useManager();
  const rows = useRows();
  const { ids } = useObservable(manager.shown);
  const selection = useObservable(manager.selection);
  const layout = useObservable(manager.layout);
  const roots = useObservable(manager.book.roots);
  const looks = useObservable(labelLooks);
  const { units, density } = useObservable(prefs);
  const isNarrow = useMedia(NARROW);
  const isCoarse = useMedia('(pointer: coarse)');
  const pageWidth = usePageWidth();
  const grid = useRef<HTMLDivElement>(null);
  const headHeight = headHeightOf(isNarrow, density);
  const rowHeight = rowHeightOf({ isNarrow, isCoarse, density });
  const columns = useMemo(() => shownColumns(layout, pageWidth), [layout, pageWidth]);
  const dress = useMemo(() => ({ units, looks }), [units, looks]);
  const focusAt = selection.focus === null ? -1 : ids.indexOf(selection.focus);
  const rangeExtractor = useCallback(
    (range: Range) => {
      const seen = defaultRangeExtractor(range);
      return focusAt < 0 || seen.includes(focusAt) ? seen : [...seen, focusAt].toSorted((a, b) => a - b);
    },
    [focusAt],
  );
  const [overscan, setOverscan] = useState(0);
  useEffect(() => {
    markDrawn();
    afterFrame(() => setOverscan(OVERSCAN));
  }, []);
  const virtualizer = useVirtualizer({
    count: ids.length,
    getScrollElement: () => grid.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => ids[index] ?? index,
    overscan,
    scrollMargin: headHeight,
    scrollPaddingStart: headHeight,
    rangeExtractor,
    useFlushSync: false,
  });
  useEffect(() => virtualizer.measure(), [virtualizer, rowHeight]);
  useScrolling(manager, (index, align) => virtualizer.scrollToIndex(index, { align }), grid);
  const drag = useRowDrag(grid);
  const events = useMemo(() => tableEvents(manager, grid), [manager]);
  const folders = useMemo(() => new Map<string, string>(), [roots]);
  const folderOf = (key: string, place: Parameters<typeof textOfPlace>[0]): string => {
    let text = folders.get(key);
    if (text === undefined) folders.set(key, (text = textOfPlace(place, roots ?? [])));
    return text;
  };
  const now = Date.now();
  return (
    <div
      ref={grid}
      className={selection.ids.size > 1 ? 'grid bulk' : 'grid'}
      role="grid"
      id="torrents"
      aria-label={t('manager_torrents')}
      aria-rowcount={ids.length + 1}
      aria-colcount={columns.length}
      aria-multiselectable="true"
      aria-activedescendant={focusAt < 0 ? undefined : rowElementId(selection.focus ?? '')}
      tabIndex={0}
      style={
        {
          '--cols': templateOf(layout, columns),
          '--total': `${totalWidth(layout, columns)}px`,
          '--w0': `${widthOf(layout, 'number')}px`,
        } as object
      }
      {...events}
      {...drag.events}
    >
      {!isNarrow && <TableHead columns={columns} pageWidth={pageWidth} />}
      <div role="rowgroup" className="rows" style={{ blockSize: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ index, start }) => {
          const row = rows.get(ids[index] ?? '');
          if (row === undefined) return null;
          const left = manager.times.of(row.id, now);
          return (
            <Row
              key={row.id}
              row={row}
              columns={columns}
              isNarrow={isNarrow}
              isSelected={selection.ids.has(row.id)}
              isFocused={index === focusAt}
              index={index}
              top={start - headHeight}
              number={manager.numberOf(row.id)}
              ahead={manager.aheadOf(row.id)}
              leftMs={left === null ? null : Math.ceil(left / 1000) * 1000}
              folder={folderOf(JSON.stringify(row.place), row.place)}
              dress={dress}
            />
          );
        })}
        {drag.line === null ? null : (
          <div className="drop" style={{ transform: `translateY(${drag.line * rowHeight}px)` }} />
        )}
      </div>
    </div>
  );
}

/** Shows the top, or a row, when the state of the page says so; and the row of the keyboard when it moves. */
function useScrolling(
  manager: Manager,
  show: (index: number, align: 'auto' | 'start') => void,
  grid: { readonly current: HTMLElement | null },
): void {
  const [state] = useState<{ show: typeof show }>(() => ({ show }));
  state.show = show;
  useEffect(() => {
    const scroll = (): void => {
      const { to } = manager.scroll.value;
      if (to === null) grid.current?.scrollTo({ top: 0 });
      else {
        const index = manager.shown.value.ids.indexOf(to);
        if (index >= 0) state.show(index, 'auto');
      }
    };
    return manager.scroll.subscribe(scroll);
  }, [manager, grid, state]);
}
