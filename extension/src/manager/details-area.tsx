/** The place of the details: its size, and on which side of the list it is. What it shows is decided by details/. */
import {
  lazy,
  Suspense,
  useRef,
  type CSSProperties,
  type KeyboardEvent,
  type PointerEvent,
  type ReactNode,
} from 'react';
import { direction, t } from '../model/i18n.ts';
import { useObservable } from '../ui/react.tsx';
import { NARROW, useManager, useMedia } from './context.tsx';
import type { Manager } from './manager.ts';
import { cleared } from './selection.ts';

const DetailsPane = lazy(async () => {
  const { DetailsPane: pane } = await import('./details/details-pane.tsx');
  return { default: pane };
});

const LEAST = 140;
/** Of the page, for the list. */
const LEFT = 180;
const STEP = 24;

/** The details of what is selected. */
export function DetailsPlace(): ReactNode {
  const manager = useManager();
  const area = useObservable(manager.details);
  const selection = useObservable(manager.selection);
  const isOverall = useObservable(manager.overall);
  const isNarrow = useMedia(NARROW);
  const isWide = useMedia('(min-width: 1600px)');
  const selected = isOverall ? [] : manager.targets;
  const isBulk = selection.ids.size > 1 && !isOverall;
  const isSheet = useObservable(manager.sheet);
  const isOpen = isBulk || isOverall || (selection.ids.size > 0 && (isNarrow ? isSheet : area.isOpen));
  if (!isOpen) return null;
  const dock = isWide && area.dock === 'end' ? 'end' : 'below';
  const style = { '--det': `${dock === 'end' ? area.width : area.height}px` } as CSSProperties;
  return (
    <section
      className={`det ${dock} ${isBulk ? 'bulkp' : ''}`}
      id="details"
      aria-label={t('manager_details')}
      style={isNarrow ? undefined : style}
    >
      {!isNarrow && <Splitter dock={dock} />}
      <Suspense fallback={null}>
        <DetailsPane
          session={manager.session}
          list={manager.list}
          selected={selected}
          onClose={() => close(manager, isBulk)}
          {...(isWide && !isNarrow ? { onDock: () => toggleDock(manager) } : {})}
        />
      </Suspense>
    </section>
  );
}

function close(manager: Manager, isBulk: boolean): void {
  if (manager.overall.value) manager.overall.set(false);
  else if (isBulk) manager.select(cleared(manager.selection.value));
  else if (manager.sheet.value) manager.sheet.set(false);
  else manager.details.set({ ...manager.details.value, isOpen: false });
  document.getElementById('torrents')?.focus({ preventScroll: true });
}

function toggleDock(manager: Manager): void {
  const { value } = manager.details;
  manager.details.set({ ...value, dock: value.dock === 'end' ? 'below' : 'end' });
}

function Splitter({ dock }: { readonly dock: 'below' | 'end' }): ReactNode {
  const manager = useManager();
  const area = useObservable(manager.details);
  const start = useRef<{ at: number; size: number } | null>(null);
  const size = dock === 'end' ? area.width : area.height;
  const set = (next: number): void => {
    const most = (dock === 'end' ? innerWidth - 208 : innerHeight - 76) - LEFT;
    const kept = Math.round(Math.max(LEAST, Math.min(most, next)));
    manager.details.set({ ...manager.details.value, [dock === 'end' ? 'width' : 'height']: kept });
  };
  const along = (event: PointerEvent): number => {
    if (dock === 'below') return -event.clientY;
    return direction === 'rtl' ? event.clientX : -event.clientX;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const grows = dock === 'below' ? 'ArrowUp' : direction === 'rtl' ? 'ArrowRight' : 'ArrowLeft';
    const shrinks = dock === 'below' ? 'ArrowDown' : direction === 'rtl' ? 'ArrowLeft' : 'ArrowRight';
    if (event.key !== grows && event.key !== shrinks) return;
    event.preventDefault();
    event.stopPropagation();
    set(size + (event.key === grows ? STEP : -STEP));
  };
  return (
    <div
      className="split-h"
      role="separator"
      tabIndex={0}
      aria-label={t('details_size')}
      aria-orientation={dock === 'end' ? 'vertical' : 'horizontal'}
      aria-valuenow={size}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        start.current = { at: along(event), size };
      }}
      onPointerMove={(event) => {
        if (start.current !== null) set(start.current.size + along(event) - start.current.at);
      }}
      onLostPointerCapture={() => (start.current = null)}
    />
  );
}
