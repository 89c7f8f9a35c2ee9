/**
 * What a torrent does, for people: which look its line has and which words say it. Decides words and looks; states are
 * decided by the engine.
 */
import type { TorrentRow } from '@jstorrent/control';
import { failureTitle } from './failures.ts';
import { formatPercent, formatRatio } from './format.ts';
import type { IconName } from '../ui/icon-names.ts';
import { locale, t } from './i18n.ts';

/** The look of a state: `data-st` in the styles. */
export type Look =
  | 'downloading'
  | 'metadata'
  | 'waiting'
  | 'queued'
  | 'checking'
  | 'stopped'
  | 'seeding'
  | 'done'
  | 'error';

/** Icon of a look. */
export const LOOK_ICON: Readonly<Record<Look, IconName>> = {
  downloading: 'down',
  metadata: 'magnet',
  waiting: 'peersoff',
  queued: 'clock',
  checking: 'verify',
  stopped: 'pause',
  seeding: 'up',
  done: 'done',
  error: 'alert',
};

/** A state in words. */
export interface RowState {
  readonly look: Look;
  /** `Downloading`, `Queued, 2nd`, `Disk is full`. */
  readonly text: string;
}

/** The fraction of what is wanted that is there, 0 to 1. */
export function progressOf(row: TorrentRow): number {
  if (row.checkProgress !== null && row.state === 'checking') return row.checkProgress;
  if (!row.hasMetadata) return 0;
  return row.wantedLength === 0 ? 1 : (row.wantedLength - row.bytesLeft) / row.wantedLength;
}

/** Whether everything that is wanted is there. */
export function isComplete(row: TorrentRow): boolean {
  return row.hasMetadata && row.bytesLeft === 0;
}

/** Whether it needs the user: it failed, or every tracker refuses it. */
export function needsAttention(row: TorrentRow): boolean {
  return row.state === 'failed' || row.trackerHealth === 'refused';
}

/** Whether `start` would do something. */
export function isStartable(row: TorrentRow): boolean {
  return row.state === 'stopped' || row.state === 'stopping' || row.state === 'failed';
}

/** What it does. `aheadInQueue`: torrents that wait before it, null = not known. */
export function stateOf(row: TorrentRow, aheadInQueue: number | null = null): RowState {
  if (row.moveProgress !== null)
    return { look: 'checking', text: t('state_moving', formatPercent(row.moveProgress)) };
  switch (row.state) {
    case 'failed':
      return {
        look: 'error',
        text: row.failure === null ? t('state_failed') : failureTitle(row.failure.code),
      };
    case 'stopping':
      return { look: 'stopped', text: t('state_stopping') };
    case 'stopped':
      return stoppedState(row);
    case 'queued':
      return { look: 'queued', text: queuedText(aheadInQueue) };
    case 'checking':
      return {
        look: 'checking',
        text:
          row.checkProgress === null
            ? t('state_checking')
            : t('state_checking_progress', formatPercent(row.checkProgress)),
      };
    case 'metadata':
      return { look: 'metadata', text: t('state_metadata') };
    case 'downloading':
    case 'endgame':
      return row.waiting === null
        ? { look: 'downloading', text: t('state_downloading') }
        : { look: 'waiting', text: t('state_waiting') };
    case 'seeding':
      return seedingState(row);
  }
}

/** What is worth saying beside the state: why it waits, how many were found. Empty when nothing is. */
export function remarkOf(row: TorrentRow): string {
  if (row.waiting === 'noPeers') return t('why_no_peers');
  if (row.waiting === 'nobodyHasTheRest') return t('why_nobody_has_rest');
  if (row.waiting === 'choked') return t('why_choked');
  return '';
}

function stoppedState(row: TorrentRow): RowState {
  if (isComplete(row)) return { look: 'done', text: t('state_finished') };
  const look: Look = 'stopped';
  switch (row.stoppedBy) {
    case 'user':
      return { look, text: t('state_stopped_user') };
    case 'ratio':
      return { look, text: t('state_stopped_ratio', formatRatio(row.goalRatio)) };
    case 'time':
      return { look, text: t('state_stopped_time') };
    case 'idle':
      return { look, text: t('state_stopped_idle') };
    case 'schedule':
      return { look, text: t('state_stopped_schedule') };
    case null:
      return { look, text: t('state_stopped') };
  }
}

function seedingState(row: TorrentRow): RowState {
  const look = 'seeding';
  if (row.goalRatio !== null) return { look, text: t('state_seeding_to', formatRatio(row.goalRatio)) };
  return { look, text: row.goalProgress === null ? t('state_seeding') : t('state_seeding_goal') };
}

const ordinals = new Intl.PluralRules('en', { type: 'ordinal' });
const SUFFIX: Readonly<Partial<Record<Intl.LDMLPluralRule, string>>> = { one: 'st', two: 'nd', few: 'rd' };

function queuedText(ahead: number | null): string {
  if (ahead === null) return t('state_queued');
  if (ahead === 0) return t('state_queued_next');
  const place = ahead + 1;
  const nth = locale.startsWith('en')
    ? `${place}${SUFFIX[ordinals.select(place)] ?? 'th'}`
    : `${place}${locale.startsWith('de') ? '.' : ''}`;
  return t('state_queued_nth', nth);
}
