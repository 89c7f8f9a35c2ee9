/**
 * The listening end of the local socket. Decides what may be cleared away before listening and what is told beside the
 * socket; that only one process does so at a time is decided by lock.ts.
 */
import { chmodSync, lstatSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import process from 'node:process';
import { PROTOCOL } from '@jstorrent/control/limits';
import { makePrivateFolder } from '../state-dir.ts';
import type { ServiceNote, SocketPlace } from './place.ts';

/** Front ends at once: browsers with several windows and some command lines; more is a fault that would eat memory. */
const CONNECTIONS_MAX = 64;

/** A socket that is listened at. */
export interface LocalListener {
  /** Accept nobody any more and forget the socket; those connected stay. */
  close(): void;
}

/**
 * Listen at a place, with the service's lock held: a socket that is there was left by a dead service. Rejects with
 * NotPrivateError or a system error.
 */
export async function listenLocally(
  place: SocketPlace,
  version: string,
  onConnection: (socket: Socket) => void,
): Promise<LocalListener> {
  if (place.folder !== null) {
    makePrivateFolder(place.folder);
    const old = lstatSync(place.path, { throwIfNoEntry: false });
    if (old?.isDirectory() === true) throw new Error(`${place.path} is a folder; remove it`);
    rmSync(place.path, { force: true });
  }
  const server = createServer({ allowHalfOpen: false }, onConnection);
  server.maxConnections = CONNECTIONS_MAX;
  await begin(server, place.path);
  if (place.folder !== null) chmodSync(place.path, 0o600);
  writeNote(place.note, { pid: process.pid, version, protocol: PROTOCOL });
  return {
    close: () => {
      rmSync(place.note, { force: true });
      server.close();
    },
  };
}

function begin(server: Server, path: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(path, () => {
    server.off('error', reject);
    // A connection that cannot be accepted (too many files) is its maker's trouble.
    server.on('error', () => {});
    resolve();
  });
  return promise;
}

/** Whole or not at all for a reader. */
function writeNote(path: string, note: ServiceNote): void {
  const draft = `${path}.new`;
  writeFileSync(draft, JSON.stringify(note), { mode: 0o600 });
  renameSync(draft, path);
}
