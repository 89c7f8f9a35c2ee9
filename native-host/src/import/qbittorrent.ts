/**
 * Torrents of qBittorrent 4 and 5: `BT_backup/HASH.fastresume` and `HASH.torrent`, and the rows of `torrents.db`, which
 * hold the same in columns. Decides what its own keys mean.
 */
import type { Priority } from '@jstorrent/engine';
import { getBytes, getInteger, toHex, type BencodeDict } from '@jstorrent/protocol';
import { makeLink, readContent, sourceOf, type Content, type Link } from './content.ts';
import type { ImportedGoals, ImportedTorrent } from './imported.ts';
import { readIntent, readLibtorrent } from './libtorrent.ts';
import { IMPORT_LIMITS } from './limits.ts';
import { getFlag, getName, getText, getTexts, getTiers, readDict, toLabels } from './values.ts';

/** What is put behind the names of unfinished files if the user wants it. */
const UNFINISHED = '.!qB';

/** One torrent as its files hold it. */
export interface QBittorrentFiles {
  /** Info-hash in hex, of the file's name. */
  readonly id: string;
  readonly fastresume: Uint8Array;
  /** Null while the client does not know it. */
  readonly torrent: Uint8Array | null;
  /** Position in the file `queue`; null = in none. */
  readonly queue: number | null;
}

/** What qBittorrent keeps beside libtorrent's resume data. */
export interface QBittorrentExtras {
  readonly displayName: string | null;
  readonly category: string;
  readonly tags: readonly string[];
  /** Where it is to lie in the end. */
  readonly savePath: string;
  /** Thousandths; -2000 = as the settings say, -1000 = never. */
  readonly ratioLimit: number;
  /** Minutes; -2 = as the settings say, -1 = never. */
  readonly seedMinutes: number;
  readonly idleMinutes: number;
  readonly endsFirst: boolean;
  readonly intent: ImportedTorrent['intent'];
  readonly queue: number | null;
}

/** Read a torrent of `BT_backup`. Throws ImportError. */
export function readQBittorrent(files: QBittorrentFiles): ImportedTorrent {
  const dict = readResume(files.fastresume);
  return combine(contentOf(files.torrent, files.id, dict), dict, {
    displayName: getName(dict, 'qBt-name'),
    category: getText(dict, 'qBt-category'),
    tags: getTexts(dict, 'qBt-tags'),
    savePath: getText(dict, 'qBt-savePath'),
    ratioLimit: getInteger(dict, 'qBt-ratioLimit') ?? -2000,
    seedMinutes: getInteger(dict, 'qBt-seedingTimeLimit') ?? -2,
    idleMinutes: getInteger(dict, 'qBt-inactiveSeedingTimeLimit') ?? -2,
    endsFirst: getFlag(dict, 'qBt-firstLastPiecePriority'),
    intent: readIntent(dict),
    queue: files.queue,
  });
}

/** Read a row of `torrents.db`. Throws ImportError. */
export function readQBittorrentRow(
  id: string,
  resume: Uint8Array,
  metadata: Uint8Array | null,
  extras: QBittorrentExtras,
): ImportedTorrent {
  const dict = readResume(resume);
  return combine(contentOf(metadata, id, dict), dict, extras);
}

/** The order of torrents in the file `queue`: an info-hash per line. */
export function readQueue(text: string): ReadonlyMap<string, number> {
  const order = new Map<string, number>();
  for (const line of text.split('\n', IMPORT_LIMITS.torrents)) {
    const id = line.trim().toLowerCase();
    if (/^[0-9a-f]{40}$/.test(id) && !order.has(id)) order.set(id, order.size);
  }
  return order;
}

function readResume(bytes: Uint8Array): BencodeDict {
  return readDict(bytes, IMPORT_LIMITS.resumeBytes, 'Its resume file is damaged.');
}

function contentOf(torrent: Uint8Array | null, id: string, dict: BencodeDict): Content | Link {
  if (torrent !== null && torrent.length > 0) return readContent(torrent);
  const hash = getBytes(dict, 'info-hash');
  const known = hash?.length === 20 && hash.some((byte) => byte !== 0) ? toHex(hash) : id;
  return makeLink(known, getName(dict, 'name'), getTiers(dict, 'trackers'));
}

function combine(content: Content | Link, dict: BencodeDict, extras: QBittorrentExtras): ImportedTorrent {
  const { savePath } = extras;
  const part = readLibtorrent(dict, content, { folder: savePath, suffix: UNFINISHED, priority });
  const isElsewhere =
    savePath !== '' && savePath.replace(/[\\/]+$/, '') !== part.folder.replace(/[\\/]+$/, '');
  const isUnfinished = part.completedAt === null;
  const moves = `qBittorrent would move it to ${savePath} when it is complete; here it stays where it is.`;
  return {
    client: 'qbittorrent',
    id: content.id,
    source: sourceOf(content),
    displayName: extras.displayName,
    ...part,
    intent: extras.intent,
    endsFirst: extras.endsFirst,
    labels: toLabels([extras.category, ...extras.tags]),
    goals: goalsOf(extras),
    queue: extras.queue,
    warnings: isElsewhere && isUnfinished ? [...part.warnings, moves] : part.warnings,
  };
}

/** qBittorrent shows 1 as normal, 6 as high and 7 as maximal. */
function priority(value: number): Priority {
  if (value <= 0) return 0;
  return value >= 6 ? 3 : 2;
}

function goalsOf({ ratioLimit, seedMinutes, idleMinutes }: QBittorrentExtras): ImportedGoals | null {
  if (ratioLimit <= -2000 && seedMinutes <= -2 && idleMinutes <= -2) return null;
  return {
    ratio: ratioLimit > 0 ? Math.min(ratioLimit / 1000, 10_000) : null,
    seedMinutes: minutes(seedMinutes),
    idleMinutes: minutes(idleMinutes),
    action: 'stop',
  };
}

function minutes(value: number): number | null {
  return value > 0 && value <= 5_256_000 ? value : null;
}
