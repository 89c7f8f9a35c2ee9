/** A peer that has nothing, wants nothing and listens which pieces the program says it has. */
import { connect } from 'node:net';
import type { Address } from '../clients/client.ts';
import { handshake, Hearing, ID, type Share } from './wire.ts';
import type { World } from './world.ts';

/** Connects again when it is sent away, as long as it never was let in. */
const AGAIN_MS = 50;

/** What an observer has heard. */
export interface Observation {
  /** The program has introduced itself. */
  readonly isLetIn: boolean;
  /** Pieces it has told of. */
  readonly pieces: ReadonlySet<number>;
}

/** Listen to a program until it sends us away. */
export function observe(world: World, share: Share, { host, port }: Address): Observation {
  const pieces = new Set<number>();
  let isLetIn = false;
  let isOver = false;
  const dial = (): void => {
    if (isOver) return;
    const socket = connect({ host, port, localAddress: '127.0.9.9', autoSelectFamily: false });
    const hearing = new Hearing(
      () => (isLetIn = true),
      (id, payload) => {
        if (id === ID.have) pieces.add(payload.readUInt32BE());
        if (id === ID.bitfield) for (const piece of piecesIn(payload)) pieces.add(piece);
      },
    );
    socket.on('connect', () => socket.write(handshake(share.torrent.infoHash, '-RO0000-')));
    socket.on('data', (bytes: Buffer) => hearing.push(bytes));
    socket.on('error', () => {});
    socket.on('close', () => isLetIn || setTimeout(dial, AGAIN_MS));
    world.atEnd(async () => void socket.destroy());
  };
  world.atEnd(async () => void (isOver = true));
  dial();
  return {
    get isLetIn() {
      return isLetIn;
    },
    pieces,
  };
}

function piecesIn(bitfield: Buffer): number[] {
  return Array.from({ length: bitfield.length * 8 }, (_, piece) => piece).filter(
    (piece) => ((bitfield[piece >> 3] ?? 0) & (0x80 >> (piece & 7))) !== 0,
  );
}
