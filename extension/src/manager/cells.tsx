/** What stands in each cell of the list. Widths and order are decided by column-layout.ts. */
import type { TorrentRow } from '@jstorrent/control';
import type { ReactNode } from 'react';
import {
  DASH,
  formatCount,
  formatDate,
  formatExactly,
  formatPercent,
  formatRate,
  formatRatio,
  formatShortCount,
  formatSizeOrDash,
  formatSpan,
  formatSpanRoughly,
} from '../model/format.ts';
import { t } from '../model/i18n.ts';
import { dotClass } from '../model/label-look.ts';
import { LOOK_ICON, progressOf, remarkOf, type RowState } from '../model/row-state.ts';
import { torrentIcon } from '../model/torrent-icon.ts';
import { Icon } from '../ui/react.tsx';
import type { ColumnId } from './columns.ts';

/** What cells show beside the line itself. */
export interface CellFacts {
  readonly row: TorrentRow;
  readonly state: RowState;
  /** In the queue, from 1; undefined when it is complete. */
  readonly number: number | undefined;
  /** Smoothed, in ms. */
  readonly leftMs: number | null;
  readonly folder: string;
}

const dash = <span className="z">{DASH}</span>;
const orDash = (text: string): ReactNode => (text === DASH ? dash : text);

/** Time left in words: about, for a goal. */
export function leftText(row: TorrentRow, leftMs: number | null): string {
  if (row.state !== 'seeding') return formatSpan(leftMs);
  const span = formatSpanRoughly(leftMs);
  return span === DASH ? span : t('about_time', span);
}

/** The bar of progress, with the way to the goal while it seeds. */
export function ProgressBar({ row }: { readonly row: TorrentRow }): ReactNode {
  const percent = progressOf(row) * 100;
  const goal = row.state === 'seeding' ? (row.goalProgress ?? 1) * 100 : null;
  return (
    <span
      className="bar"
      role="progressbar"
      aria-label={t('column_progress')}
      aria-valuenow={Math.floor(percent)}
      aria-valuemin={0}
      aria-valuemax={100}
    >
      <i style={{ '--p': percent.toFixed(1) } as object} />
      {goal !== null && <b style={{ '--goal': goal.toFixed(1) } as object} />}
    </span>
  );
}

/** Dots of its labels. */
export function LabelDots({ labels }: { readonly labels: readonly string[] }): ReactNode {
  return labels
    .slice(0, 4)
    .map((label) => (
      <span
        key={label}
        className={dotClass(label)}
        role="img"
        aria-label={t('label_is', label)}
        title={label}
      />
    ));
}

/** The number, the handle and the box of a row. */
export function NumberCell({
  facts,
  isSelected,
}: {
  readonly facts: CellFacts;
  readonly isSelected: boolean;
}): ReactNode {
  const { row, number } = facts;
  return (
    <div className="q" role="gridcell">
      <span className="grip" title={t('grip_hint')}>
        <Icon name="grip" className="s" />
      </span>
      <span className="qn num">{number === undefined ? '' : formatCount(number)}</span>
      <SelectBox name={row.name} isSelected={isSelected} />
    </div>
  );
}

/** Shows whether a line is selected; the line takes the clicks. */
export function SelectBox({
  name,
  isSelected,
}: {
  readonly name: string;
  readonly isSelected: boolean;
}): ReactNode {
  return (
    <input
      className="cb"
      type="checkbox"
      aria-label={t('select_torrent', name)}
      tabIndex={-1}
      checked={isSelected}
      readOnly
    />
  );
}

/** The name with its icon and labels. */
export function NameCell({ row }: { readonly row: TorrentRow }): ReactNode {
  return (
    <div className="n" role="gridcell">
      <Icon name={torrentIcon(row.name, row.hasMetadata)} />
      <span className="nm el" dir="auto" title={row.name}>
        {row.name}
      </span>
      <LabelDots labels={row.labels} />
    </div>
  );
}

/** The cell of any other column. */
export function Cell({ column, facts }: { readonly column: ColumnId; readonly facts: CellFacts }): ReactNode {
  const { row, state } = facts;
  if (column === 'progress')
    return (
      <div className="p" role="gridcell">
        <ProgressBar row={row} />
        <span className="num">{row.hasMetadata ? formatPercent(progressOf(row)) : ''}</span>
      </div>
    );
  if (column === 'state') {
    const remark = remarkOf(row);
    return (
      <div className="s" role="gridcell" title={remark === '' ? state.text : `${state.text}: ${remark}`}>
        <span className="st">
          <Icon name={LOOK_ICON[state.look]} className="s" />
          <span className="el">{state.text}</span>
        </span>
      </div>
    );
  }
  const { className, title, content } = plainCell(column, facts);
  return (
    <div className={className} role="gridcell" title={title}>
      {content}
    </div>
  );
}

interface Plain {
  readonly className: string;
  readonly content: ReactNode;
  readonly title?: string | undefined;
}

const figure = (content: ReactNode, title?: string): Plain => ({ className: 'r num', content, title });
const date = (at: number | null): Plain => ({
  className: 'r num z',
  content: formatDate(at),
  title: at === null ? undefined : formatExactly(at),
});
const rateClass = (rate: number): ReactNode =>
  rate >= 1_000_000 ? <span className="hot">{formatRate(rate)}</span> : orDash(formatRate(rate));

function plainCell(column: Exclude<ColumnId, 'progress' | 'state'>, facts: CellFacts): Plain {
  const { row } = facts;
  switch (column) {
    case 'number':
    case 'name':
      return { className: '', content: null };
    case 'size':
      return figure(orDash(formatSizeOrDash(row.totalLength)), exactBytes(row.totalLength));
    case 'down':
      return figure(rateClass(row.downRate));
    case 'up':
      return figure(orDash(formatRate(row.upRate)));
    case 'left':
      return figure(orDash(leftText(row, facts.leftMs)));
    case 'ratio':
      return figure(orDash(formatRatio(row.ratio)));
    case 'peers':
      return pair(row.peers, row.knownPeers);
    case 'seeds':
      return pair(row.seeds, row.swarmSeeds);
    case 'added':
      return date(row.addedAt);
    case 'finished':
      return date(row.completedAt);
    case 'active':
      return date(row.lastActiveAt);
    case 'availability':
      return figure(orDash(formatRatio(row.availability)));
    case 'downloaded':
      return figure(orDash(formatSizeOrDash(row.downloaded)), exactBytes(row.downloaded));
    case 'uploaded':
      return figure(orDash(formatSizeOrDash(row.uploaded)), exactBytes(row.uploaded));
    case 'label':
      return { className: 'lb', content: <LabelWords labels={row.labels} />, title: row.labels.join(', ') };
    case 'folder':
      return { className: 'ltr', content: <bdi dir="ltr">{facts.folder}</bdi>, title: facts.folder };
    case 'tracker':
      return {
        className: 'ltr',
        content: row.trackerHosts[0] === undefined ? dash : <bdi dir="ltr">{row.trackerHosts[0]}</bdi>,
        title: row.trackerHosts.join(', '),
      };
    case 'private':
      return { className: '', content: row.private ? t('private_yes') : dash };
  }
}

function LabelWords({ labels }: { readonly labels: readonly string[] }): ReactNode {
  if (labels.length === 0) return dash;
  return labels.map((label) => (
    <span key={label} className="lw">
      <span className={dotClass(label)} />
      <bdi>{label}</bdi>
    </span>
  ));
}

function pair(first: number, second: number | null): Plain {
  if (first === 0 && (second ?? 0) === 0) return figure(dash);
  return figure(
    <>
      {formatShortCount(first)}
      {second !== null && <span className="z"> / {formatShortCount(second)}</span>}
    </>,
    second === null ? formatCount(first) : `${formatCount(first)} / ${formatCount(second)}`,
  );
}

function exactBytes(bytes: number): string | undefined {
  return bytes > 0 ? t('manager_n_bytes', formatCount(bytes)) : undefined;
}
