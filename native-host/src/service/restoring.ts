/**
 * Puts the torrents of the session into the engine at the start. Decides that nothing of a torrent is read before it gets
 * to work; what the engine makes of it is its own.
 */
import type { ResumeData, SavedTorrent, TorrentId } from '@jstorrent/engine';
import { parseMetainfo, ProtocolError } from '@jstorrent/protocol';
import { nodeDigests } from '../digests.ts';
import type { SavedFiles, SessionStore, TorrentRecord } from '../store/session-store.ts';
import { optionsOf } from './adding.ts';
import type { Host } from './host.ts';

/** Add all saved torrents, in the order of the queue, each as it was. One that is no use any more is told in the log. */
export function restoreTorrents(host: Host): void {
  const chosen = host.store.chosenFiles();
  host.engine.batch(() => {
    for (const record of host.catalog.all()) restore(host, record, chosen.get(record.id) ?? ALL_AS_GIVEN);
  });
}

/** A torrent that rests, as it is in the store; null while something of it is on the way there, or it is to come back. */
export function keptTorrent({ catalog, store, wasted }: Host, id: TorrentId): SavedTorrent | null {
  const record = catalog.find(id);
  if (record === null || record.pieceCount === 0 || catalog.isUnsaved(id)) return null;
  // Counted from zero when it is loaded again.
  wasted.delete(id);
  return new RestoredTorrent(record, store);
}

const ALL_AS_GIVEN: SavedFiles = { priorities: null, renamed: [] };

function restore(host: Host, record: TorrentRecord, files: SavedFiles): void {
  try {
    const saved = new RestoredTorrent(record, host.store);
    const options = optionsOf(host, record, files, {});
    const mayStart = options.start !== true || !host.writers.isAt(record.id, record.place);
    host.engine.add({ saved }, mayStart ? options : { ...options, start: false, force: false });
    if (!mayStart) host.writers.startAfter(record.id);
  } catch (error) {
    host.log.say('problem', 'RESTORE', String(error), record.id);
  }
}

/** A torrent as it was saved when the service began: nothing is copied of ten thousand that rest. */
class RestoredTorrent implements SavedTorrent {
  readonly #record: TorrentRecord;
  readonly #store: SessionStore;

  constructor(record: TorrentRecord, store: SessionStore) {
    this.#record = record;
    this.#store = store;
  }

  get id(): TorrentId {
    return this.#record.id;
  }

  get name(): string {
    return this.#record.name;
  }

  get trackers(): TorrentRecord['trackers'] {
    return this.#record.trackers;
  }

  get webSeeds(): TorrentRecord['webSeeds'] {
    return this.#record.webSeeds;
  }

  get pieceCount(): number {
    return this.#record.pieceCount;
  }

  get totalLength(): number {
    return this.#record.totalLength;
  }

  get havePieces(): number {
    return this.#record.havePieces;
  }

  get wantedLength(): number {
    return this.#record.wantedLength;
  }

  get bytesLeft(): number {
    return this.#record.bytesLeft;
  }

  get downloaded(): number {
    return this.#record.downloaded;
  }

  get uploaded(): number {
    return this.#record.uploaded;
  }

  get activeMs(): number {
    return this.#record.activeMs;
  }

  get seededMs(): number {
    return this.#record.seededMs;
  }

  load(): Uint8Array | null {
    return infoOf(this.#store.metainfo(this.id));
  }

  loadResume(): ResumeData | null {
    return this.#store.resume(this.id);
  }
}

/** The info dictionary in the bytes of a .torrent file; null when there is none that is sound. */
function infoOf(metainfo: Uint8Array | null): Uint8Array | null {
  if (metainfo === null) return null;
  try {
    return parseMetainfo(metainfo, nodeDigests).info.raw;
  } catch (error) {
    if (error instanceof ProtocolError) return null;
    throw error;
  }
}
