/** Gets what a front end names as a source: bytes it sent, an address on the web, a file, or a preview it looked at. */
import { isAbsolute, relative, sep } from 'node:path';
import { CONTROL_LIMITS, ControlError, type ControlSource } from '@jstorrent/control';
import type { Engine } from '@jstorrent/engine';
import type { DaemonGate } from './daemon-gate.ts';
import type { Disk } from './disk.ts';
import type { Host } from './host.ts';
import { readMagnet, readMetainfo, type ReadTorrent } from './sources.ts';

/** Reads sources for commands. */
export interface SourceReader {
  /** Rejects with ControlError. */
  read(source: ControlSource): Promise<ReadTorrent>;
  /** What was held for a source is needed no more. */
  close(source: ControlSource): void;
}

/** What is held under a number: previews, or files that were opened. */
export interface HeldTorrents {
  /** What is known of it by now. Throws ControlError NOT_FOUND. */
  torrent(number: number): ReadTorrent;
  close(number: number): void;
}

/** What a reader reaches beside the engine. */
export interface ReaderParts {
  readonly previews: HeldTorrents;
  readonly openings: HeldTorrents;
  readonly readFile: (path: string) => Promise<Uint8Array>;
}

/** A reader that fetches through the engine. */
export function sourceReader(
  engine: Engine,
  gate: DaemonGate,
  { previews, openings, readFile }: ReaderParts,
): SourceReader {
  return {
    read: async (source) => {
      if ('magnet' in source) return readMagnet(source.magnet);
      if ('metainfo' in source) return readMetainfo(new Uint8Array(Buffer.from(source.metainfo, 'base64')));
      if ('url' in source) {
        if (/^\s*magnet:/i.test(source.url)) return readMagnet(source.url);
        await gate.passed();
        return readMetainfo(await fetchUrl(engine, source.url));
      }
      if ('path' in source) return readMetainfo(await readFile(source.path));
      if ('opened' in source) return openings.torrent(source.opened);
      return previews.torrent(source.preview);
    },
    close: (source) => {
      if ('preview' in source) previews.close(source.preview);
      if ('opened' in source) openings.close(source.opened);
    },
  };
}

function fetchUrl(engine: Engine, url: string): Promise<Uint8Array> {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
  if (!/^https?:\/\//i.test(url)) {
    throw new ControlError('BAD_PARAMS', { at: 'source', why: 'it is no address on the web' });
  }
  const onFailed = (code: string, detail: string): void =>
    reject(
      new ControlError('FAILED', { why: `the address does not give a .torrent file (${detail || code})` }),
    );
  engine.fetchTorrent(
    url,
    (bytes) => {
      if (bytes.length <= CONTROL_LIMITS.metainfoStored) resolve(bytes);
      else reject(new ControlError('TOO_LARGE', { limit: CONTROL_LIMITS.metainfoStored }));
    },
    onFailed,
  );
  return promise;
}

/** Reads .torrent files that a front end names by their absolute path: those below the roots. */
export function readerOfPaths(host: Host, disk: Disk): (path: string) => Promise<Uint8Array> {
  return (path) => {
    for (const root of host.store.roots()) {
      const way = relative(root.path, path);
      if (way === '' || way.startsWith('..') || isAbsolute(way)) continue;
      return disk.readFile(root.key, way.split(sep), CONTROL_LIMITS.metainfoStored);
    }
    throw new ControlError('PATH_ESCAPES');
  };
}
