/** What is wrong with a torrent, with what helps: which sentence stands above its details, and which buttons. */
import type { ErrorCode, Panes, TorrentRow } from '@jstorrent/control';
import { errorText, failureTitle } from './failures.ts';
import { t } from './i18n.ts';

/** What a button of a note does. */
export type Remedy = 'again' | 'move' | 'locate' | 'choose' | 'check' | 'ask';

/** A note. */
export interface ProblemNote {
  readonly look: 'error' | 'warn';
  readonly title: string;
  /** Cause, effect, and what is not lost. */
  readonly text: string;
  /** The best one first. */
  readonly remedies: readonly Remedy[];
}

const REMEDIES: Readonly<Partial<Record<ErrorCode, readonly Remedy[]>>> = {
  DISK_FULL: ['move', 'again'],
  NOT_FOUND: ['locate', 'again'],
  UNKNOWN_ROOT: ['locate', 'again'],
  DENIED: ['choose', 'again'],
  READ_ONLY: ['choose', 'again'],
  PATH_ESCAPES: ['choose', 'again'],
  FILE_CHANGED: ['check'],
  EXISTS: ['choose', 'check'],
  NAME_TOO_LONG: ['choose', 'again'],
  FILE_TOO_LARGE: ['move', 'again'],
};

/** The note of a torrent, or null when nothing is wrong. `general` is null while it is not known. */
export function problemNote(
  row: Pick<TorrentRow, 'failure' | 'state' | 'trackerHealth' | 'name'>,
  general: Pick<Panes['general'], 'problem' | 'trackerProblem' | 'folderText'> | null,
): ProblemNote | null {
  const { failure } = row;
  if (row.state === 'failed' && failure !== null) {
    const data = { folder: general?.folderText ?? '', name: row.name, missing: failure.missing };
    return {
      look: 'error',
      title: failureTitle(failure.code),
      text: errorText({ code: failure.code, data, message: general?.problem ?? failure.detail }),
      remedies: REMEDIES[failure.code] ?? ['again'],
    };
  }
  if (row.trackerHealth !== 'refused') return null;
  const words = general?.trackerProblem ?? '';
  return {
    look: 'warn',
    title: t('problem_trackers'),
    text: words === '' ? t('problem_trackers_text') : t('problem_trackers_say', words),
    remedies: ['ask'],
  };
}
