/** @jsxImportSource preact */
/** The menu of a torrent: where it opens, its keys, and that the focus goes back to where it was. */
import type { TorrentRow } from '@jstorrent/control';
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../model/i18n.ts';
import { keyName } from '../model/key-names.ts';
import type { IconName } from '../ui/icon-names.ts';
import { SmallIcon } from '../ui/preact.tsx';
import type { Actions } from './actions.ts';

/** A menu that is open: beside a button, or at a point. */
export interface OpenMenu {
  readonly row: TorrentRow;
  readonly at: Element | { readonly x: number; readonly y: number };
}

interface Entry {
  readonly icon: IconName;
  readonly text: string;
  readonly keys?: string;
  readonly run: () => void;
}

/** The menu. */
export function RowMenu({
  menu,
  actions,
  onClose,
}: {
  readonly menu: OpenMenu;
  readonly actions: Actions;
  readonly onClose: () => void;
}): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const { row, at } = menu;
  const opener = useRef<Element | null>(document.activeElement);
  const close = (): void => {
    const back = at instanceof HTMLElement ? at : opener.current;
    onClose();
    if (back instanceof HTMLElement) back.focus();
  };
  useLayoutEffect(() => {
    if (box.current !== null) place(box.current, at);
    box.current?.querySelector('button')?.focus();
  }, [menu]);
  useEffect(() => {
    const onDown = (event: Event): void => {
      if (box.current?.contains(event.target as Node) !== true) onClose();
    };
    document.addEventListener('pointerdown', onDown, true);
    return () => document.removeEventListener('pointerdown', onDown, true);
  }, [onClose]);

  const entries: readonly Entry[] = [
    { icon: 'open', text: t('popup_open_in_manager'), run: () => actions.openManager(row.id) },
    { icon: 'copy', text: t('popup_copy_magnet'), run: () => void actions.copyMagnet(row) },
    { icon: 'trash', text: t('popup_remove'), keys: keyName('Del'), run: () => actions.remove(row) },
  ];
  return (
    <div
      ref={box}
      class="menu"
      role="menu"
      aria-label={t('popup_more_actions')}
      onKeyDown={(event) => onMenuKey(event, close)}
    >
      {entries.map(({ icon, text, keys, run }) => (
        <button
          key={text}
          type="button"
          role="menuitem"
          class="mi"
          tabIndex={-1}
          onClick={() => {
            close();
            run();
          }}
        >
          <SmallIcon name={icon} />
          {text}
          {keys !== undefined && <span class="k">{keys}</span>}
        </button>
      ))}
    </div>
  );
}

function onMenuKey(event: KeyboardEvent, close: () => void): void {
  const menu = event.currentTarget as HTMLElement;
  const items = [...menu.querySelectorAll<HTMLElement>('[role=menuitem]')];
  const at = items.indexOf(document.activeElement as HTMLElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1 + items.length, Home: 0, End: items.length - 1 }[event.key];
  if (to !== undefined) items[to % items.length]?.focus();
  else if (event.key === 'Escape' || event.key === 'Tab') close();
  // The letter and arrows of the list are not meant; Enter and Space are the button's.
  event.stopPropagation();
  if (event.key !== 'Enter' && event.key !== ' ') event.preventDefault();
}

/** Below and at the end of a button, or at a point; upwards or inwards where there is no room. */
function place(box: HTMLElement, at: OpenMenu['at']): void {
  const { offsetWidth: width, offsetHeight: height } = box;
  const room = { width: document.documentElement.clientWidth, height: document.documentElement.clientHeight };
  const rect = at instanceof Element ? at.getBoundingClientRect() : null;
  const isRtl = document.documentElement.dir === 'rtl';
  const left = rect === null ? (at as { x: number }).x : isRtl ? rect.left : rect.right - width;
  const below = rect === null ? (at as { y: number }).y : rect.bottom + 2;
  const above = (rect?.top ?? below) - height - 2;
  const top = below + height > room.height - 4 && above > 0 ? above : below;
  box.style.left = `${Math.max(4, Math.min(left, room.width - width - 4))}px`;
  box.style.top = `${Math.max(4, top)}px`;
}
