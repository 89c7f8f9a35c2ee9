/** @jsxImportSource preact */
/** The list of the popup: what is active, what finished today. Decides focus and keys in it. */
import type { TorrentRow } from '@jstorrent/control';
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { afterFrame, markDrawn } from '../ui/after-frame.ts';
import { formatCount, formatTimeExactly } from '../model/format.ts';
import { t, tn } from '../model/i18n.ts';
import { prefs } from '../model/prefs.ts';
import { isStartable } from '../model/row-state.ts';
import type { Actions } from './actions.ts';
import { FinishedRow } from './finished-row.tsx';
import type { PopupModel, View } from './model.ts';
import { ActiveRow } from './row.tsx';
import { RowMenu, type OpenMenu } from './row-menu.tsx';

/** More do not fit into the popup: they come after its first frame. */
const FIRST_ROWS = 9;

interface ListProps {
  readonly view: View;
  readonly model: PopupModel;
  readonly actions: Actions;
}

interface FocusedRow {
  readonly id: string;
  readonly index: number;
}

/** Both lists. */
export function TorrentLists({ view, model, actions }: ListProps): JSX.Element {
  const region = useRef<HTMLDivElement>(null);
  const [menu, setMenu] = useState<OpenMenu | null>(null);
  const isPointed = useRef(false);
  const focused = useRef<FocusedRow | null>(null);
  const { chosen, asOf } = view;
  const [isWhole, setWhole] = useState(false);
  useEffect(() => {
    markDrawn();
    afterFrame(() => setWhole(true));
  }, []);
  const active = isWhole ? chosen.active : chosen.active.slice(0, FIRST_ROWS);
  const finished = isWhole ? chosen.finished : chosen.finished.slice(0, FIRST_ROWS - active.length);
  const look = (): void => {
    const hasFocus = region.current?.contains(document.activeElement) === true;
    model.hold(isPointed.current || hasFocus || menu !== null);
  };
  useEffect(look, [menu]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (region.current !== null) onDocumentKey(event, region.current, actions);
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [actions]);
  useEffect(() => {
    focused.current = keepFocus(region.current, focused.current);
  });

  const rows = new Map<string, TorrentRow>();
  for (const row of [...chosen.active, ...chosen.finished]) rows.set(row.id, row);
  const more = chosen.activeCount - chosen.active.length;
  const moreFinished = chosen.finishedCount - chosen.finished.length;
  const areStopped = chosen.active.every(isStartable);
  const title =
    asOf === null
      ? t(areStopped ? 'state_stopped' : 'popup_active')
      : t('link_as_of', formatTimeExactly(asOf));
  return (
    <div
      ref={region}
      class={`scroll${view.isStale ? ' stale' : ''}`}
      role="region"
      aria-label={t('popup_torrents')}
      onPointerEnter={() => {
        isPointed.current = true;
        look();
      }}
      onPointerLeave={() => {
        isPointed.current = false;
        look();
      }}
      onFocusIn={look}
      onFocusOut={() => setTimeout(look)}
      onKeyDown={(event) => {
        const row = rows.get(rowIdOf(event.target));
        if (row !== undefined) onRowKey(event, row, actions);
      }}
    >
      {chosen.active.length > 0 && (
        <section aria-labelledby="active">
          <h2 class="sec" id="active">
            {title} <span class="n num">{formatCount(chosen.activeCount)}</span>
          </h2>
          <div role="grid" aria-labelledby="active">
            {active.map((row, index) => (
              <ActiveRow
                key={row.id}
                row={row}
                isFirst={index === 0}
                ahead={chosen.ahead.get(row.id) ?? null}
                etaMs={model.spans.of(row.id, row.etaMs)}
                isStale={view.isStale}
                actions={actions}
                isOpen={menu?.row.id === row.id}
                onMenu={setMenu}
              />
            ))}
          </div>
          {more > 0 && <More count={more} actions={actions} />}
        </section>
      )}
      {finished.length > 0 && (
        <section aria-labelledby="finished">
          <h2 class="sec" id="finished">
            {t('popup_finished')} <span class="n num">{formatCount(chosen.finishedCount)}</span>
            <button type="button" class="b sm" onClick={() => actions.clearFinished()}>
              {t('popup_clear')}
            </button>
          </h2>
          <div role="grid" aria-labelledby="finished">
            {finished.map((row, index) => (
              <FinishedRow
                key={row.id}
                row={row}
                isFirst={index === 0 && chosen.active.length === 0}
                actions={actions}
              />
            ))}
          </div>
          {moreFinished > 0 && <More count={moreFinished} actions={actions} />}
        </section>
      )}
      {menu !== null && <RowMenu menu={menu} actions={actions} onClose={() => setMenu(null)} />}
    </div>
  );
}

function More({ count, actions }: { readonly count: number; readonly actions: Actions }): JSX.Element {
  return (
    <button type="button" class="b sm more" onClick={() => actions.openManager()}>
      {tn('popup_more', count)}
    </button>
  );
}

/** The row that has or contains an element; empty when none does. */
function rowIdOf(target: EventTarget | null): string {
  return target instanceof Element ? (target.closest<HTMLElement>('[data-id]')?.dataset['id'] ?? '') : '';
}

function onRowKey(event: KeyboardEvent, row: TorrentRow, actions: Actions): void {
  // Keys on a button of the row are the button's.
  const isOnRow = event.target instanceof HTMLElement && event.target.dataset['id'] === row.id;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === 'Delete') actions.remove(row);
  else if (!isOnRow) return;
  else if (event.key === ' ') actions.toggle(row);
  else if (event.key === 'Enter') actions.openFolder(row);
  else return;
  event.preventDefault();
}

function onDocumentKey(event: KeyboardEvent, region: HTMLElement, actions: Actions): void {
  const { target, key } = event;
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  const isTyping = target instanceof HTMLInputElement && target.type !== 'checkbox';
  if ((key === 'm' || key === 'M') && !isTyping && prefs.value.letterKeys) return actions.openManager();
  const step = key === 'ArrowDown' ? 1 : key === 'ArrowUp' ? -1 : key === 'Home' || key === 'End' ? 0 : null;
  if (step === null || (step === 0 && isTyping)) return;
  const rows = [...region.querySelectorAll<HTMLElement>('[data-id]')];
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  if (at === -1 && step === -1) return;
  if (at === 0 && step === -1) {
    event.preventDefault();
    return document.getElementById('add')?.focus();
  }
  const next = key === 'Home' ? rows[0] : key === 'End' ? rows.at(-1) : rows[at + step];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
}

/** When the row with the focus went away, the next one has it. Gives the row that has it now. */
function keepFocus(region: HTMLElement | null, before: FocusedRow | null): FocusedRow | null {
  if (region === null) return null;
  const rows = [...region.querySelectorAll<HTMLElement>('[data-id]')];
  const active = document.activeElement;
  const index = rows.findIndex((row) => row.contains(active));
  if (index !== -1) return { id: rows[index]?.dataset['id'] ?? '', index };
  const isGone = before !== null && !rows.some((row) => row.dataset['id'] === before.id);
  if (active !== document.body || !isGone) return active === document.body ? before : null;
  (rows[before.index] ?? rows.at(-1))?.focus();
  return null;
}
