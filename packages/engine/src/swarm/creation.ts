/** Making a torrent: the plane hashes the files on all cores, the metainfo is built from what comes back. */
import { buildMetainfo, type TorrentOptions } from '@jstorrent/protocol';
import type { StoreEvent, StoreId } from '../ports.ts';
import type { Turn } from './turn.ts';

/** Files to be hashed and what the torrent says beside them. */
export interface CreationRequest {
  /** Opaque key of the folder that holds `name`. */
  readonly root: string;
  readonly name: string;
  /** Paths below `name`; one file with an empty path is a torrent without a folder. */
  readonly files: readonly { readonly path: readonly string[]; readonly length: number }[];
  readonly pieceLength: number;
  readonly options: TorrentOptions;
  /** Pieces hashed so far. */
  onProgress(done: number, pieceCount: number): void;
  onDone(metainfo: Uint8Array): void;
  onFailed(code: string, detail: string): void;
}

/** A torrent being made. */
export interface Creation {
  /** True when nothing more will come. */
  onEvent(event: StoreEvent, turn: Turn): boolean;
  onLost(): void;
}

/** Zero digests stand for pieces that could not be read. */
function isUnread(digest: Uint8Array): boolean {
  return digest.every((byte) => byte === 0);
}

/** Begin: opens a store without hashes and has every piece hashed. */
export function createTorrent(store: StoreId, request: CreationRequest, turn: Turn): Creation {
  const { root, name, files, pieceLength } = request;
  const total = files.reduce((sum, file) => sum + file.length, 0);
  const pieceCount = Math.ceil(total / pieceLength);
  const hashes = new Uint8Array(20 * pieceCount);
  let done = 0;
  const layoutFiles = files.map(({ path, length }) => ({
    path: [name, ...path],
    length,
    kind: 'file' as const,
  }));
  const layout = { pieceLength, files: layoutFiles, hashes: new Uint8Array(0), algorithm: 'sha1' as const };
  const wanted = new Uint8Array(Math.ceil(files.length / 8)).fill(0xff);
  turn.push({
    type: 'openStore',
    store,
    root,
    folder: [],
    isSaved: true,
    layout,
    wanted,
    preallocate: 'sparse',
    partials: [],
  });
  return {
    onLost: () => request.onFailed('DISK_ERROR', 'the disk process stopped'),
    onEvent: (event, later) => {
      if (event.type === 'storeOpened') {
        const changed = event.files.findIndex((file, index) => file.size !== files[index]?.length);
        if (changed !== -1) {
          request.onFailed(
            'NOT_FOUND',
            `${layoutFiles[changed]?.path.join('/')} is not there or has changed`,
          );
          later.push({ type: 'closeStore', store });
          return false;
        }
        later.push({ type: 'hashPieces', store, first: 0, count: pieceCount });
      } else if (event.type === 'storeFailed') {
        request.onFailed(event.code, event.detail);
        return true;
      } else if (event.type === 'hashed') {
        hashes.set(event.digests, event.first * 20);
        for (let at = 0; at < event.digests.length; at += 20) {
          if (isUnread(event.digests.subarray(at, at + 20))) {
            request.onFailed('NOT_FOUND', `piece ${event.first + at / 20} cannot be read`);
            later.push({ type: 'closeStore', store });
            return false;
          }
        }
        done += event.digests.length / 20;
        request.onProgress(done, pieceCount);
        if (done < pieceCount) return false;
        later.push({ type: 'closeStore', store });
        request.onDone(buildMetainfo({ name, files, pieceLength, pieceHashes: hashes }, request.options));
      }
      return event.type === 'storeClosed';
    },
  };
}
