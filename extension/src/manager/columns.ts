/** The columns of the list: their words, widths and what they sort by. How a cell looks is decided by cells.tsx. */
import type { TorrentRow } from '@jstorrent/control';
import type { TextKey } from '../model/i18n.ts';
import { isComplete, needsAttention, progressOf } from '../model/row-state.ts';

/** Every column, in the order they have at first. */
export const COLUMN_IDS = [
  'number',
  'name',
  'size',
  'progress',
  'state',
  'down',
  'up',
  'left',
  'ratio',
  'peers',
  'added',
  'seeds',
  'availability',
  'label',
  'downloaded',
  'uploaded',
  'finished',
  'active',
  'folder',
  'tracker',
  'private',
] as const;
/** A column. */
export type ColumnId = (typeof COLUMN_IDS)[number];

/** What a column is sorted by: null comes last in both directions. */
export type SortKey = number | string | null;

/** Words for the two directions of a column. */
type Order = 'queue' | 'text' | 'size' | 'speed' | 'part' | 'span' | 'count' | 'date';

/** A column. */
export interface Column {
  readonly title: TextKey;
  /** In pixels. */
  readonly width: number;
  readonly min: number;
  /** Figures stand at the end. */
  readonly isFigure: boolean;
  /** Not there until the user wants it. */
  readonly isOptional: boolean;
  readonly order: Order;
  /** The direction of the first click. */
  readonly first: 'ascending' | 'descending';
  readonly keyOf: (row: TorrentRow) => SortKey;
}

const text = (members: Partial<Column> & Pick<Column, 'title' | 'keyOf' | 'width'>): Column => ({
  min: 60,
  isFigure: false,
  isOptional: false,
  order: 'text',
  first: 'ascending',
  ...members,
});
const figure = (members: Partial<Column> & Pick<Column, 'title' | 'keyOf' | 'width' | 'order'>): Column => ({
  min: 52,
  isFigure: true,
  isOptional: false,
  first: 'descending',
  ...members,
});
const known = (value: number): number | null => (value > 0 ? value : null);

/** Every column. */
export const COLUMNS: Readonly<Record<ColumnId, Column>> = {
  number: figure({
    title: 'column_number',
    width: 54,
    min: 54,
    isFigure: false,
    order: 'queue',
    first: 'ascending',
    keyOf: (row) => (isComplete(row) ? null : row.queuePosition),
  }),
  name: text({ title: 'column_name', width: 240, min: 200, keyOf: (row) => row.name }),
  size: figure({ title: 'column_size', width: 78, order: 'size', keyOf: (row) => known(row.totalLength) }),
  progress: figure({
    title: 'column_progress',
    width: 128,
    min: 96,
    isFigure: false,
    order: 'part',
    keyOf: (row) => progressOf(row),
  }),
  state: text({ title: 'column_state', width: 192, min: 90, keyOf: (row) => stateOrder(row) }),
  down: figure({ title: 'column_down', width: 84, order: 'speed', keyOf: (row) => known(row.downRate) }),
  up: figure({ title: 'column_up', width: 82, order: 'speed', keyOf: (row) => known(row.upRate) }),
  left: figure({
    title: 'column_left',
    width: 100,
    order: 'span',
    first: 'ascending',
    keyOf: (row) => row.etaMs,
  }),
  ratio: figure({ title: 'column_ratio', width: 68, order: 'count', keyOf: (row) => row.ratio }),
  peers: figure({ title: 'column_peers', width: 80, order: 'count', keyOf: (row) => known(row.peers) }),
  added: figure({ title: 'column_added', width: 128, order: 'date', keyOf: (row) => row.addedAt }),
  seeds: figure({
    title: 'column_seeds',
    width: 84,
    isOptional: true,
    order: 'count',
    keyOf: (row) => row.swarmSeeds ?? known(row.seeds),
  }),
  availability: figure({
    title: 'column_availability',
    width: 92,
    isOptional: true,
    order: 'count',
    keyOf: (row) => row.availability,
  }),
  label: text({
    title: 'column_label',
    width: 120,
    isOptional: true,
    keyOf: (row) => row.labels[0] ?? null,
  }),
  downloaded: figure({
    title: 'column_downloaded',
    width: 96,
    isOptional: true,
    order: 'size',
    keyOf: (row) => known(row.downloaded),
  }),
  uploaded: figure({
    title: 'column_uploaded',
    width: 90,
    isOptional: true,
    order: 'size',
    keyOf: (row) => known(row.uploaded),
  }),
  finished: figure({
    title: 'column_finished',
    width: 128,
    isOptional: true,
    order: 'date',
    keyOf: (row) => row.completedAt,
  }),
  active: figure({
    title: 'column_active',
    width: 128,
    isOptional: true,
    order: 'date',
    keyOf: (row) => row.lastActiveAt,
  }),
  folder: text({
    title: 'column_folder',
    width: 160,
    isOptional: true,
    keyOf: (row) => [row.place.root, ...row.place.folder].join('/'),
  }),
  tracker: text({
    title: 'column_tracker',
    width: 160,
    isOptional: true,
    keyOf: (row) => row.trackerHosts[0] ?? null,
  }),
  private: text({
    title: 'column_private',
    width: 76,
    isOptional: true,
    keyOf: (row) => (row.private ? 0 : 1),
  }),
};

/** What needs the user comes first, then what moves, then what waits, then what rests. */
function stateOrder(row: TorrentRow): number {
  if (row.state === 'failed') return 0;
  if (needsAttention(row)) return 1;
  switch (row.state) {
    case 'downloading':
    case 'endgame':
      return row.waiting === null ? 2 : 4;
    case 'metadata':
      return 3;
    case 'checking':
      return 5;
    case 'queued':
      return 6;
    case 'seeding':
      return 7;
    case 'stopped':
    case 'stopping':
      return isComplete(row) ? 9 : 8;
  }
}
