/** A data plane between a fake network and a fake disk, with the shortcuts tests need. */
import type { Layout, LinkCode, PartialPiece, PlaneCommand, PlaneEvent } from '@jstorrent/engine/ports';
import { BLOCK_LENGTH } from '@jstorrent/engine/ports';
import { present } from '../assert.ts';
import type { DataPlane } from '../data-plane.ts';
import { createDataPlane } from '../data-plane.ts';
import type { Limits } from '../limits.ts';
import { writeU32 } from '../links/wire.ts';
import { FakeDisk, fakeDigest } from './fake-disk.ts';
import type { FakeSocket } from './fake-network.ts';
import { FakeNetwork } from './fake-network.ts';
import { Timeline } from './timeline.ts';

/** How a world is made; lengths in bytes. */
export interface WorldOptions {
  readonly pieceLength?: number;
  readonly length?: number;
  readonly arenaBytes?: number;
  readonly limits?: Partial<Limits>;
}

/** Bytes that differ from place to place. */
function contentOf(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let at = 0, x = 12_345; at < length; at++) {
    x = (Math.imul(x, 1_103_515_245) + 12_345) >>> 0;
    bytes[at] = x >>> 16;
  }
  return bytes;
}

/** A cipher for tests: adds a running number. */
export function runningCipher(key: Uint8Array): (bytes: Uint8Array) => void {
  let at = key[0] ?? 0;
  return (bytes) => {
    for (let index = 0; index < bytes.length; index++) {
      bytes[index] = (bytes[index] ?? 0) ^ (at & 0xff);
      at = (at + 7) & 0xff;
    }
  };
}

/** One torrent, one plane. Invariants are checked after every step. */
export class World {
  readonly timeline = new Timeline();
  readonly network = new FakeNetwork(this.timeline);
  readonly disk: FakeDisk;
  readonly plane: DataPlane;
  readonly content: Uint8Array;
  readonly layout: Layout;
  readonly #pieceLength: number;
  #events: PlaneEvent[] = [];

  constructor(options: WorldOptions = {}) {
    this.#pieceLength = options.pieceLength ?? 65_536;
    this.content = contentOf(options.length ?? 262_144);
    this.layout = {
      pieceLength: this.#pieceLength,
      files: [{ path: ['t', 'a.bin'], length: this.content.length, kind: 'file' }],
      hashes: this.#hashes(),
      algorithm: 'sha1',
    };
    this.disk = new FakeDisk(this.timeline, options.arenaBytes ?? 1_048_576);
    this.plane = createDataPlane({
      network: this.network,
      disk: this.disk,
      scheduler: this.timeline,
      copy: (source, sourceOffset, target, targetOffset, length) =>
        target.set(source.subarray(sourceOffset, sourceOffset + length), targetOffset),
      ciphers: { running: runningCipher },
      limits: options.limits ?? {},
      onEvents: (events) => this.#events.push(...events),
    });
    this.timeline.onStep = () => this.plane.checkInvariants();
  }

  /** Hand over commands and let everything settle. */
  run(...commands: PlaneCommand[]): PlaneEvent[] {
    this.plane.submit(commands);
    this.plane.checkInvariants();
    return this.settle();
  }

  /** Let everything settle; gives the events since the last time. */
  settle(): PlaneEvent[] {
    this.timeline.settle();
    return this.takeEvents();
  }

  /** The events since the last time. */
  takeEvents(): PlaneEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  /** Open store 1. */
  open(partials: readonly PartialPiece[] = []): PlaneEvent[] {
    return this.run(this.openCommand(partials));
  }

  /** The command that opens store 1. */
  openCommand(partials: readonly PartialPiece[] = []): PlaneCommand {
    const { layout } = this;
    const wanted = Uint8Array.of(0x80);
    return {
      type: 'openStore',
      store: 1,
      root: 'r',
      folder: [],
      isSaved: true,
      layout,
      wanted,
      preallocate: 'sparse',
      partials,
    };
  }

  /** A link in the message phase that feeds store 1 (or 0: none). */
  link(link: number, store = 1): FakeSocket {
    this.run({ type: 'dial', link, host: '192.0.2.7', port: 6881 });
    const socket = present(this.network.sockets.at(-1), 'dialled');
    socket.open();
    this.settle();
    this.run({ type: 'upgrade', link, store, rest: new Uint8Array(0), cipher: null });
    return socket;
  }

  /** The piece message of a block with the right content, or with a wrong first byte. */
  pieceMessage(piece: number, block: number, isGood = true): Uint8Array {
    const start = piece * this.#pieceLength + block * BLOCK_LENGTH;
    const pieceEnd = Math.min(this.content.length, (piece + 1) * this.#pieceLength);
    const payload = this.content.slice(start, Math.min(pieceEnd, start + BLOCK_LENGTH));
    if (!isGood) payload[0] = (payload[0] ?? 0) ^ 0xff;
    return rawPiece(piece, block * BLOCK_LENGTH, payload);
  }

  #hashes(): Uint8Array {
    const pieces = Math.ceil(this.content.length / this.#pieceLength);
    const hashes = new Uint8Array(20 * pieces);
    for (let piece = 0; piece < pieces; piece++) {
      const start = piece * this.#pieceLength;
      hashes.set(fakeDigest(this.content.subarray(start, start + this.#pieceLength)), 20 * piece);
    }
    return hashes;
  }
}

/** A piece message with any payload. */
export function rawPiece(piece: number, offset: number, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(13 + payload.length);
  writeU32(bytes, 0, payload.length + 9);
  bytes[4] = 7;
  writeU32(bytes, 5, piece);
  writeU32(bytes, 9, offset);
  bytes.set(payload, 13);
  return bytes;
}

/** A message of 13 bytes: request, cancel or reject. */
export function blockMessage(id: number, piece: number, offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(17);
  writeU32(bytes, 0, 13);
  bytes[4] = id;
  writeU32(bytes, 5, piece);
  writeU32(bytes, 9, offset);
  writeU32(bytes, 13, length);
  return bytes;
}

/** The code a link was closed with, if it was. */
export function closeCode(events: readonly PlaneEvent[]): LinkCode | null {
  for (const event of events) if (event.type === 'closed') return event.code;
  return null;
}
