/**
 * A session of many torrents as its owner would have it after years: most complete and waiting for a slot, some stopped,
 * some begun. Decides their shapes; how it is kept is the store's.
 */
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ResumeData } from '@jstorrent/engine';
import { openStore, type NewTorrent, type SessionStore } from '@jstorrent/native-host/store';
import { Bitfield } from '@jstorrent/protocol';
import { zeroTorrent } from '../soak/torrents.ts';

const PIECE = 64 * 1024;
const PIECES = 400;
const FILES = 10;
const TRACKERS = ['udp://one.example:6969/announce', 'https://two.example/announce'];
const BATCH = 500;
const ADDED_AT = Date.UTC(2025, 0, 1);
/** Of ten torrents: the first ones wait for a slot to seed, then some are stopped, the last one is half done. */
const SEEDS_OF_TEN = 6;
const BEGUN_OF_TEN = 9;

/** Write a session of `count` torrents into a private folder; `downloads` is the folder they lie in. */
export async function makeSession(stateFolder: string, downloads: string, count: number): Promise<void> {
  mkdirSync(stateFolder, { recursive: true, mode: 0o700 });
  mkdirSync(downloads, { recursive: true });
  const store = openStore({ file: join(stateFolder, 'session.db'), now: Date.now });
  store.setRoot({ key: 'downloads', path: downloads, label: 'Downloads' });
  store.setSettings({
    'downloads.place': { root: 'downloads', folder: [] },
    'net.port': 0,
    // There is nothing on disk: what is not stopped waits.
    'queue.seeds': 0,
    'service.keepRunning': 'always',
  });
  for (let first = 0; first < count; first += BATCH) {
    store.batch(() => {
      for (let at = first; at < Math.min(count, first + BATCH); at += 1) addOne(store, at);
    });
  }
  await store.close({ backup: false });
}

function addOne(store: SessionStore, at: number): void {
  const lengths = Array.from({ length: FILES }, () => (PIECES / FILES) * PIECE);
  const torrent = zeroTorrent(
    `A torrent with a name of usual length, number ${at}`,
    lengths,
    PIECE,
    TRACKERS,
  );
  const kind = at % 10;
  const isComplete = kind !== BEGUN_OF_TEN;
  const havePieces = isComplete ? PIECES : PIECES / 2;
  const record: NewTorrent = {
    id: torrent.id,
    source: 'metainfo',
    name: `A torrent with a name of usual length, number ${at}`,
    place: { root: 'downloads', folder: [] },
    intent: kind < SEEDS_OF_TEN ? 'run' : 'stop',
    stoppedBy: kind < SEEDS_OF_TEN ? null : 'user',
    labels: at % 3 === 0 ? ['films'] : [],
    trackers: TRACKERS.map((url) => [url]),
    addedAt: ADDED_AT + at * 60_000,
    completedAt: isComplete ? ADDED_AT + at * 60_000 + 3_600_000 : null,
    lastActiveAt: ADDED_AT + at * 60_000 + 7_200_000,
    downloaded: havePieces * PIECE,
    uploaded: havePieces * PIECE,
    seededMs: isComplete ? 3_600_000 : 0,
    activeMs: 7_200_000,
    totalLength: torrent.totalBytes,
    pieceCount: PIECES,
    havePieces,
    wantedLength: torrent.totalBytes,
    bytesLeft: torrent.totalBytes - havePieces * PIECE,
  };
  store.add(record, { metainfo: torrent.metainfo });
  store.saveResume(torrent.id, resumeOf(torrent.infoHash, havePieces));
}

function resumeOf(infoHash: Uint8Array, havePieces: number): ResumeData {
  const pieces = new Bitfield(PIECES);
  for (let piece = 0; piece < havePieces; piece += 1) pieces.set(piece);
  const files = Array.from({ length: FILES }, () => ({ size: (PIECES / FILES) * PIECE, mtimeMs: ADDED_AT }));
  const totals = {
    downloaded: havePieces * PIECE,
    uploaded: havePieces * PIECE,
    activeMs: 7_200_000,
    seededMs: 0,
  };
  return { infoHash, pieces: pieces.toBytes(), partials: [], files, clean: true, ...totals };
}

/** A magnet link that nobody else has. */
export function freshMagnet(number: number): string {
  return `magnet:?xt=urn:btih:${createHash('sha1').update(`magnet ${number} ${process.pid}`).digest('hex')}`;
}
