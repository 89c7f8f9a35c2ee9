/** A line of the list for people. Decides words, columns and colours; which lines there are is decided by the service. */
import { failureTitle, type Totals, type TorrentRow } from '@jstorrent/control';
import type { Cell, Column, Style } from '../table.ts';
import { count, formatBytes, formatDuration, formatPercent, formatRate, plain } from '../text.ts';
import { SHORT_HASH } from './torrents.ts';

/** Beyond it a time left says nothing. */
const ETA_MAX_MS = 100 * 24 * 3_600_000;

/** What a torrent does, in a word or two. */
export function stateWords(row: TorrentRow): string {
  if (row.moveProgress !== null) return `moving ${formatPercent(row.moveProgress, 1)}`;
  switch (row.state) {
    case 'stopped':
      return stoppedWords(row);
    case 'queued':
      return 'queued';
    case 'checking':
      return `checking ${formatPercent(row.checkProgress ?? 0, 1)}`;
    case 'metadata':
      return 'getting file list';
    case 'downloading':
    case 'endgame':
      return row.waiting === null ? 'downloading' : WAITING[row.waiting];
    case 'seeding':
      return 'seeding';
    case 'stopping':
      return 'stopping';
    case 'failed':
      return row.failure === null ? 'failed' : failureTitle(row.failure.code).toLowerCase();
  }
}

const WAITING: Readonly<Record<NonNullable<TorrentRow['waiting']>, string>> = {
  noPeers: 'looking for peers',
  nobodyHasTheRest: 'nobody has the rest',
  choked: 'waiting for peers',
};

function stoppedWords(row: TorrentRow): string {
  const isDone = isComplete(row);
  if (row.stoppedBy === 'ratio' || row.stoppedBy === 'time' || row.stoppedBy === 'idle') return 'finished';
  return isDone ? 'complete' : 'stopped';
}

/** Whether all that is wanted is there and verified. */
function isComplete(row: TorrentRow): boolean {
  return row.hasMetadata && row.bytesLeft === 0;
}

/** How much of what is wanted is there; empty while that is unknown. */
export function doneText(row: TorrentRow): string {
  return row.hasMetadata ? formatPercent(row.wantedLength - row.bytesLeft, row.wantedLength) : '';
}

/** Time until a download is complete; empty when unknown. */
export function etaText(row: TorrentRow): string {
  const { etaMs } = row;
  return isComplete(row) || etaMs === null || etaMs > ETA_MAX_MS ? '' : formatDuration(etaMs);
}

/** An upload ratio; empty when unknown. */
export function ratioText(ratio: number | null): string {
  return ratio === null ? '' : ratio.toFixed(2);
}

/** A rate; empty when nothing moves. */
function rateText(rate: number): string {
  return rate < 1 ? '' : formatRate(rate);
}

/** The columns of the list, with its place in the queue from 1. */
export const LIST_COLUMNS: readonly Column<TorrentRow>[] = [
  { title: '#', isNumber: true, giveWay: 3, cell: ({ queuePosition }) => String(queuePosition + 1) },
  { title: 'Hash', giveWay: 2, cell: ({ id }) => ({ text: id.slice(0, SHORT_HASH), style: 'dim' }) },
  { title: 'Name', least: 12, cell: ({ name }) => plain(name) },
  {
    title: 'Size',
    isNumber: true,
    giveWay: 5,
    cell: ({ hasMetadata, wantedLength }) => (hasMetadata ? formatBytes(wantedLength) : ''),
  },
  { title: 'Done', isNumber: true, cell: doneText },
  { title: 'Down', isNumber: true, giveWay: 4, cell: ({ downRate }) => rateText(downRate) },
  { title: 'Up', isNumber: true, giveWay: 6, cell: ({ upRate }) => rateText(upRate) },
  { title: 'Left', isNumber: true, giveWay: 8, cell: etaText },
  { title: 'Ratio', isNumber: true, giveWay: 9, cell: ({ ratio }) => ratioText(ratio) },
  { title: 'Peers', isNumber: true, giveWay: 7, cell: ({ peers }) => (peers === 0 ? '' : String(peers)) },
  { title: 'State', cell: stateCell },
];

function stateCell(row: TorrentRow): Cell {
  return { text: stateWords(row), style: styleOf(row) };
}

function styleOf(row: TorrentRow): Style {
  if (row.state === 'failed' || row.trackerHealth === 'refused') return 'red';
  if (row.state === 'seeding') return 'green';
  if (row.state === 'stopped') return isComplete(row) ? 'green' : 'dim';
  if (row.state === 'queued') return 'dim';
  return row.waiting === null ? 'cyan' : 'yellow';
}

/** The line below the list. */
export function totalsLine(totals: Totals): string {
  const parts = [
    count(totals.torrents, 'torrent'),
    `${formatRate(totals.downRate)} down${limitText(totals.downLimit)}`,
    `${formatRate(totals.upRate)} up${limitText(totals.upLimit)}`,
    count(totals.peers, 'peer'),
  ];
  if (totals.slowMode !== null) parts.push('slow mode');
  if (totals.freeBytes !== null) parts.push(`${formatBytes(totals.freeBytes)} free`);
  return parts.join('  ');
}

function limitText(limit: number): string {
  return limit === 0 ? '' : ` (of ${formatRate(limit)})`;
}
