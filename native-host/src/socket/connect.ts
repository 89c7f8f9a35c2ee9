/**
 * The connecting end of the local socket. Decides whom it trusts: a socket of this user in a folder of this user alone.
 * Whether a service is started when there is none is decided by the caller. Imports nothing heavy.
 */
import { lstatSync, readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import process from 'node:process';
import { NotPrivateError } from '../state-dir.ts';
import { isPrivateFolder, type ServiceNote, type SocketPlace } from './place.ts';

/** Nobody listens there, or will not again. */
const ABSENT: ReadonlySet<string> = new Set(['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE']);

/** Connect; null when no service listens. Rejects with NotPrivateError or a system error. */
export function connectLocally(place: SocketPlace): Promise<Socket | null> {
  if (place.folder !== null && !isTrustworthy(place, place.folder)) return Promise.resolve(null);
  const { promise, resolve, reject } = Promise.withResolvers<Socket | null>();
  const socket = connect(place.path);
  socket.once('connect', () => {
    socket.removeAllListeners('error');
    resolve(socket);
  });
  socket.once('error', (error: NodeJS.ErrnoException) => {
    if (ABSENT.has(error.code ?? '')) resolve(null);
    else reject(error);
  });
  return promise;
}

/** What the running service, or one that was killed, says of itself; null when nothing readable is there. */
export function readNote(place: SocketPlace): ServiceNote | null {
  try {
    const note: unknown = JSON.parse(readFileSync(place.note, 'utf8'));
    if (typeof note !== 'object' || note === null || !('pid' in note) || !('version' in note)) return null;
    const { pid, version } = note;
    const protocol = 'protocol' in note && typeof note.protocol === 'number' ? note.protocol : 1;
    return typeof pid === 'number' && typeof version === 'string' ? { pid, version, protocol } : null;
  } catch {
    return null;
  }
}

/** Throws NotPrivateError for a socket that somebody else may have put there. */
function isTrustworthy(place: SocketPlace, folder: string): boolean {
  if (!isPrivateFolder(folder)) return false;
  const found = lstatSync(place.path, { throwIfNoEntry: false });
  if (found === undefined) return false;
  if (!found.isSocket()) throw new NotPrivateError(place.path, 'is not a socket');
  if (found.uid !== process.getuid?.()) throw new NotPrivateError(place.path, 'belongs to another user');
  return true;
}
