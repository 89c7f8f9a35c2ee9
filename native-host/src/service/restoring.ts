/**
 * Puts the torrents of the session into the engine at the start. Decides that nothing of a torrent is read before it gets
 * to work; what the engine makes of it is its own.
 */
import type { SavedTorrent } from '@jstorrent/engine';
import { parseMetainfo, ProtocolError } from '@jstorrent/protocol';
import { nodeDigests } from '../digests.ts';
import type { SessionStore, TorrentRecord } from '../store/session-store.ts';
import { optionsOf } from './adding.ts';
import type { Host } from './host.ts';

/** Add all saved torrents, in the order of the queue, each as it was. One that is no use any more is told in the log. */
export function restoreTorrents(host: Host): void {
  host.engine.batch(() => {
    for (const record of host.catalog.all()) restore(host, record);
  });
}

function restore(host: Host, record: TorrentRecord): void {
  try {
    const files = host.store.files(record.id);
    host.engine.add({ saved: savedTorrent(host.store, record) }, optionsOf(host, record, files, {}));
  } catch (error) {
    host.log.say('problem', 'RESTORE', String(error), record.id);
  }
}

function savedTorrent(store: SessionStore, record: TorrentRecord): SavedTorrent {
  const { id, name, pieceCount, totalLength, havePieces, wantedLength, bytesLeft } = record;
  const { downloaded, uploaded, activeMs, seededMs } = record;
  return {
    infoHash: Uint8Array.from(Buffer.from(id, 'hex')),
    name,
    trackers: record.trackers,
    pieceCount,
    totalLength,
    havePieces,
    wantedLength,
    bytesLeft,
    downloaded,
    uploaded,
    activeMs,
    seededMs,
    load: () => infoOf(store.metainfo(id)),
    loadResume: () => store.resume(id),
  };
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
