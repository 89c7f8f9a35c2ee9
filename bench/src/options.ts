/** The command line of the benchmark. */
import { parseArgs } from 'node:util';
import { defaultCacheDir, TORRENT_NAMES } from './content.ts';

/** What is measured. */
const ACTIONS = ['download', 'upload', 'check', 'magnet', 'start', 'list', 'soak'] as const;
/** One of them. */
type Action = (typeof ACTIONS)[number];

/** What to run. */
export interface BenchOptions {
  readonly torrent: string;
  readonly action: Action;
  /** Seeders of a download, connections of an upload. */
  readonly peers: number;
  readonly runs: number;
  readonly clients: readonly string[];
  readonly cacheDir: string;
  /** Memory touched and given back before each run, in MiB. */
  readonly warmMib: number;
  /** How long a run waits for other work on the machine to end, 0 = not at all. */
  readonly patienceSeconds: number;
  /** How long a soak lasts. */
  readonly minutes: number;
  /** Torrents of the list. */
  readonly count: number;
}

/** A wrong command line; the message is for the user. */
export class UsageError extends Error {}

/** What the command line may say. */
export const USAGE = `pnpm bench [options]
  --torrent NAME    ${TORRENT_NAMES.join(', ')} (default 1GiB-1MiB)
  --action NAME     ${ACTIONS.join(', ')} (default download)
  --seeders N       seeders of a download, or connections of an upload (default 1)
  --runs N          runs of each client, taken in turn (default 5)
  --clients A,B     of jstorrent, libtorrent, aria2 (default all that are installed)
  --cache FOLDER    where data is kept (default ${defaultCacheDir()})
  --warm MIB        memory touched before each run, so that no client is the first to use it (default 2048)
  --torrents N      torrents of the list (default 10000): this client's service alone, starting and at rest
  --minutes N       length of a soak (default 60): this client alone while peers and torrents come and go
  --patience S      seconds that each run waits for a quiet machine at most (default 20)
`;

/** Read the words after the program's name; null when help is asked for. Throws UsageError. */
export function parseOptions(words: readonly string[]): BenchOptions | null {
  const { values } = parseWords(words);
  if (values.help === true) return null;
  const torrent = values.torrent ?? '1GiB-1MiB';
  if (!TORRENT_NAMES.includes(torrent)) throw new UsageError(`no torrent ${torrent}`);
  const action = ACTIONS.find((name) => name === (values.action ?? 'download'));
  if (action === undefined) throw new UsageError(`no action ${values.action}`);
  return {
    torrent,
    action,
    peers: wholeNumber('seeders', values.seeders ?? '1', 1, 200),
    runs: wholeNumber('runs', values.runs ?? '5', 1, 1000),
    clients: (values.clients ?? 'jstorrent,libtorrent,aria2').split(','),
    cacheDir: values.cache ?? defaultCacheDir(),
    patienceSeconds: wholeNumber('patience', values.patience ?? '20', 0, 3600),
    minutes: numberBetween('minutes', values.minutes ?? '60', 0.05, 1440),
    count: wholeNumber('torrents', values.torrents ?? '10000', 11, 100_000),
    warmMib: wholeNumber('warm', values.warm ?? '2048', 0, 1_000_000),
  };
}

function parseWords(words: readonly string[]) {
  const text = { type: 'string' } as const;
  const options = {
    torrent: text,
    torrents: text,
    action: text,
    seeders: text,
    runs: text,
    clients: text,
    cache: text,
    warm: text,
    minutes: text,
    patience: text,
    help: { type: 'boolean' },
  } as const;
  try {
    return parseArgs({ args: words.filter((word) => word !== '--'), options });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
  if (!Number.isInteger(Number(text)))
    throw new UsageError(`--${name} is a whole number from ${least} to ${most}`);
  return numberBetween(name, text, least, most);
}

function numberBetween(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  // Not a number is in no range.
  if (!(value >= least && value <= most)) throw new UsageError(`--${name} is from ${least} to ${most}`);
  return value;
}
