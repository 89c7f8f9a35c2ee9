/**
 * Peers that do harm over real sockets (THREATS 18 to 29): what each does with a connection, whichever side made it.
 * Decides no outcome; tests say what a program must do about it.
 */
import { connect, createServer, type Socket } from 'node:net';
import type { Address } from '../clients/client.ts';
import {
  BLOCK,
  fullBitfield,
  handshake,
  Hearing,
  ID,
  message,
  numbers,
  pieceCountOf,
  pieceMessage,
  type Share,
} from './wire.ts';
import type { World } from './world.ts';

/** What is done with a new connection. */
export type Attack = (socket: Socket, share: Share) => void;

const DRIP_MS = 200;
const HUGE = 0xffff_ffff;

/** One byte after the other, as long as the connection lasts. */
function drip(socket: Socket, bytes: Buffer): void {
  let at = 0;
  const timer = setInterval(() => {
    if (at < bytes.length && socket.writable) socket.write(bytes.subarray(at, at + 1));
    at += 1;
  }, DRIP_MS);
  socket.on('close', () => clearInterval(timer));
}

let met = 0;

/** A handshake with a peer id that nobody else has. */
function hello(share: Share, fast = false): Buffer {
  met += 1;
  return handshake(share.torrent.infoHash, `-HO0000-${met}`, fast);
}

/** Say hello and listen: `onMessage` gets what the program says after its handshake. */
function meet(
  socket: Socket,
  share: Share,
  onMessage: (id: number, payload: Buffer) => void,
  fast = false,
): void {
  const hearing = new Hearing(() => {}, onMessage);
  socket.on('data', (bytes: Buffer) => hearing.push(bytes));
  socket.write(hello(share, fast));
}

/** Have everything, and answer requests in a way of one's own. */
function pretendSeed(
  socket: Socket,
  share: Share,
  answer: (piece: number, offset: number, bytes: Buffer) => void,
): void {
  meet(socket, share, (id, payload) => {
    if (id === ID.interested) socket.write(message(ID.unchoke));
    if (id !== ID.request) return;
    const [piece, offset, length] = [
      payload.readUInt32BE(0),
      payload.readUInt32BE(4),
      payload.readUInt32BE(8),
    ];
    const at = piece * share.pieceLength + offset;
    answer(piece, offset, share.content.subarray(at, at + length));
  });
  socket.write(fullBitfield(pieceCountOf(share)));
}

/** Want everything, and begin when there is leave to. */
function pretendLeech(socket: Socket, share: Share, onUnchoke: () => void, fast = false): void {
  meet(socket, share, (id) => id === ID.unchoke && onUnchoke(), fast);
  socket.write(message(ID.interested));
}

/** Requests of blocks that exist, one after the other over all pieces, again and again. */
function manyRequests(share: Share, count: number): Buffer {
  const blocks = Math.floor(share.content.length / BLOCK);
  const perPiece = share.pieceLength / BLOCK;
  const requests = Array.from({ length: count }, (_, index) => {
    const block = index % blocks;
    return numbers(ID.request, Math.floor(block / perPiece), (block % perPiece) * BLOCK, BLOCK);
  });
  return Buffer.concat(requests);
}

/** Without a word, for ever. */
const silence: Attack = () => {};

/** What harms whoever takes or makes a connection, before or after the handshake. */
export const ATTACKS = {
  silence,
  'a handshake byte by byte': (socket, share) => drip(socket, hello(share)),
  'half a handshake and silence': (socket, share) => socket.write(hello(share).subarray(0, 40)),
  'a reset in the handshake': (socket, share) =>
    socket.write(hello(share).subarray(0, 40), () => socket.resetAndDestroy()),
  'the end of our half at once': (socket) => socket.end(),
  'the end of our half after the handshake': (socket, share) => socket.end(hello(share)),
  garbage: (socket) => socket.write(Buffer.alloc(100_000, 'GET / HTTP/1.1\r\n')),
  'garbage after the handshake': (socket, share) => {
    socket.write(Buffer.concat([hello(share), Buffer.alloc(100_000, 0xa7)]));
  },
  'a message of 4 GiB': (socket, share) => {
    socket.write(Buffer.concat([hello(share), Buffer.alloc(4, 0xff), Buffer.alloc(100_000)]));
  },
  'a message byte by byte': (socket, share) => {
    socket.write(hello(share));
    drip(socket, message(20, Buffer.alloc(10_000)));
  },
  'a reset in a message': (socket, share) => {
    const half = message(20, Buffer.alloc(10_000)).subarray(0, 5000);
    socket.write(Buffer.concat([hello(share), half]), () => socket.resetAndDestroy());
  },
} as const satisfies Readonly<Record<string, Attack>>;

/** What harms a program that gives. */
export const LEECH_ATTACKS = {
  'requests beyond the piece': (socket, share) =>
    pretendLeech(socket, share, () => socket.write(numbers(ID.request, 0, HUGE, BLOCK))),
  'requests of no piece': (socket, share) =>
    pretendLeech(socket, share, () => socket.write(numbers(ID.request, HUGE, HUGE, HUGE))),
  'a reset while blocks come': (socket, share) => {
    pretendLeech(socket, share, () => socket.write(manyRequests(share, 500)));
    socket.on('data', () => socket.bytesRead > 3 * BLOCK && socket.resetAndDestroy());
  },
  'ten thousand requests, and nothing read': (socket, share) =>
    pretendLeech(socket, share, () => {
      socket.pause();
      socket.write(manyRequests(share, 10_000));
    }),
  'requests without end, and nothing read': (socket, share) =>
    pretendLeech(
      socket,
      share,
      () => {
        socket.pause();
        socket.write(manyRequests(share, 200_000));
      },
      true,
    ),
} as const satisfies Readonly<Record<string, Attack>>;

/** Asks for as much as it may, and never reads it. */
export const MUTE_LEECH: Attack = (socket, share) =>
  pretendLeech(socket, share, () => {
    socket.pause();
    socket.write(manyRequests(share, 2000));
  });

/** What harms a program that fetches. */
export const SEED_ATTACKS = {
  'a seed that never answers': (socket, share) => pretendSeed(socket, share, () => {}),
  'a seed that gives a block byte by byte': (socket, share) =>
    pretendSeed(socket, share, (piece, offset, bytes) => drip(socket, pieceMessage(piece, offset, bytes))),
  'a seed that resets in a block': (socket, share) =>
    pretendSeed(socket, share, (piece, offset, bytes) => {
      socket.write(pieceMessage(piece, offset, bytes).subarray(0, 5000), () => socket.resetAndDestroy());
    }),
  'a seed that ends in a block': (socket, share) =>
    pretendSeed(socket, share, (piece, offset, bytes) => {
      if (!socket.writableEnded) socket.end(pieceMessage(piece, offset, bytes).subarray(0, 5000));
    }),
  'a seed of wrong bytes': (socket, share) =>
    pretendSeed(socket, share, (piece, offset, bytes) =>
      socket.write(pieceMessage(piece, offset, Buffer.alloc(bytes.length, 7))),
    ),
  'a seed of blocks nobody asked for': (socket, share) =>
    pretendSeed(socket, share, (piece, offset) =>
      socket.write(pieceMessage(piece + 1, offset, Buffer.alloc(2 * BLOCK, 7))),
    ),
} as const satisfies Readonly<Record<string, Attack>>;

/** A connection of an attacker. */
export interface Enemy {
  readonly attack: string;
  /** It was connected and is not any more. */
  readonly isGone: boolean;
  leave(): void;
}

/** Connect from `from`, a loopback address, and attack. */
export function dialEnemy(
  name: string,
  attack: Attack,
  { share, to, from }: { readonly share: Share; readonly to: Address; readonly from: string },
): Enemy {
  const socket = connect({
    host: to.host,
    port: to.port,
    localAddress: from,
    autoSelectFamily: false,
    allowHalfOpen: true,
  });
  let isGone = false;
  socket.on('error', () => {});
  // What is not read hides the end: the system tells of a reset only.
  socket.on('end', () => {
    isGone = true;
    if (!socket.writableEnded) socket.end();
  });
  socket.on('close', () => (isGone = true));
  socket.on('connect', () => {
    socket.resume();
    attack(socket, share);
  });
  return {
    attack: name,
    get isGone() {
      return isGone;
    },
    leave: () => socket.destroy(),
  };
}

/** Take connections at `host` and attack each; answers where, and how often somebody came. */
export async function listenHostile(
  world: World,
  attack: Attack,
  { share, host }: { readonly share: Share; readonly host: string },
): Promise<Address & { readonly guests: number }> {
  let guests = 0;
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    guests += 1;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.on('end', () => socket.end());
    socket.resume();
    attack(socket, share);
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen({ host, port: 0 }, resolve);
  await promise;
  world.atEnd(async () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  return {
    host,
    port,
    get guests() {
      return guests;
    },
  };
}
