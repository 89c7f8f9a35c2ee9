/**
 * Notes about torrents whose files are being deleted, in the store. Decides their form; when one is kept and when it is
 * over is decided by removals.ts.
 */
import type { FilePath, TorrentId } from '@jstorrent/engine';
import type { SessionStore, TorrentRecord } from '../store/session-store.ts';

const PREFIX = 'deletion:';
/** A note is kept in parts: a value of the store is at most twice as large. */
const PART_BYTES = 512 * 1024;
const ID_LENGTH = 40;

/** What it takes to delete the files of a torrent that is in no list any more. */
export interface DeletionNote {
  readonly root: string;
  readonly folder: readonly string[];
  readonly paths: readonly FilePath[];
  /** The .torrent file in base64. */
  readonly metainfo: string;
}

/** Keep a note of a torrent that is still in the store; none where there is no metadata, and so no files. */
export function keepNote(store: SessionStore, { id, place }: TorrentRecord): void {
  const metainfo = store.metainfo(id);
  if (metainfo === null) return;
  const note: DeletionNote = {
    ...place,
    paths: store.files(id).renamed,
    metainfo: Buffer.from(metainfo).toString('base64'),
  };
  const bytes = Buffer.from(JSON.stringify(note));
  for (let part = 0; part * PART_BYTES < bytes.length; part += 1) {
    const name = `${PREFIX}${id}:${String(part).padStart(4, '0')}`;
    store.setValue(name, bytes.subarray(part * PART_BYTES, (part + 1) * PART_BYTES));
  }
}

/** Torrents with a note. */
export function notedIds(store: SessionStore): ReadonlySet<TorrentId> {
  const names = store.valueNames(PREFIX);
  return new Set(names.map((name) => name.slice(PREFIX.length, PREFIX.length + ID_LENGTH)));
}

/** The note of a torrent, or null when there is none that can be read. */
export function readNote(store: SessionStore, id: TorrentId): DeletionNote | null {
  const parts = store.valueNames(`${PREFIX}${id}:`).map((name) => store.value(name));
  try {
    return JSON.parse(Buffer.concat(parts.filter((part) => part !== null)).toString()) as DeletionNote;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Forget a note, if there is one. Throws StoreError. */
export function forgetNote(store: SessionStore, id: TorrentId): void {
  for (const name of store.valueNames(`${PREFIX}${id}:`)) store.setValue(name, null);
}
