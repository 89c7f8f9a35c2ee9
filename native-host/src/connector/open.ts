/**
 * Hands a link or a .torrent file that the system gave us to the service. Decides what is read of the disk: one file, as the
 * user named it. Speaks just enough of the control protocol for that; imports nothing heavy.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import type { Socket } from 'node:net';
import { clearTimeout, setTimeout } from 'node:timers';
import { fileURLToPath } from 'node:url';
import { CONTROL_LIMITS, PROTOCOL } from '@jstorrent/control/limits';
import { readReplies } from './replies.ts';
import { frameOf } from './whole-frames.ts';

/** A service that adds by itself may have to fetch a file from the web first. */
const PATIENCE_MS = 60_000;
const HELLO = 1;
const OPEN = 2;

/** What `--open` names, as `open.request` takes it. Throws a system error, and RangeError for a file that is no torrent. */
export function openableOf(text: string): object {
  if (/^\s*magnet:/i.test(text)) return { magnet: text.trim() };
  if (/^https?:\/\//i.test(text)) return { url: text };
  return { metainfo: readFile(/^file:/i.test(text) ? fileURLToPath(text) : text).toString('base64') };
}

/** Ask the service to open it; why not, or null. `socket` is ended afterwards. */
export async function requestOpening(
  socket: Socket,
  source: object,
  version: string,
): Promise<string | null> {
  const { promise, resolve } = Promise.withResolvers<string | null>();
  const timer = setTimeout(() => resolve('the service does not answer'), PATIENCE_MS);
  socket.on('error', () => {});
  socket.once('close', () => resolve('the service ended'));
  readReplies(socket, (reply) => {
    const { id, error } = reply as { id?: unknown; error?: { message?: unknown } };
    if (error !== undefined) resolve(String(error.message));
    else if (id === OPEN) resolve(null);
  });
  const hello = { protocol: PROTOCOL, name: 'connector', version };
  socket.write(frameOf({ id: HELLO, call: 'hello', params: hello }));
  socket.write(frameOf({ id: OPEN, call: 'open.request', params: { source } }));
  const outcome = await promise;
  clearTimeout(timer);
  socket.destroy();
  return outcome;
}

/** A file as long as a message holds. */
function readFile(path: string): Buffer {
  const bytes = Buffer.alloc(CONTROL_LIMITS.metainfoBytes + 1);
  const fd = openSync(path, 'r');
  try {
    let length = 0;
    for (let got = 1; got > 0; length += got) got = readSync(fd, bytes, length, bytes.length - length, null);
    if (length === bytes.length) throw new RangeError(`${path} is too large to be a torrent`);
    return bytes.subarray(0, length);
  } finally {
    closeSync(fd);
  }
}
