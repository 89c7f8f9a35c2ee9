/** @jsxImportSource preact */
/** A torrent that is active, as a row with its actions. */
import type { TorrentRow } from '@jstorrent/control';
import type { JSX } from 'preact';
import { ltrPart, ownPart, withoutMarks } from '../model/bidi.ts';
import { DASH, formatRate, formatSpan, formatWholePercent } from '../model/format.ts';
import { t, tn } from '../model/i18n.ts';
import { isStartable, LOOK_ICON, progressOf, remarkOf, stateOf, type Look } from '../model/row-state.ts';
import { SmallIcon } from '../ui/preact.tsx';
import { missingText, type Actions } from './actions.ts';
import type { OpenMenu } from './row-menu.tsx';

interface ActiveRowProps {
  readonly row: TorrentRow;
  /** The one that the Tab key reaches. */
  readonly isFirst: boolean;
  readonly ahead: number | null;
  readonly etaMs: number | null;
  /** What is shown of it is old: no rate, no time left. */
  readonly isStale: boolean;
  readonly actions: Actions;
  /** Its menu is open. */
  readonly isOpen: boolean;
  readonly onMenu: (menu: OpenMenu) => void;
}

/** The row. */
export function ActiveRow({
  row,
  isFirst,
  ahead,
  etaMs,
  isStale,
  actions,
  isOpen,
  onMenu,
}: ActiveRowProps): JSX.Element {
  const { look, text: now } = stateOf(row, ahead);
  const text = isStale ? textBefore(look, now) : now;
  const progress = progressOf(row);
  const percent = row.hasMetadata ? formatWholePercent(progress) : '';
  const left = isStale ? '' : leftText(row, etaMs);
  const beside = isStale ? '' : besideText(row);
  const shown = look === 'metadata' ? 0 : Math.floor(progress * 100);
  return (
    <div
      class={`t${isOpen ? ' hov' : ''}`}
      data-st={look}
      data-id={row.id}
      role="row"
      tabIndex={isFirst ? 0 : -1}
      aria-label={withoutMarks([row.name, text, percent, left].filter((part) => part !== '').join(', '))}
      onKeyDown={moveAlong}
      onContextMenu={(event) => {
        event.preventDefault();
        onMenu({ row, at: { x: event.clientX, y: event.clientY } });
      }}
    >
      <span class="tile" role="presentation">
        <SmallIcon name={LOOK_ICON[look]} />
      </span>
      <div role="gridcell">
        <div class="l1">
          <span class="nm el" dir="auto" title={row.name}>
            {row.name}
          </span>
          <span class="pc num">{percent}</span>
        </div>
        <div class="bl">
          <span
            class="bar"
            role="progressbar"
            aria-label={t('popup_progress')}
            aria-valuenow={shown}
            aria-valuemin={0}
            aria-valuemax={100}
          >
            <i style={{ '--p': progress * 100 }} />
          </span>
        </div>
        <div class="l2">
          <span class="w el">{text}</span>
          <span class="el">{beside}</span>
          <span class="eta">{left}</span>
        </div>
      </div>
      <RowActions row={row} actions={actions} isOpen={isOpen} onMenu={onMenu} />
    </div>
  );
}

function RowActions({
  row,
  actions,
  isOpen,
  onMenu,
}: Pick<ActiveRowProps, 'row' | 'actions' | 'isOpen' | 'onMenu'>): JSX.Element {
  const canStart = isStartable(row);
  const startLabel = t(row.state === 'failed' ? 'popup_try_again' : canStart ? 'popup_start' : 'popup_stop');
  return (
    <div class="acts" role="gridcell">
      <button
        type="button"
        class="ib"
        tabIndex={-1}
        aria-label={startLabel}
        title={startLabel}
        onClick={() => actions.toggle(row)}
      >
        <SmallIcon name={row.state === 'failed' ? 'refresh' : canStart ? 'play' : 'pause'} />
      </button>
      <button
        type="button"
        class="ib"
        tabIndex={-1}
        aria-label={t('popup_open_folder')}
        title={t('popup_open_folder')}
        onClick={() => actions.openFolder(row)}
      >
        <SmallIcon name="folder" />
      </button>
      <button
        type="button"
        class="ib"
        tabIndex={-1}
        aria-label={t('popup_more_actions')}
        title={t('popup_more_actions')}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        onClick={(event) => onMenu({ row, at: event.currentTarget })}
      >
        <SmallIcon name="more" />
      </button>
    </div>
  );
}

/** Arrows along the line go from the row through its buttons, and back. */
function moveAlong(event: KeyboardEvent): void {
  const forward = document.documentElement.dir === 'rtl' ? 'ArrowLeft' : 'ArrowRight';
  const back = forward === 'ArrowLeft' ? 'ArrowRight' : 'ArrowLeft';
  if (event.key !== forward && event.key !== back) return;
  const row = event.currentTarget as HTMLElement;
  const stops = [row, ...row.querySelectorAll('button')];
  const at = stops.indexOf(document.activeElement as HTMLElement);
  stops[at + (event.key === forward ? 1 : -1)]?.focus();
  event.preventDefault();
}

function textBefore(look: Look, now: string): string {
  if (look === 'downloading') return t('popup_was_downloading');
  return look === 'seeding' ? t('popup_was_seeding') : now;
}

function leftText(row: TorrentRow, etaMs: number | null): string {
  const span = formatSpan(etaMs);
  const isRunning = row.state === 'downloading' || row.state === 'endgame' || row.state === 'seeding';
  if (!isRunning || span === DASH) return '';
  return t(row.state === 'seeding' ? 'about_time' : 'time_left', ownPart(span));
}

function besideText(row: TorrentRow): string {
  if (row.state === 'failed') return missingText(row);
  if (row.state === 'metadata') return row.peers > 0 ? tn('peers_found', row.peers) : t('why_no_peers');
  const remark = remarkOf(row);
  if (remark !== '') return remark;
  const rate = row.state === 'seeding' ? row.upRate : row.downRate;
  return rate < 1 ? '' : ltrPart(formatRate(rate));
}
