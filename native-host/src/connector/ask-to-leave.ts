/**
 * Asks an older service to make room for this version. Decides nothing about whether it does: it leaves when it is idle.
 * Speaks just enough of the control protocol for that; imports nothing heavy.
 */
import type { Socket } from 'node:net';
import { clearTimeout, setTimeout } from 'node:timers';
import { PROTOCOL } from '@jstorrent/control/limits';
import { connectLocally } from '../socket/connect.ts';
import type { SocketPlace } from '../socket/place.ts';
import { readReplies } from './replies.ts';
import { frameOf } from './whole-frames.ts';

/** An idle service closes its connections at once. */
const PATIENCE_MS = 3000;

/** Resolved when the service has closed the connection, or does not want to leave. */
export async function askToLeave(place: SocketPlace, version: string): Promise<void> {
  const socket = await connectLocally(place);
  if (socket === null) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, PATIENCE_MS);
  socket.on('error', () => {});
  socket.once('close', () => resolve());
  readReplies(socket, (reply) => {
    const { code, protocol } = errorOf(reply);
    if (code === 'VERSION_TOO_NEW' && protocol < PROTOCOL) say(socket, protocol, version);
    else if (code !== null && code !== 'HELLO_FIRST') resolve();
  });
  say(socket, PROTOCOL, version);
  await promise;
  clearTimeout(timer);
  socket.destroy();
}

function say(socket: Socket, protocol: number, version: string): void {
  socket.write(
    frameOf({ id: protocol * 2, call: 'hello', params: { protocol, name: 'connector', version } }),
  );
  socket.write(frameOf({ id: protocol * 2 + 1, call: 'service.stop', params: { ifIdle: true } }));
}

interface ReplyError {
  readonly code: string | null;
  /** That the service speaks; ours when it does not say. */
  readonly protocol: number;
}

function errorOf(reply: object): ReplyError {
  const { error } = reply as { error?: { code?: unknown; data?: { protocol?: unknown } } };
  const { code, data } = error ?? {};
  return {
    code: typeof code === 'string' ? code : null,
    protocol: typeof data?.protocol === 'number' ? data.protocol : PROTOCOL,
  };
}
