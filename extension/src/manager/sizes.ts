/** Sizes that the list has to know in pixels, as tokens.css and manager.css give them. */
import { useSyncExternalStore } from 'react';
import type { Prefs } from '../model/prefs.ts';

const CARD = 66;

/** Height of a row. */
export function rowHeightOf({
  isNarrow,
  isCoarse,
  density,
}: {
  readonly isNarrow: boolean;
  readonly isCoarse: boolean;
  readonly density: Prefs['density'];
}): number {
  if (isNarrow) return CARD;
  return isCoarse ? 44 : density === 'compact' ? 28 : 36;
}

/** Height of the head of the list. */
export function headHeightOf(isNarrow: boolean, density: Prefs['density']): number {
  return isNarrow ? 0 : density === 'compact' ? 28 : 32;
}

/** Width of the page in pixels. */
export function usePageWidth(): number {
  return useSyncExternalStore(
    (listener) => {
      addEventListener('resize', listener);
      return () => removeEventListener('resize', listener);
    },
    () => innerWidth,
  );
}
