/**
 * An engine in a swarm without a world: links, stores and peers are answered by this file, which does as little as it
 * can. Time is virtual.
 */
import { Engine, LIMITS, type PlaneCommand, type PlaneEvent, type TorrentId } from '@jstorrent/engine';
import { BLOCK_LENGTH, FIRST_ACCEPTED_LINK } from '@jstorrent/engine';
import {
  encodeBitfield,
  encodeHandshake,
  encodeHave,
  encodeUnchoke,
  fromHex,
  type Bitfield,
} from '@jstorrent/protocol';
import { digests } from '../digests.ts';
import { seededRandom } from './chance.ts';
import { metainfoOf } from './codecs.ts';

const FLAGS = { fast: false, extended: false, dht: false, v2: false } as const;

/** The size of a swarm. */
export interface FakeSwarmOptions {
  readonly pieceCount: number;
  readonly pieceLength: number;
}

interface Request {
  readonly link: number;
  readonly piece: number;
  readonly block: number;
  readonly count: number;
}

/** One torrent, any number of peers. */
export class FakeSwarm {
  readonly engine: Engine;
  readonly id: TorrentId;
  /** Blocks handed over. */
  blocks = 0;
  turns = 0;
  readonly #blocksPerPiece: number;
  readonly #random = seededRandom(99);
  readonly #received: Uint16Array;
  #commands: PlaneCommand[] = [];
  #requests: Request[] = [];
  #events: PlaneEvent[] = [];
  #nowMs = 0;
  #tickedAtMs = 0;
  #nextLink = FIRST_ACCEPTED_LINK;

  constructor({ pieceCount, pieceLength }: FakeSwarmOptions) {
    this.#blocksPerPiece = pieceLength / BLOCK_LENGTH;
    this.#received = new Uint16Array(pieceCount);
    this.engine = new Engine({
      plane: { submit: (commands) => this.#commands.push(...commands) },
      clock: { now: () => this.#nowMs, unixSeconds: () => 0 },
      random: this.#random,
      digests,
      onEvent: () => {},
      clientVersion: 'Bench 1.0',
      settings: { connections: 5000, connectionsPerTorrent: 5000 },
    });
    this.id = this.engine.add({ metainfo: metainfoOf(pieceCount, pieceLength) }, { root: 'base' });
    this.engine.listen('127.0.0.1', 1);
    this.turn(0);
  }

  /** A peer connects, has these pieces and unchokes us; returns its link. */
  addPeer(have: Bitfield): number {
    const link = this.#nextLink;
    this.#nextLink += 1;
    const infoHash = fromHex(this.id) ?? new Uint8Array(20);
    const bytes = encodeHandshake({ flags: FLAGS, infoHash, peerId: this.#random.bytes(20) });
    const index = link - FIRST_ACCEPTED_LINK;
    const host = `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`;
    this.#events.push(
      { type: 'accepted', listener: 1, link, host, port: 1024 },
      { type: 'raw', link, bytes },
      { type: 'message', link, bytes: encodeBitfield(have.toBytes()).subarray(4) },
      { type: 'message', link, bytes: encodeUnchoke().subarray(4) },
    );
    return link;
  }

  /** A peer says that it has one piece more. */
  say(link: number, piece: number): void {
    this.#events.push({ type: 'message', link, bytes: encodeHave(piece).subarray(4) });
  }

  /** A peer leaves. */
  removePeer(link: number): void {
    this.#requests = this.#requests.filter((request) => request.link !== link);
    this.#events.push({ type: 'closed', link, code: 'ENDED' });
  }

  /** One turn after `ms` more: up to `blocks` requested blocks arrive, with whatever else was to be told. */
  turn(ms: number, blocks = 0): void {
    this.#nowMs += ms;
    this.#answer(blocks);
    const events = this.#events;
    this.#events = [];
    this.engine.onPlaneEvents(events);
    if (this.#nowMs - this.#tickedAtMs >= LIMITS.tickMs) {
      this.#tickedAtMs = this.#nowMs;
      this.engine.tick();
    }
    this.turns += 1;
    for (const command of this.#commands.splice(0)) this.#obey(command);
  }

  #answer(most: number): void {
    let left = most;
    let used = 0;
    while (left > 0 && used < this.#requests.length) {
      const request = this.#requests[used] as Request;
      const count = Math.min(left, request.count);
      if (count === request.count) used += 1;
      else this.#requests[used] = { ...request, block: request.block + count, count: request.count - count };
      this.#deliver({ ...request, count });
      left -= count;
    }
    this.#requests.splice(0, used);
  }

  #deliver({ link, piece, block, count }: Request): void {
    this.blocks += count;
    this.#events.push({ type: 'blocks', link, piece, block, count });
    const received = (this.#received[piece] ?? 0) + count;
    this.#received[piece] = received;
    if (received === this.#blocksPerPiece)
      this.#events.push({ type: 'verified', store: 1, piece, digests: new Uint8Array(0) });
  }

  #obey(command: PlaneCommand): void {
    switch (command.type) {
      case 'request':
        this.#requests.push(command);
        return;
      case 'openStore':
        this.#events.push({ type: 'storeOpened', store: command.store, files: [{ size: -1, mtimeMs: 0 }] });
        return;
      case 'sync': {
        const { store, request } = command;
        this.#events.push({ type: 'synced', store, request, files: [{ size: 1, mtimeMs: 1 }] });
        return;
      }
      case 'listen':
        this.#events.push({ type: 'listening', listener: command.listener, port: 1 });
        return;
      default:
    }
  }
}
