/**
 * Hostile peers by the line of THREATS that they stand for (18 to 26 and 28); each looks like a seed where it can.
 */
import {
  Bitfield,
  concatBytes,
  encodeChoke,
  encodeExtended,
  encodeHave,
  encodeHaveAll,
  encodeInterested,
  encodePiece,
  encodeRequest,
  encodeUnchoke,
  encodeUtf8,
  EXTENDED_HANDSHAKE,
  UT_METADATA,
} from '@jstorrent/protocol';
import {
  abusesFast,
  announcesHugeMessage,
  answersNothing,
  badBitfield,
  claimsAllRejectsAll,
  corruptSeed,
  dripsBytes,
  dripSeed,
  flapsChoke,
  floodsHaves,
  floodsPex,
  floodsRequests,
  neverUnchokes,
  sendsRaw,
  sendsUnasked,
} from '../peers/abuse.ts';
import { claims, servesMetadata, unchokes } from '../peers/behaviours.ts';
import type { PeerBehaviour } from '../peers/fake-peer.ts';
import type { TestTorrent } from '../torrents.ts';

const KIB = 1024;
/** What those who send without being asked send at least. */
const UNASKED_BYTES = 6 * 1024 * KIB;
/** A torrent of ten pieces, of four blocks each. */
export const SHAPE = { files: [{ path: [], length: 640 * KIB }], pieceLength: 64 * KIB };

/** Makes a hostile peer; any number of connections may share what it returns. */
export type Villain = (torrent: TestTorrent) => readonly PeerBehaviour[];

/** Says these messages after the handshake. */
export const says = (...messages: Uint8Array[]): PeerBehaviour => ({
  onHandshake: (peer) => {
    for (const message of messages) peer.send(message.slice());
  },
});
const extendedHandshake = (text: string | Uint8Array): Uint8Array =>
  encodeExtended(EXTENDED_HANDSHAKE, typeof text === 'string' ? encodeUtf8(text) : text);

/** The bytes of a bitfield that claims everything. */
const fullBits = ({ info }: TestTorrent): Uint8Array => Bitfield.full(info.pieceCount).toBytes();
const bytesOfBits = ({ info }: TestTorrent): number => Math.ceil(info.pieceCount / 8);
/** The first pieces, `count` at most. */
const firstPieces = ({ info }: TestTorrent, count: number): number[] =>
  Array.from({ length: Math.min(info.pieceCount, count) }, (_, piece) => piece);

/** Every line of THREATS 18 to 26 and 28 as a peer that looks like a seed where it can, for torrents of any shape. */
export const VILLAINS: Readonly<Record<string, Villain>> = {
  '18 a message of 4 GiB': () => [announcesHugeMessage()],
  '18 a message that never ends': () => [dripsBytes()],
  '18 a message of 900 KiB, over and over': () => {
    const message = unknownMessage(900 * KIB);
    return [{ onHandshake: (peer) => peer.every(200, () => peer.send(message)) }];
  },
  '20 a bitfield too short': (torrent) => [badBitfield(new Uint8Array(bytesOfBits(torrent) - 1).fill(0xff))],
  '20 a bitfield too long': (torrent) => [badBitfield(new Uint8Array(bytesOfBits(torrent) + 7).fill(0xff))],
  '20 a bitfield with spare bits': (torrent) => [
    badBitfield(new Uint8Array(bytesOfBits(torrent)).fill(0xff)),
  ],
  '20 a bitfield twice': (torrent) => [badBitfield(fullBits(torrent), 2)],
  '20 a HAVE out of range': ({ info }) => [says(encodeHave(info.pieceCount))],
  '20 HAVEs without end': ({ info }) => [floodsHaves(Math.min(3, info.pieceCount - 1), 20_000)],
  '21 requests beyond the piece': ({ info }) => [
    says(encodeRequest({ piece: 0, offset: info.pieceLength - 5000, length: 16_384 })),
  ],
  '21 huge requests': () => [says(encodeRequest({ piece: 0, offset: 0, length: 2 ** 31 }))],
  '21 requests that overflow': () => [
    says(encodeRequest({ piece: 0, offset: 2 ** 32 - 1, length: 2 ** 32 - 1 })),
  ],
  '21 empty requests': () => [says(encodeRequest({ piece: 0, offset: 0, length: 0 }))],
  '21 requests of no piece': () => [says(encodeRequest({ piece: 2 ** 32 - 1, offset: 0, length: 16_384 }))],
  '21 ten thousand requests': () => [
    says(encodeInterested()),
    floodsRequests({ piece: 0, offset: 0, length: 16_384 }, 10_000),
  ],
  '22 blocks never asked for': (torrent) => {
    const pieces = firstPieces(torrent, 3);
    const times = Math.ceil(UNASKED_BYTES / (pieces.length * torrent.piece(0).length));
    return [claims(torrent), unchokes(), sendsUnasked(torrent, pieces, Math.min(30, times))];
  },
  '22 oversized blocks': () => [says(encodePiece(0, 0, new Uint8Array(300 * KIB)))],
  '22 blocks longer than asked': (torrent) => [claims(torrent), unchokes(), answers(20_000)],
  '22 blocks shorter than asked': (torrent) => [claims(torrent), unchokes(), answers(100)],
  '22 blocks at other offsets than asked': (torrent) => [claims(torrent), unchokes(), answersBeside()],
  '22 one corrupt block of many': (torrent) =>
    corruptSeed(torrent, ({ piece, offset }) => piece % 3 === 0 && offset === secondBlock(torrent)),
  '22 every fifth block corrupt': (torrent) =>
    corruptSeed(torrent, ({ piece, offset }) => (piece + Math.floor(offset / 16_384)) % 5 === 0),
  '22 all corrupt': (torrent) => corruptSeed(torrent),
  '23 one byte a second': (torrent) => dripSeed(torrent),
  '23 never unchokes': (torrent) => neverUnchokes(torrent),
  '23 answers nothing': (torrent) => answersNothing(torrent),
  '23 flaps choke': (torrent) => [claims(torrent), flapsChoke(50)],
  '23 flaps choke slowly': (torrent) => [claims(torrent), flapsChoke(1500)],
  '23 chokes whenever it is asked': (torrent) => [claims(torrent), unchokes(), chokesWhenAsked()],
  '23 claims all, rejects all': (torrent) => claimsAllRejectsAll(torrent),
  '25 local addresses by PEX': () => [floodsPex([{ host: '127.0.0.1', port: 22 }], 50)],
  '25 10,000 addresses by PEX': () => [floodsPex(manyAddresses(), 1000)],
  '26 an extended handshake that is no dict': () => [says(extendedHandshake('i5e'))],
  '26 an extended handshake of noise': () => [says(extendedHandshake(new Uint8Array(5000).fill(0x64)))],
  '26 an extended handshake nested deeply': () => [says(extendedHandshake('d1:a'.repeat(50_000)))],
  '26 a client name of 900 KB': () => [says(extendedHandshake(`d1:v900000:${'x'.repeat(900_000)}e`))],
  '26 ids 0, 255, 256 and duplicates': () => [
    says(extendedHandshake('d1:md11:lt_donthavei255e11:ut_metadatai256e6:ut_pexi255eee')),
    says(extendedHandshake('d1:md11:ut_metadatai0eee')),
    says(encodeExtended(255, new Uint8Array(10)), encodeExtended(1, new Uint8Array(0))),
  ],
  '28 fast extension abuse': () => [abusesFast(2000)],
  '28 allows and suggests everything, gives nothing': (torrent) => [
    claims(torrent),
    says(...firstPieces(torrent, 10).map((piece) => concatBytes([fast(13, piece), fast(17, piece)]))),
  ],
  '28 have-all and have-none, again and again': () => [
    { onHandshake: (peer) => peer.every(20, () => peer.send(encodeHaveAll())) },
  ],
  '24 a wrong size of metadata': () => [servesMetadata(new Uint8Array(0), 2 ** 31)],
  '24 a negative size of metadata': () => [
    says(extendedHandshake('d1:md11:ut_metadatai3ee13:metadata_sizei-5ee')),
  ],
  '24 metadata of another torrent': ({ info }) => [
    servesMetadata(Uint8Array.from(info.raw, (byte, index) => (index === 5 ? byte ^ 1 : byte))),
  ],
  '24 metadata nobody asked for': () => [
    {
      onExtended: (peer) =>
        peer.sendExtended(UT_METADATA, encodeUtf8('d8:msg_typei1e5:piecei7e10:total_sizei9ee')),
    },
  ],
  '0 noise': () => [sendsRaw(Uint8Array.from({ length: 5000 }, (_, i) => (i * 7919) & 0xff))],
};

/** The offset of the second block of a piece, or of the only one. */
function secondBlock({ info }: TestTorrent): number {
  return info.pieceLength > 16_384 ? 16_384 : 0;
}

function unknownMessage(length: number): Uint8Array {
  const bytes = new Uint8Array(4 + length);
  new DataView(bytes.buffer).setUint32(0, length);
  bytes[4] = 99;
  return bytes;
}

function fast(id: number, piece: number): Uint8Array {
  return Uint8Array.of(0, 0, 0, 5, id, 0, 0, 0, piece);
}

function manyAddresses(): { host: string; port: number }[] {
  return Array.from({ length: 10_000 }, (_, i) => ({ host: `77.1.${i >> 8}.${i & 255}`, port: 6881 }));
}

/** Answers with blocks of this length. */
function answers(length: number): PeerBehaviour {
  return {
    onMessage: (peer, message) => {
      if (message.type === 'request')
        peer.send(encodePiece(message.piece, message.offset, new Uint8Array(length)));
    },
  };
}

function chokesWhenAsked(): PeerBehaviour {
  return {
    onMessage: (peer, message) => {
      if (message.type !== 'request') return;
      peer.send(encodeChoke());
      peer.after(20, () => peer.send(encodeUnchoke()));
    },
  };
}

/** Answers with the right number of bytes at another place. */
function answersBeside(): PeerBehaviour {
  return {
    onMessage: (peer, message) => {
      if (message.type !== 'request') return;
      peer.send(encodePiece(message.piece, message.offset + 1, new Uint8Array(message.length)));
    },
  };
}
