/**
 * The list of torrents, and which of them a word names. Decides what is unique enough: a prefix of the hash, or a part of
 * the name.
 */
import { ListView, type TorrentRow, type Totals } from '@jstorrent/control';
import { CliError, EXIT } from '../errors.ts';
import { plain } from '../text.ts';
import type { ServiceLink } from './link.ts';

/** Digits of a hash that people see; two torrents of one list hardly share them. */
export const SHORT_HASH = 8;
/** Fewer digits of a hash are more likely a word. */
const HASH_PREFIX_MIN = 4;
/** Candidates named in an error. */
const CANDIDATES_MAX = 10;

/** Everything the list says. */
export interface Listed {
  /** In the order of the queue. */
  readonly rows: readonly TorrentRow[];
  readonly totals: Totals;
}

/** The list as it stands now. */
export async function readList(link: ServiceLink): Promise<Listed> {
  const seen = Promise.withResolvers<Listed>();
  const stop = await watchList(link, seen.resolve);
  try {
    return await Promise.race([seen.promise, link.lost]);
  } finally {
    stop();
    await link.call('list.unsubscribe', {});
  }
}

/** Be told the list now and whenever it changes; call what it gives back to end that. */
export async function watchList(link: ServiceLink, onList: (listed: Listed) => void): Promise<() => void> {
  const view = new ListView();
  const stop = link.hear((event) => {
    if (event.event !== 'list') return;
    const outcome = view.apply(event);
    if (outcome === 'missed') void link.call('list.subscribe', {}).catch(() => {});
    if (outcome === 'done' && view.totals !== null) onList({ rows: inOrder(view), totals: view.totals });
  });
  await link.call('list.subscribe', {});
  return stop;
}

function inOrder(view: ListView): TorrentRow[] {
  return [...view.rows.values()].toSorted(
    (a, b) => a.queuePosition - b.queuePosition || a.addedAt - b.addedAt,
  );
}

/** The torrents that words name, each once. Throws CliError UNKNOWN_TORRENT or AMBIGUOUS. */
export function namedTorrents(rows: readonly TorrentRow[], words: readonly string[]): TorrentRow[] {
  return [...new Set(words.map((word) => namedTorrent(rows, word)))];
}

/** The torrent that a word names. Throws CliError UNKNOWN_TORRENT or AMBIGUOUS. */
export function namedTorrent(rows: readonly TorrentRow[], word: string): TorrentRow {
  const found = candidates(rows, word);
  const [first] = found;
  if (first !== undefined && found.length === 1) return first;
  if (first === undefined) {
    const text = `no torrent has a hash that begins with "${word}", or it in its name; see "jstorrent list"`;
    throw new CliError(EXIT.usage, 'UNKNOWN_TORRENT', text);
  }
  const shown = found
    .slice(0, CANDIDATES_MAX)
    .map(({ id, name }) => `${id.slice(0, SHORT_HASH)} (${plain(name)})`);
  const more = found.length > CANDIDATES_MAX ? ` and ${found.length - CANDIDATES_MAX} more` : '';
  throw new CliError(
    EXIT.usage,
    'AMBIGUOUS',
    `"${word}" names ${shown.join(', ')}${more}; say more of one of them`,
  );
}

/** Whole hash, then whole name, then parts. */
function candidates(rows: readonly TorrentRow[], word: string): TorrentRow[] {
  const text = word.trim().toLowerCase();
  if (text === '') return [];
  const whole = rows.filter(({ id }) => id === text);
  if (whole.length > 0) return whole;
  const named = rows.filter(({ name }) => plain(name).toLowerCase() === plain(text));
  if (named.length > 0) return named;
  const isPrefix = text.length >= HASH_PREFIX_MIN && /^[0-9a-f]+$/.test(text);
  return rows.filter(
    ({ id, name }) => (isPrefix && id.startsWith(text)) || plain(name).toLowerCase().includes(plain(text)),
  );
}
