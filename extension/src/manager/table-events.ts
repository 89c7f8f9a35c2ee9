/** What the pointer does in the list: one set of listeners for all rows. */
import type { MouseEvent, PointerEvent } from 'react';
import { NARROW } from './context.tsx';
import type { Manager } from './manager.ts';
import { menuAsked, pressed } from './selection.ts';

interface Grid {
  readonly current: HTMLElement | null;
}

/** Listeners of the list. */
export interface TableEvents {
  onClick(event: MouseEvent): void;
  onDoubleClick(event: MouseEvent): void;
  onContextMenu(event: MouseEvent): void;
  onPointerEnter(event: PointerEvent): void;
  onPointerLeave(event: PointerEvent): void;
}

/** The torrent whose row something is in. */
export function torrentAt(target: EventTarget | null): string | null {
  const row = target instanceof Element ? target.closest<HTMLElement>('[data-id]') : null;
  return row?.dataset['id'] ?? null;
}

/** The listeners. */
export function tableEvents(manager: Manager, grid: Grid): TableEvents {
  return {
    onClick: (event) => {
      const id = torrentAt(event.target);
      if (id === null || !(event.target instanceof Element)) return;
      const more = event.target.closest('[data-more]');
      if (more !== null) {
        manager.select(menuAsked(manager.selection.value, id));
        manager.menu.set({ kind: 'torrent', at: more, about: id });
        return;
      }
      const isBox = event.target.closest('.cb') !== null || isTile(event.target);
      const held = { range: event.shiftKey, toggle: isBox || event.ctrlKey || event.metaKey };
      manager.select(pressed(manager.selection.value, id, held, manager.shown.value.ids));
      manager.sheet.set(!held.range && !held.toggle && matchMedia(NARROW).matches);
      grid.current?.focus({ preventScroll: true });
    },
    onDoubleClick: (event) => {
      const id = torrentAt(event.target);
      if (id === null || (event.target instanceof Element && event.target.closest('.cb') !== null)) return;
      manager.details.set({ ...manager.details.value, isOpen: true });
    },
    onContextMenu: (event) => {
      const id = torrentAt(event.target);
      if (id === null) return;
      event.preventDefault();
      manager.select(menuAsked(manager.selection.value, id));
      grid.current?.focus({ preventScroll: true });
      manager.menu.set({ kind: 'torrent', at: { x: event.clientX, y: event.clientY }, about: id });
    },
    onPointerEnter: (event) => {
      if (event.pointerType === 'mouse') manager.hold.set('pointer', true);
    },
    onPointerLeave: () => manager.hold.set('pointer', false),
  };
}

/** On narrow pages the tile of a state is the box that selects several. */
function isTile(target: Element): boolean {
  return target.closest('.tl') !== null && matchMedia(NARROW).matches;
}
