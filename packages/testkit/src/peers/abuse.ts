/**
 * What bad peers do (THREATS 18 to 28), in small composable parts. Add `claims` and others from behaviours.ts to make
 * them attractive first.
 */
import {
  type BlockRange,
  type Endpoint,
  UT_PEX,
  concatBytes,
  encodeAllowedFast,
  encodeBitfield,
  encodeChoke,
  encodeHave,
  encodePex,
  encodePiece,
  encodeReject,
  encodeRequest,
  encodeSuggest,
  encodeUnchoke,
} from '@jstorrent/protocol';
import type { TestTorrent } from '../torrents.ts';
import { claims, serves, unchokes } from './behaviours.ts';
import type { FakePeer, PeerBehaviour } from './fake-peer.ts';

/** Do something once both handshakes are through. */
const once = (act: (peer: FakePeer) => void): PeerBehaviour => ({ onHandshake: (peer) => act(peer) });

/** A seed that changes one byte of the blocks that `which` names. */
export const corruptSeed = (
  torrent: TestTorrent,
  which: (range: BlockRange) => boolean = () => true,
): PeerBehaviour[] => [
  claims(torrent),
  unchokes(),
  serves(torrent, {
    alter: (data, range, peer) => {
      if (which(range)) data[peer.random.below(data.length)]! ^= 0x55;
      return data;
    },
  }),
];

/** Claims everything and never unchokes. */
export const neverUnchokes = (torrent: TestTorrent): PeerBehaviour[] => [claims(torrent)];

/** Unchokes and then sends one byte a second. */
export const dripSeed = (torrent: TestTorrent): PeerBehaviour[] => [
  claims(torrent),
  unchokes(),
  serves(torrent, { bytesPerSecond: 1 }),
];

/** Claims everything, unchokes, and rejects every request (BEP 6). */
export const claimsAllRejectsAll = (torrent: TestTorrent): PeerBehaviour[] => [
  claims(torrent),
  unchokes(),
  {
    onMessage: (peer, message) => {
      if (message.type === 'request') peer.send(encodeReject(message));
    },
  },
];

/** Claims everything, unchokes, and answers nothing. */
export const answersNothing = (torrent: TestTorrent): PeerBehaviour[] => [claims(torrent), unchokes()];

/** Chokes and unchokes in turn. */
export const flapsChoke = (periodMs: number): PeerBehaviour =>
  once((peer) => {
    let isChoking = true;
    peer.every(periodMs, () => {
      isChoking = !isChoking;
      peer.send(isChoking ? encodeChoke() : encodeUnchoke());
    });
  });

/** Sends every block of some pieces without being asked, as often as told. */
export const sendsUnasked = (torrent: TestTorrent, pieces: readonly number[], times = 1): PeerBehaviour =>
  once((peer) => {
    for (let i = 0; i < times; i++) {
      for (const piece of pieces) {
        const bytes = torrent.piece(piece);
        for (let offset = 0; offset < bytes.length; offset += 16_384) {
          peer.send(encodePiece(piece, offset, bytes.slice(offset, offset + 16_384)));
        }
      }
    }
  });

/** Asks for the same range over and over. */
export const floodsRequests = (range: BlockRange, count: number): PeerBehaviour =>
  once((peer) => {
    peer.send(concatBytes(Array.from({ length: count }, () => encodeRequest(range))));
  });

/** Says it has a piece over and over; the index may be out of range. */
export const floodsHaves = (piece: number, count: number): PeerBehaviour =>
  once((peer) => {
    peer.send(concatBytes(Array.from({ length: count }, () => encodeHave(piece))));
  });

/** Tells of peers nobody asked for, again and again (BEP 11). */
export const floodsPex = (peers: readonly Endpoint[], periodMs: number): PeerBehaviour => {
  const flags = { prefersEncryption: false, seed: true, utp: false, holepunch: false, reachable: true };
  const payload = encodePex({ added: peers.map((endpoint) => ({ ...endpoint, flags })), dropped: [] });
  return {
    onExtended: (peer) => {
      peer.sendExtended(UT_PEX, payload);
      peer.every(periodMs, () => peer.sendExtended(UT_PEX, payload));
    },
  };
};

/** Sends a bitfield of a wrong size, or with spare bits, or twice. */
export const badBitfield = (bytes: Uint8Array, times = 1): PeerBehaviour =>
  once((peer) => {
    for (let i = 0; i < times; i++) peer.send(encodeBitfield(bytes));
  });

/** Suggests, allows and rejects pieces that make no sense (BEP 6). */
export const abusesFast = (count: number): PeerBehaviour =>
  once((peer) => {
    const messages = Array.from({ length: count }, (_, i) => [
      encodeSuggest(0xffff_ff00 + (i & 0xff)),
      encodeAllowedFast(i),
      encodeReject({ piece: i, offset: 0, length: 16_384 }),
    ]);
    peer.send(concatBytes(messages.flat()));
  });

/** Announces a message of 4 GiB. */
export const announcesHugeMessage = (): PeerBehaviour =>
  once((peer) => peer.send(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 20, 0)));

/** Sends bytes as they are once both handshakes are through. */
export const sendsRaw = (bytes: Uint8Array): PeerBehaviour => once((peer) => peer.send(bytes.slice()));

/** Sends one byte a second and never a whole message. */
export const dripsBytes = (): PeerBehaviour =>
  once((peer) => {
    peer.send(Uint8Array.of(0, 0, 0xff));
    peer.every(1000, () => peer.send(Uint8Array.of(0)));
  });
