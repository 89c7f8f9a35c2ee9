/** The keys of the add dialog: Ctrl Enter adds, Escape leaves, wherever the focus is. */
import { useEffect, useRef } from 'react';

/** What the keys do. */
export interface DialogKeys {
  readonly onLeave: () => void;
  readonly onAdd?: () => void;
}

/** Listen for them while the state is shown. Enter in a line of text adds too. */
export function useKeys(keys: DialogKeys): void {
  const now = useRef(keys);
  useEffect(() => {
    now.current = keys;
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing) return;
      if (event.key === 'Escape') return now.current.onLeave();
      const isLine = event.target instanceof HTMLInputElement && event.target.type === 'text';
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey || isLine)) {
        event.preventDefault();
        now.current.onAdd?.();
      }
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);
}
