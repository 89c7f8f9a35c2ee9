/**
 * How a torrent's record lies in the columns of its row. Decides the form of each member and what is read where a value
 * has a form of its own that is not understood: the same as if it had not been set.
 */
import type { WebSeed } from '@jstorrent/engine';
import type { NewTorrent, Place, TorrentGoals, TorrentRecord } from './record.ts';

/** What a column holds. */
export type Cell = string | number | null;

interface Field<T> {
  readonly columns: readonly string[];
  write(value: T): readonly Cell[];
  /** From the cells of `columns`, which begin at an index of a row. */
  read(row: readonly unknown[], at: number): T;
}

const text = (column: string): Field<string> => ({
  columns: [column],
  write: (value) => [value],
  read: (row, at) => String(row[at]),
});
/** A text of a closed list, which the schema checks. */
const word = <T extends string | null>(column: string): Field<T> => ({
  columns: [column],
  write: (value) => [value],
  read: (row, at) => row[at] as T,
});
/** A whole number; parts of a byte or of a millisecond are not kept. */
const number = (column: string): Field<number> => ({
  columns: [column],
  write: (value) => [Math.round(value)],
  read: (row, at) => Number(row[at]),
});
const maybeNumber = (column: string): Field<number | null> => ({
  columns: [column],
  write: (value) => [value === null ? null : Math.round(value)],
  read: (row, at) => (row[at] === null ? null : Number(row[at])),
});
const flag = (column: string): Field<boolean> => ({
  columns: [column],
  write: (value) => [value ? 1 : 0],
  read: (row, at) => row[at] === 1,
});
/** `shape` is what is written of a value where that is not the value itself. */
const json = <T>(
  column: string,
  parse: (value: unknown) => T,
  shape: (value: T) => unknown = (value) => value,
): Field<T> => {
  const read = shared((text) => parse(text === null ? null : (JSON.parse(text) as unknown)));
  return {
    columns: [column],
    write: (value) => [value === null ? null : JSON.stringify(shape(value))],
    read: (row, at) => read(row[at] as string | null),
  };
};

/** Different values of a column that are kept to be shared. */
const SHARED_MAX = 1000;

/** Torrents of a session have few different lists of trackers, labels and folders: equal cells give the same value, which nobody changes. */
function shared<T>(parse: (cell: string | null) => T): (cell: string | null) => T {
  const known = new Map<string | null, T>();
  return (cell) => {
    const found = known.get(cell);
    if (found !== undefined) return found;
    const value = parse(cell);
    if (known.size >= SHARED_MAX) known.clear();
    known.set(cell, value);
    return value;
  };
}

/** The texts of a list. */
export function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

const tiers = (value: unknown): string[][] => (Array.isArray(value) ? value.map(texts) : []);

function parsePlace(value: unknown): Place | null {
  const { root, folder } = (value ?? {}) as { root?: unknown; folder?: unknown };
  return typeof root === 'string' ? { root, folder: texts(folder) } : null;
}

function parseGoals(value: unknown): TorrentGoals | null {
  if (value === null || typeof value !== 'object') return null;
  const goals = value as Record<string, unknown>;
  const amount = (key: string): number | null => (typeof goals[key] === 'number' ? goals[key] : null);
  const action =
    goals['action'] === 'remove' || goals['action'] === 'removeWithData' ? goals['action'] : 'stop';
  return {
    ratio: amount('ratio'),
    seedMinutes: amount('seedMinutes'),
    idleMinutes: amount('idleMinutes'),
    action,
  };
}

const placesIn = shared((root) => {
  return shared((folder): Place => ({ root: String(root), folder: texts(JSON.parse(folder ?? '[]')) }));
});

/** A text is a web seed of the torrent, `{ user: text }` one that the user named. */
const webSeedList = json<readonly WebSeed[]>('web_seeds', parseWebSeeds, (seeds) =>
  seeds.map(({ url, byUser }) => (byUser ? { user: url } : url)),
);

function parseWebSeeds(value: unknown): WebSeed[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item: unknown): WebSeed[] => {
    if (typeof item === 'string') return [{ url: item, byUser: false }];
    const { user } = (item ?? {}) as { user?: unknown };
    return typeof user === 'string' ? [{ url: user, byUser: true }] : [];
  });
}

const place: Field<Place> = {
  columns: ['root', 'folder'],
  write: ({ root, folder }) => [root, JSON.stringify(folder)],
  read: (row, at) => placesIn(row[at] as string)(row[at + 1] as string),
};

/** Each member of a record and its columns. */
const FIELDS: { readonly [K in keyof TorrentRecord]: Field<TorrentRecord[K]> } = {
  id: text('id'),
  source: word('source'),
  magnet: word('magnet'),
  name: text('name'),
  displayName: word('display_name'),
  place,
  movingTo: json('moving_to', parsePlace),
  intent: word('intent'),
  stoppedBy: word('stopped_by'),
  sequential: flag('sequential'),
  endsFirst: flag('ends_first'),
  downLimit: number('down_limit'),
  upLimit: number('up_limit'),
  connections: maybeNumber('connections'),
  goals: json('goals', parseGoals),
  labels: json('labels', texts),
  trackers: json('trackers', tiers),
  webSeeds: webSeedList,
  addedAt: number('added_at'),
  completedAt: maybeNumber('completed_at'),
  lastActiveAt: maybeNumber('last_active_at'),
  downloaded: number('downloaded'),
  uploaded: number('uploaded'),
  wasted: number('wasted'),
  seededMs: number('seeded_ms'),
  activeMs: number('active_ms'),
  hasMetadata: flag('has_metadata'),
  private: flag('private'),
  totalLength: number('total_length'),
  pieceCount: number('piece_count'),
  havePieces: number('have_pieces'),
  wantedLength: number('wanted_length'),
  bytesLeft: number('bytes_left'),
};

const ALL = Object.entries(FIELDS) as [keyof TorrentRecord, Field<unknown>][];

/** All columns of a record, in the order of `cellsOf` and `recordOf`. */
export const COLUMNS: readonly string[] = ALL.flatMap(([, field]) => field.columns);

/** A record from the cells of `COLUMNS`. */
export function recordOf(cells: readonly unknown[]): TorrentRecord {
  const record: Record<string, unknown> = {};
  let at = 0;
  for (const [key, field] of ALL) {
    record[key] = field.read(cells, at);
    at += field.columns.length;
  }
  return record as unknown as TorrentRecord;
}

/** The columns and cells of some members. A member that is no member of a record is a bug. */
export function cellsOf(members: Partial<TorrentRecord>): { columns: string[]; cells: Cell[] } {
  const columns: string[] = [];
  const cells: Cell[] = [];
  for (const [key, value] of Object.entries(members)) {
    if (value === undefined) continue;
    const field = FIELDS[key as keyof TorrentRecord] as Field<unknown> | undefined;
    if (field === undefined) throw new TypeError(`a torrent has no ${key}`);
    columns.push(...field.columns);
    cells.push(...field.write(value));
  }
  return { columns, cells };
}

/** Members that a new torrent leaves out. */
const EMPTY: Omit<TorrentRecord, 'id' | 'source' | 'name' | 'place' | 'intent' | 'addedAt'> = {
  magnet: null,
  displayName: null,
  movingTo: null,
  stoppedBy: null,
  sequential: false,
  endsFirst: false,
  downLimit: 0,
  upLimit: 0,
  connections: null,
  goals: null,
  labels: [],
  trackers: [],
  webSeeds: [],
  completedAt: null,
  lastActiveAt: null,
  downloaded: 0,
  uploaded: 0,
  wasted: 0,
  seededMs: 0,
  activeMs: 0,
  hasMetadata: false,
  private: false,
  totalLength: 0,
  pieceCount: 0,
  havePieces: 0,
  wantedLength: 0,
  bytesLeft: 0,
};

/** The whole record of a new torrent. */
export function completeRecord(given: NewTorrent, hasMetadata: boolean): TorrentRecord {
  return { ...EMPTY, ...given, hasMetadata };
}
