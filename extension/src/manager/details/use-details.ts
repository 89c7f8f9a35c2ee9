/** Details and the line of a torrent for components: read, and drawn again when they change. */
import type { PaneName, Period, TorrentRow } from '@jstorrent/control';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { DetailStore } from '../../model/detail-store.ts';
import type { ListStore } from '../../model/list-store.ts';
import { prefs } from '../../model/prefs.ts';
import type { Session } from '../../model/session.ts';

/** A store of details for as long as the component is there; it asks for nothing while the page is hidden. */
export function useDetailStore(session: Session): DetailStore {
  const [store] = useState(() => new DetailStore(session));
  useEffect(() => {
    const onVisibility = (): void => store.hide(document.visibilityState === 'hidden');
    document.addEventListener('visibilitychange', onVisibility);
    onVisibility();
    return () => {
      document.removeEventListener('visibilitychange', onVisibility);
      store.look(null);
    };
  }, [store]);
  return store;
}

/** Look at panes of a torrent while the component is there; drawn again with every change. */
export function useLook(store: DetailStore, id: string, panes: readonly PaneName[], period?: Period): void {
  const names = panes.join();
  useEffect(() => {
    const wanted = names.split(',') as readonly PaneName[];
    store.look({ id, panes: wanted, ...(period === undefined ? {} : { period }) });
  }, [store, id, names, period]);
  useVersion(store);
}

/** Drawn again with every change of a store. */
export function useVersion(store: {
  readonly version: number;
  readonly subscribe: (listener: () => void) => () => void;
}): number {
  return useSyncExternalStore(store.subscribe, () => store.version);
}

/** The line of a torrent; null when it is gone. */
export function useRow(list: ListStore, id: string): TorrentRow | null {
  return useSyncExternalStore(list.subscribe, () => list.rows.get(id) ?? null);
}

/** A number that changes with the colours of the page, for what is drawn by hand. */
export function useColours(): number {
  const [count, setCount] = useState(0);
  useEffect(() => {
    const raise = (): void => setCount((before) => before + 1);
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const contrast = matchMedia('(prefers-contrast: more)');
    dark.addEventListener('change', raise);
    contrast.addEventListener('change', raise);
    const leave = prefs.subscribe(raise);
    return () => {
      dark.removeEventListener('change', raise);
      contrast.removeEventListener('change', raise);
      leave();
    };
  }, []);
  return count;
}

/** The colour that a token stands for where an element is. */
export function colourOf(element: Element, token: `--${string}`): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${token})`;
  element.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
