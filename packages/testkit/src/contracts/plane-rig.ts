/**
 * What the plane suites share: a plane under test, its events, and peers that speak the wire to it over real or
 * in-memory sockets.
 */
import { expect } from 'vitest';
import type { AcceptedSocket, Network, Socket, SocketEvents } from '@jstorrent/data-plane';
import type { LinkCode, Plane, PlaneCommand, PlaneEvent, StoreCommand } from '@jstorrent/engine/ports';
import { MessageReader, type WireMessage, encodePiece } from '@jstorrent/protocol';
import { ALL_FILES, makeLayout, pieceBytes } from './fixture.ts';
import type { OutsideFiles, Rig } from './rig.ts';

/** A fresh plane, reached in process or through frames. */
export interface PlaneRig extends Rig {
  readonly plane: Plane;
  /** Everything the plane told, in order; grows while things happen. */
  readonly events: readonly PlaneEvent[];
  readonly files: OutsideFiles;
  /** A network on the same machine, for the peers; both reach each other at 127.0.0.1. */
  readonly network: Network;
}

/** Events of one type. */
export type EventOf<T extends PlaneEvent['type']> = Extract<PlaneEvent, { readonly type: T }>;

/** The events of a type so far. */
export const eventsOf = <T extends PlaneEvent['type']>(rig: PlaneRig, type: T): EventOf<T>[] =>
  rig.events.filter((event): event is EventOf<T> => event.type === type);

/** Wait until there are `count` events of a type, and give the last of them. */
export const nthEvent = async <T extends PlaneEvent['type']>(
  rig: PlaneRig,
  type: T,
  count = 1,
): Promise<EventOf<T>> => {
  await rig.settle(() => eventsOf(rig, type).length >= count);
  return eventsOf(rig, type)[count - 1]!;
};

/** Submit one batch. */
export const submit = (rig: PlaneRig, ...commands: readonly PlaneCommand[]): void =>
  rig.plane.submit(commands);

/** The other end of a link. */
export class WirePeer implements SocketEvents {
  readonly messages: WireMessage[] = [];
  /** Bytes before `speakMessages`. */
  raw: number[] = [];
  end: LinkCode | null = null;
  socket: Socket | null = null;
  #reader: MessageReader | null = null;

  /** From now on their bytes are wire messages. */
  speakMessages(): void {
    this.#reader = new MessageReader({ maxLength: 200_000 });
  }

  send(...parts: readonly Uint8Array[]): void {
    for (const part of parts) this.socket!.write(part.slice());
  }

  /** Messages of one type that came. */
  got<T extends WireMessage['type']>(type: T): Extract<WireMessage, { readonly type: T }>[] {
    return this.messages.filter(
      (message): message is Extract<WireMessage, { type: T }> => message.type === type,
    );
  }

  onOpen(): void {}

  onData(bytes: Uint8Array): void {
    if (this.#reader === null) this.raw.push(...bytes);
    else this.messages.push(...this.#reader.push(bytes));
  }

  onDrain(): void {}

  onClose(code: LinkCode): void {
    this.end = code;
  }
}

/** Let the plane dial a peer as `link`; both are in the raw phase. */
export const dialPeer = async (rig: PlaneRig, link: number): Promise<WirePeer> => {
  const state: { port: number; accepted: AcceptedSocket | null } = { port: 0, accepted: null };
  const listener = rig.network.listen('127.0.0.1', 0, {
    onListening: (port) => (state.port = port),
    onFailed: (code) => expect.unreachable(code),
    onAccept: (accepted) => (state.accepted = accepted),
  });
  await rig.settle(() => state.port > 0);
  submit(rig, { type: 'dial', link, host: '127.0.0.1', port: state.port });
  await rig.settle(
    () => state.accepted !== null && eventsOf(rig, 'opened').some((event) => event.link === link),
  );
  listener.close();
  const peer = new WirePeer();
  peer.socket = state.accepted!.take(peer);
  return peer;
};

/** Let the plane dial a peer as `link`, shake hands with one byte, and upgrade the link to `store`. */
export const joinPeer = async (rig: PlaneRig, link: number, store: number): Promise<WirePeer> => {
  const peer = await dialPeer(rig, link);
  peer.send(Uint8Array.of(19));
  await rig.settle(() => eventsOf(rig, 'raw').some((event) => event.link === link));
  submit(rig, { type: 'upgrade', link, store, rest: new Uint8Array(), cipher: null });
  peer.speakMessages();
  return peer;
};

/** Commands that open the fixture as `store`. */
export const openFixtureStore = (
  rig: PlaneRig,
  store: number,
  change: Partial<Extract<StoreCommand, { readonly type: 'openStore' }>> = {},
): PlaneCommand => ({
  type: 'openStore',
  store,
  root: rig.files.roots[0],
  folder: [],
  isSaved: true,
  layout: makeLayout(),
  wanted: ALL_FILES,
  preallocate: 'sparse',
  partials: [],
  ...change,
});

/** Open the fixture as `store` and wait for it. */
export const openStore = async (
  rig: PlaneRig,
  store: number,
  change: Partial<Extract<StoreCommand, { readonly type: 'openStore' }>> = {},
): Promise<EventOf<'storeOpened'>> => {
  const count = eventsOf(rig, 'storeOpened').length;
  submit(rig, openFixtureStore(rig, store, change));
  return nthEvent(rig, 'storeOpened', count + 1);
};

/** Open the fixture as store 1, with a peer on link 1. */
export const openWithPeer = async (rig: PlaneRig, wanted: Uint8Array = ALL_FILES): Promise<WirePeer> => {
  await openStore(rig, 1, { wanted });
  return joinPeer(rig, 1, 1);
};

/** Blocks of a piece of the fixture. */
export const blockCount = (piece: number): number => Math.ceil(pieceBytes(piece).length / 16_384);

/** The piece message with one block of the fixture; `alter` changes the payload. */
export const blockMessage = (
  piece: number,
  block: number,
  alter: (data: Uint8Array) => Uint8Array = (data) => data,
): Uint8Array => {
  const data = pieceBytes(piece).slice(block * 16_384, (block + 1) * 16_384);
  return encodePiece(piece, block * 16_384, alter(data));
};

/** Request a whole piece on a link and let the peer send it once it was asked. */
export const fetchPiece = async (
  rig: PlaneRig,
  peer: WirePeer,
  link: number,
  piece: number,
): Promise<void> => {
  const count = blockCount(piece);
  const before = peer.got('request').length;
  submit(rig, { type: 'request', link, piece, block: 0, count });
  await rig.settle(() => peer.got('request').length === before + count);
  for (let block = 0; block < count; block++) peer.send(blockMessage(piece, block));
};

/** Fetch pieces one after the other until each is verified. */
export const fetchVerified = async (
  rig: PlaneRig,
  peer: WirePeer,
  link: number,
  pieces: readonly number[],
): Promise<void> => {
  for (const piece of pieces) {
    const before = eventsOf(rig, 'verified').length;
    await fetchPiece(rig, peer, link, piece);
    await rig.settle(() => eventsOf(rig, 'verified').length > before);
  }
};
