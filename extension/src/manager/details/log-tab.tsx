/** The log of a torrent in sentences, and a report to send to somebody who helps. */
import type { LogEntry, Panes, TorrentRow } from '@jstorrent/control';
import { useState, type ReactNode } from 'react';
import type { DetailStore } from '../../model/detail-store.ts';
import { formatDate, formatExactly, formatTimeExactly } from '../../model/format.ts';
import { t, type TextKey } from '../../model/i18n.ts';
import { FilterField } from '../../ui/filter-field.tsx';
import type { IconName } from '../../ui/icon-names.ts';
import { Icon } from '../../ui/react.tsx';
import { copyText } from './actions.ts';
import { useLook } from './use-details.ts';

type Level = LogEntry['level'];

const LEVELS: readonly { readonly least: Level; readonly text: TextKey }[] = [
  { least: 'info', text: 'log_all' },
  { least: 'notable', text: 'log_notable' },
  { least: 'problem', text: 'log_problems' },
];
const RANK: Readonly<Record<Level, number>> = { info: 0, notable: 1, problem: 2 };
const ICON: Readonly<Record<Level, IconName>> = { info: 'info', notable: 'check', problem: 'alert' };
const STATE: Readonly<Record<Level, string>> = { info: '', notable: 'seeding', problem: 'warn' };

/** What the tab is given. */
export interface LogTabProps {
  readonly store: DetailStore;
  readonly row: TorrentRow;
}

/** The tab: newest first. */
export function LogTab({ store, row }: LogTabProps): ReactNode {
  useLook(store, row.id, ['log', 'general']);
  const [least, setLeast] = useState<Level>('info');
  const [filter, setFilter] = useState('');
  const log = store.pane('log');
  const wanted = filter.trim().toLowerCase();
  const entries = (log?.entries ?? [])
    .filter(({ level, text }) => RANK[level] >= RANK[least] && text.toLowerCase().includes(wanted))
    .toReversed();
  return (
    <div className="tabbody">
      <div className="ftools">
        <span className="seg" role="group" aria-label={t('log_level')}>
          {LEVELS.map(({ least: level, text }) => (
            <button key={level} type="button" aria-pressed={level === least} onClick={() => setLeast(level)}>
              {t(text)}
            </button>
          ))}
        </span>
        <FilterField label={t('log_filter')} hint={t('log_filter')} value={filter} onChange={setFilter} />
        <span className="grow" />
        <button
          type="button"
          className="b sm"
          disabled={log === null}
          onClick={() => copyText(reportOf(row, store.pane('general'), log), t('log_copied'))}
        >
          <Icon name="copy" />
          {t('log_copy')}
        </button>
      </div>
      <div className="scroll" tabIndex={0} role="region" aria-label={t('log')}>
        {log !== null && entries.length === 0 && <p className="nothing">{t('log_nothing')}</p>}
        <ol className="log">
          {entries.map((entry, at) => (
            <Line key={`${entry.at} ${entries.length - at}`} entry={entry} />
          ))}
        </ol>
      </div>
    </div>
  );
}

function Line({ entry: { at, level, text } }: { readonly entry: LogEntry }): ReactNode {
  const isToday = new Date(at).toDateString() === new Date().toDateString();
  return (
    <li data-st={STATE[level]}>
      <time className="num" dateTime={formatExactly(at)} title={formatExactly(at)}>
        {isToday ? formatTimeExactly(at) : formatDate(at)}
      </time>
      <Icon name={ICON[level]} className="s" />
      <span dir="auto">{text}</span>
    </li>
  );
}

/** How it stands in plain figures, then the lines of the log, in the form that helpers can read. */
function reportOf(row: TorrentRow, general: Panes['general'] | null, log: Panes['log'] | null): string {
  const { id, state, failure, trackerHealth, peers, seeds, knownPeers, bytesLeft, wantedLength } = row;
  const facts = {
    id,
    state,
    failure,
    trackerHealth,
    peers,
    seeds,
    knownPeers,
    bytesLeft,
    wantedLength,
    pieces: general === null ? null : `${general.havePieces}/${general.pieceCount} x ${general.pieceLength}`,
    inWork: general?.inWork ?? null,
    failedPieces: general?.failedPieces ?? null,
    availability: general?.availability ?? null,
  };
  const lines = (log?.entries ?? []).map(
    ({ at, level, code, text }) => `${formatExactly(at)} ${level} ${code} ${text}`,
  );
  return [JSON.stringify(facts, null, 1), ...lines].join('\n');
}
