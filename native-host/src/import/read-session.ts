/**
 * Reads a session of another client, one torrent after the other. Decides which files belong to a torrent; what is in them
 * is read by the reader of each client. The session is never written to.
 */
import { posix, win32 } from 'node:path';
import { decodeUtf8Lossy, MAX_TORRENT_BYTES } from '@jstorrent/protocol';

import { attempt } from './attempt.ts';
import { delugeId, readDeluge, readDelugeLabels, readDelugeResumes, readDelugeStates } from './deluge.ts';
import type { FoundSession } from './find-sessions.ts';
import { ImportError, type ImportOutcome } from './imported.ts';
import { IMPORT_LIMITS } from './limits.ts';
import { readQBittorrentDatabase } from './qbittorrent-database.ts';
import { readQBittorrent, readQueue } from './qbittorrent.ts';
import { readTransmission } from './transmission.ts';

/** Files of another program, to be read only. */
export interface SessionFiles {
  /** Names in a folder; none when it cannot be read. `isCut`: there are more. */
  list(folder: string): Promise<{ readonly names: readonly string[]; readonly isCut: boolean }>;
  /** The bytes of a file; null when it is absent, unreadable or larger than `maxBytes`. */
  read(file: string, maxBytes: number): Promise<Uint8Array | null>;
  /** An existing folder of our own for a copy of a database. */
  readonly scratch: string;
}

/**
 * The torrents of a session in the order of its queue where it keeps one, at most IMPORT_LIMITS.torrents. A session that
 * cannot be read at all is one outcome that says so.
 */
export async function* readSession(
  session: FoundSession,
  files: SessionFiles,
): AsyncGenerator<ImportOutcome> {
  const place = new Place(session.path, files);
  try {
    if (session.client === 'qbittorrent') yield* qbittorrent(place, files.scratch);
    else if (session.client === 'transmission') yield* transmission(place);
    else yield* deluge(place);
  } catch (error) {
    if (!(error instanceof ImportError)) throw error;
    yield { ok: false, about: 'session', what: session.path, reason: error.message };
  }
}

/** Paths below one folder. */
class Place {
  readonly #folder: string;
  readonly #files: SessionFiles;
  readonly #paths: typeof posix;
  readonly #cut = new Map<string, number>();

  constructor(folder: string, files: SessionFiles) {
    this.#folder = folder;
    this.#files = files;
    this.#paths = folder.startsWith('/') ? posix : win32;
  }

  async list(name: string): Promise<readonly string[]> {
    const folder = this.#paths.join(this.#folder, name);
    const { names, isCut } = await this.#files.list(folder);
    if (isCut) this.#cut.set(folder, names.length);
    return names.slice(0, IMPORT_LIMITS.entries).toSorted();
  }

  /** Folders that have more in them than was listed. */
  *cuts(): Generator<ImportOutcome> {
    for (const [folder, count] of this.#cut) {
      const reason = `It holds more than ${count} files, of which only the first by name were looked at: torrents are missing, which have to be added by hand.`;
      yield { ok: false, about: 'session', what: folder, reason };
    }
    this.#cut.clear();
  }

  read(parts: readonly string[], maxBytes: number): Promise<Uint8Array | null> {
    return this.#files.read(this.#paths.join(this.#folder, ...parts), maxBytes);
  }
}

async function* qbittorrent(place: Place, scratch: string): AsyncGenerator<ImportOutcome> {
  const ids = stems(await place.list('BT_backup'), '.fastresume').filter((id) => /^[0-9a-f]{40}$/i.test(id));
  yield* place.cuts();
  const database = ids.length > 0 ? null : await place.read(['torrents.db'], IMPORT_LIMITS.allResumesBytes);
  if (database !== null) {
    const wal = await place.read(['torrents.db-wal'], IMPORT_LIMITS.allResumesBytes);
    yield* readQBittorrentDatabase({ database, wal }, scratch);
    return;
  }
  const queueBytes = await place.read(['BT_backup', 'queue'], IMPORT_LIMITS.listBytes);
  const order = readQueue(queueBytes === null ? '' : decodeUtf8Lossy(queueBytes));
  const position = (id: string): number => order.get(id.toLowerCase()) ?? Number.POSITIVE_INFINITY;
  const sorted = ids.toSorted((a, b) => (position(a) === position(b) ? 0 : position(a) - position(b)));
  for (const id of sorted) {
    const fastresume = await place.read(['BT_backup', `${id}.fastresume`], IMPORT_LIMITS.resumeBytes);
    const torrent = await place.read(['BT_backup', `${id}.torrent`], MAX_TORRENT_BYTES);
    yield attempt(id, () => {
      if (fastresume === null) throw new ImportError('Its resume file cannot be read.');
      const queue = order.get(id.toLowerCase()) ?? null;
      return readQBittorrent({ id: id.toLowerCase(), fastresume, torrent, queue });
    });
  }
}

async function* transmission(place: Place): AsyncGenerator<ImportOutcome> {
  // macOS writes them with capitals.
  for (const [resumes, torrents] of [
    ['resume', 'torrents'],
    ['Resume', 'Torrents'],
  ] as const) {
    const names = stems(await place.list(resumes), '.resume');
    yield* place.cuts();
    for (const name of names) {
      const resume = await place.read([resumes, `${name}.resume`], IMPORT_LIMITS.resumeBytes);
      const torrent = await place.read([torrents, `${name}.torrent`], MAX_TORRENT_BYTES);
      const link =
        torrent === null ? await place.read([torrents, `${name}.magnet`], IMPORT_LIMITS.magnetBytes) : null;
      yield attempt(name, () => {
        if (resume === null) throw new ImportError('Its resume file cannot be read.');
        return readTransmission({ resume, torrent, magnet: link === null ? null : decodeUtf8Lossy(link) });
      });
    }
    // Where capitals do not count, both names are the same folder.
    if (names.length > 0) return;
  }
}

async function* deluge(place: Place): AsyncGenerator<ImportOutcome> {
  const list = await place.read(['state', 'torrents.state'], IMPORT_LIMITS.listBytes);
  if (list === null) throw new ImportError('Deluge’s list of torrents cannot be read.');
  const states = readDelugeStates(list);
  const all = await place.read(['state', 'torrents.fastresume'], IMPORT_LIMITS.allResumesBytes);
  const resumes = resumesOf(all);
  const conf = await place.read(['label.conf'], IMPORT_LIMITS.listBytes);
  const labels = readDelugeLabels(conf === null ? '' : decodeUtf8Lossy(conf));
  for (const state of states) {
    const id = delugeId(state);
    const torrent = id === '' ? null : await place.read(['state', `${id}.torrent`], MAX_TORRENT_BYTES);
    yield attempt(id === '' ? 'A torrent without an info-hash' : id, () =>
      readDeluge({ state, torrent, resume: resumes.get(id) ?? null, label: labels.get(id) ?? null }),
    );
  }
}

/** Without resume data each torrent says that it is checked first. */
function resumesOf(bytes: Uint8Array | null): ReadonlyMap<string, Uint8Array> {
  if (bytes === null) return new Map();
  try {
    return readDelugeResumes(bytes);
  } catch (error) {
    if (error instanceof ImportError) return new Map();
    throw error;
  }
}

/** Names that end so, without the end. */
function stems(names: readonly string[], end: string): readonly string[] {
  return names
    .filter((name) => name.endsWith(end) && !name.startsWith('.'))
    .map((name) => name.slice(0, -end.length))
    .slice(0, IMPORT_LIMITS.torrents);
}
