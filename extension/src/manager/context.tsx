/** How components reach the state of the page. */
import { createContext, useContext, useSyncExternalStore } from 'react';
import type { Totals, TorrentRow } from '@jstorrent/control';
import type { Manager } from './manager.ts';

/** The state of the page. */
export const ManagerContext = createContext<Manager | null>(null);

/** The state of the page. */
export function useManager(): Manager {
  const manager = useContext(ManagerContext);
  if (manager === null) throw new Error('outside of the manager');
  return manager;
}

/** Lines by torrent, and again with every update. */
export function useRows(): ReadonlyMap<string, TorrentRow> {
  const { list } = useManager();
  return useSyncExternalStore(list.subscribe, () => list.rows);
}

/** Totals, and again with every update. */
export function useTotals(): Totals | null {
  const { list } = useManager();
  return useSyncExternalStore(list.subscribe, () => list.totals);
}

/** Whether the page is as wide as a condition says. */
export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const media = matchMedia(query);
      media.addEventListener('change', listener);
      return () => media.removeEventListener('change', listener);
    },
    () => matchMedia(query).matches,
  );
}

/** Pages as narrow as this show cards, and the sidebar as chips. */
export const NARROW = '(max-width: 860px)';
