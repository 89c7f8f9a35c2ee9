/**
 * Random commands, peers and disks against a plane that checks itself after every step, with a model of what each
 * event may say.
 */
import type { PlaneEvent } from '@jstorrent/engine/ports';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isEqual } from './test-support/bytes.ts';
import { World } from './test-support/world.ts';
import type { FakeSocket } from './test-support/fake-network.ts';

const BLOCK = 16_384;
const LINKS = 3;
const PIECES = 4;
const BLOCKS = 5;

const link = fc.nat(LINKS - 1);
const piece = fc.nat(PIECES - 1);
const block = fc.nat(BLOCKS - 1);
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant('request' as const), link, piece, block }) },
  { weight: 12, arbitrary: fc.record({ type: fc.constant('answer' as const), link, cut: fc.nat(20_000) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('corrupt' as const), link }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('die' as const), link }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('discard' as const), piece }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('fail' as const), fails: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('hold' as const), held: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant('limit' as const), down: fc.constantFrom(0, 50_000) }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('serve' as const), link, piece, block }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('pass' as const), ms: fc.nat(400) }) },
  { weight: 1, arbitrary: fc.constant({ type: 'change' as const }) },
);
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

interface Peer {
  socket: FakeSocket;
  id: number;
  /** Blocks requested of this peer that it did not begin to send. */
  asked: { piece: number; block: number }[];
  /** Rest of a message it sent in part. */
  rest: Uint8Array;
  lies: boolean;
}

/** Plays the engine and the peers, and judges the events. */
class Game {
  readonly world = new World({
    length: PIECES * BLOCKS * BLOCK - 1000,
    pieceLength: BLOCKS * BLOCK,
    arenaBytes: 4 * BLOCK,
    limits: { chunkBytes: 2 * BLOCK, maxWriteJobs: 2, serveRunBytes: 2 * BLOCK },
  });
  readonly #peers: Peer[] = [];
  /** What the engine believes of each block: the events must agree. */
  readonly #have = new Set<string>();
  readonly #verified = new Set<number>();
  #nextLink = 1;
  #isBlocked = false;
  #changes = 0;
  /** Serves without an answer, by link; the end of a link is the answer to all of its own. */
  readonly #unanswered = new Map<number, number>();

  constructor(seed: number) {
    let x = seed;
    this.world.disk.choose = (count) => {
      x = (Math.imul(x, 1_664_525) + 1_013_904_223) >>> 0;
      return x % count;
    };
    this.world.open();
    for (let index = 0; index < LINKS; index++) this.#peers.push(this.#newPeer());
  }

  play(one: Step): void {
    const { world } = this;
    switch (one.type) {
      case 'request':
        this.#request(this.#peer(one.link), one.piece, one.block);
        break;
      case 'answer':
        this.#answer(this.#peer(one.link), one.cut);
        break;
      case 'corrupt':
        this.#peer(one.link).lies = true;
        break;
      case 'die':
        this.#peer(one.link).socket.end('RESET');
        this.judge(world.settle());
        this.#peers[one.link] = this.#newPeer();
        break;
      case 'discard':
        this.#discard(one.piece);
        break;
      case 'fail':
        this.#fail(one.fails);
        break;
      case 'hold':
        if (one.held) world.disk.isHeld = true;
        else world.disk.release();
        break;
      case 'limit':
        world.plane.submit([{ type: 'limit', store: 1, down: one.down, up: one.down }]);
        break;
      case 'serve':
        this.#serve(this.#peer(one.link), one.piece, one.block);
        break;
      case 'pass':
        world.timeline.advance(one.ms);
        break;
      case 'change':
        this.#changes++;
        world.plane.submit([{ type: 'setWanted', store: 1, request: 1, wanted: Uint8Array.of(0x80) }]);
        break;
    }
    this.judge(world.settle());
  }

  /** Everything comes right: what is missing is requested and honestly answered. */
  finish(): void {
    const { world } = this;
    world.disk.release();
    world.disk.failing.clear();
    world.plane.submit([
      { type: 'limit', store: 1, down: 0, up: 0 },
      { type: 'retryStore', store: 1 },
    ]);
    this.judge(world.settle());
    for (let round = 0; this.#verified.size < PIECES && round < 8; round++) {
      for (const peer of this.#peers) {
        while (peer.rest.length > 0 || peer.asked.length > 0) this.#answer(peer, 20_000);
      }
      this.judge(world.settle());
      for (let at = 0; at < PIECES * BLOCKS; at++) {
        const [wantedPiece, wantedBlock] = [Math.floor(at / BLOCKS), at % BLOCKS];
        if (this.#has(wantedPiece, wantedBlock)) continue;
        this.#request(this.#peer(at % LINKS), wantedPiece, wantedBlock);
      }
    }
    expect(this.#verified.size).toBe(PIECES);
    expect(isEqual(world.disk.bytes, world.content)).toBe(true);
    expect(this.#changes).toBe(0);
    expect([...this.#unanswered.values()].every((count) => count === 0)).toBe(true);
    const closed = world.run({ type: 'closeStore', store: 1 }).at(-1);
    expect(closed).toMatchObject({ type: 'storeClosed', partials: [] });
  }

  judge(events: readonly PlaneEvent[]): void {
    for (const event of events) {
      if (event.type === 'blocks') {
        for (let index = 0; index < event.count; index++) {
          const name = `${event.piece} ${event.block + index}`;
          expect(this.#has(event.piece, event.block + index), `${name} came twice`).toBe(false);
          this.#have.add(name);
        }
      } else if (event.type === 'verified' || event.type === 'corrupt') {
        for (let index = 0; index < BLOCKS; index++) {
          expect(this.#have.delete(`${event.piece} ${index}`), 'incomplete').toBe(true);
        }
        if (event.type === 'verified') this.#verified.add(event.piece);
      } else if (event.type === 'storeBlocked') {
        this.#isBlocked = true;
      } else if (event.type === 'storeUnblocked') {
        this.#isBlocked = false;
      } else if (event.type === 'storeDone') {
        this.#changes--;
      } else if (event.type === 'served') {
        this.#countServes(event.link, -event.blocks);
      } else if (event.type === 'unserved') {
        this.#countServes(event.link, -1);
      } else if (event.type === 'closed') {
        this.#unanswered.delete(event.link);
      }
    }
  }

  #has(wantedPiece: number, wantedBlock: number): boolean {
    return this.#verified.has(wantedPiece) || this.#have.has(`${wantedPiece} ${wantedBlock}`);
  }

  #countServes(id: number, change: number): void {
    this.#unanswered.set(id, (this.#unanswered.get(id) ?? 0) + change);
  }

  #peer(index: number): Peer {
    const peer = this.#peers[index];
    if (peer === undefined) throw new Error('no such peer');
    return peer;
  }

  #newPeer(): Peer {
    const id = this.#nextLink++;
    const { world } = this;
    world.plane.submit([{ type: 'dial', link: id, host: '192.0.2.1', port: 1 }]);
    const socket = world.network.sockets.at(-1);
    if (socket === undefined) throw new Error('not dialled');
    socket.open();
    this.judge(world.settle());
    world.plane.submit([{ type: 'upgrade', link: id, store: 1, rest: new Uint8Array(0), cipher: null }]);
    socket.chunkBytes = 1000 * (id % 7) + 500;
    socket.deliversLate = id % 2 === 0;
    return { socket, id, asked: [], rest: new Uint8Array(0), lies: false };
  }

  #request(peer: Peer, wantedPiece: number, wantedBlock: number): void {
    this.world.plane.submit([
      { type: 'request', link: peer.id, piece: wantedPiece, block: wantedBlock, count: 1 },
    ]);
    peer.asked.push({ piece: wantedPiece, block: wantedBlock });
  }

  #answer(peer: Peer, cut: number): void {
    if (peer.rest.length === 0) {
      const next = peer.asked.shift();
      if (next === undefined) return;
      peer.rest = this.world.pieceMessage(next.piece, next.block, !peer.lies);
      peer.lies = false;
    }
    peer.socket.send(peer.rest.slice(0, cut));
    peer.rest = peer.rest.slice(cut);
  }

  /** The engine discards only what it does not know to be finishing. */
  #discard(unwanted: number): void {
    if (this.#verified.has(unwanted)) return;
    const names = Array.from({ length: BLOCKS }, (_, index) => `${unwanted} ${index}`);
    if (names.every((name) => this.#have.has(name))) return;
    for (const name of names) this.#have.delete(name);
    this.world.plane.submit([{ type: 'discard', store: 1, piece: unwanted }]);
  }

  #fail(fails: boolean): void {
    const { disk, plane } = this.world;
    if (fails) {
      disk.failing.set('write', 'DISK_ERROR');
      disk.failing.set('finish', 'DISK_FULL');
    } else {
      disk.failing.clear();
      if (this.#isBlocked) plane.submit([{ type: 'retryStore', store: 1 }]);
    }
  }

  #serve(peer: Peer, wantedPiece: number, wantedBlock: number): void {
    const offset = wantedBlock * BLOCK;
    const range = { piece: wantedPiece, offset, length: 1000, blockLength: 1000 };
    this.#countServes(peer.id, 1);
    this.world.plane.submit([{ type: 'serve', link: peer.id, ...range }]);
  }
}

test('whatever happens, counters agree, no block is told twice, and in the end every piece is verified', () => {
  fc.assert(
    fc.property(fc.nat(), fc.array(step, { maxLength: 120, size: 'max' }), (seed, steps) => {
      const game = new Game(seed);
      for (const one of steps) game.play(one);
      game.finish();
    }),
    { numRuns: 60 },
  );
});
