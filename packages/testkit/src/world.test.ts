import { describe, expect, it } from 'vitest';
import type { PlaneCommand, PlaneEvent } from '@jstorrent/engine/ports';
import { concatBytes, parseHandshake } from '@jstorrent/protocol';
import { createMemoryPlane, type MemoryPlane } from './memory-plane.ts';
import { honestSeed } from './peers/behaviours.ts';
import { listenFakePeer } from './peers/fake-peer.ts';
import { makeTorrent } from './torrents.ts';
import { World } from './world.ts';

const torrent = makeTorrent({ shape: 'filesSharingPieces' });
const STORE = 1;

/** A plane with the torrent open and links to `seeds` honest seeds, each upgraded when its handshake came. */
const start = (seed: number, link: 'direct' | 'frames', seeds = 2) => {
  const world = new World(seed);
  world.internet.setAllLinks({ jitterMs: 15, chunkBytes: 20_000, loss: 0.02 });
  world.addHost('plane');
  const events: PlaneEvent[] = [];
  const heads = new Map<number, Uint8Array>();
  const onEvents = (batch: readonly PlaneEvent[]): void => {
    events.push(...batch);
    for (const event of batch) {
      if (event.type !== 'raw') continue;
      const head = concatBytes([heads.get(event.link) ?? new Uint8Array(), event.bytes]);
      heads.set(event.link, head);
      plane.submit(
        head.length < 68 ? [{ type: 'continueRaw', link: event.link }] : upgrade(event.link, head),
      );
    }
  };
  const plane: MemoryPlane = createMemoryPlane(world, 'plane', { link, onEvents });
  plane.submit([
    {
      type: 'openStore',
      store: STORE,
      root: 'downloads',
      folder: [],
      isSaved: true,
      layout: torrent.layout,
      wanted: Uint8Array.of(0xff),
      preallocate: 'sparse',
      partials: [],
    },
  ]);
  for (let i = 1; i <= seeds; i++) {
    world.addHost(`seed ${i}`);
    listenFakePeer(world, `seed ${i}`, 6881, { infoHash: torrent.infoHash, behaviours: honestSeed(torrent) });
    plane.submit(greet(i, world.internet.addressOf(`seed ${i}`)));
  }
  return { world, plane, events };
};

const handshake = (): Uint8Array => {
  const bytes = new Uint8Array(68);
  bytes.set(new TextEncoder().encode('\u0013BitTorrent protocol'));
  bytes.set(torrent.infoHash, 28);
  return bytes;
};

const greet = (link: number, host: string): PlaneCommand[] => [
  { type: 'dial', link, host, port: 6881 },
  { type: 'send', link, bytes: handshake() },
];

/** Bind the link, say interested and ask for a share of the pieces. */
const upgrade = (link: number, bytes: Uint8Array): PlaneCommand[] => {
  const rest = bytes.slice(68);
  parseHandshake(bytes);
  const pieces = Array.from({ length: torrent.info.pieceCount }, (_, i) => i).filter(
    (i) => i % 2 === link % 2,
  );
  return [
    { type: 'upgrade', link, store: STORE, rest, cipher: null },
    { type: 'send', link, bytes: Uint8Array.of(0, 0, 0, 1, 2) },
    ...pieces.map((piece): PlaneCommand => {
      return {
        type: 'request',
        link,
        piece,
        block: 0,
        count: Math.ceil(torrent.piece(piece).length / 16_384),
      };
    }),
  ];
};

const verified = (events: readonly PlaneEvent[]): number =>
  events.filter(({ type }) => type === 'verified').length;

describe('a world', () => {
  it.each(['direct', 'frames'] as const)(
    'runs the same way again for its seed, and differently for another (%s)',
    (link) => {
      const run = (seed: number) => {
        const { world, events } = start(seed, link);
        world.settle(() => verified(events) === torrent.info.pieceCount);
        for (const [index, file] of torrent.layout.files.entries()) {
          const bytes = world.disk('plane').readFile('downloads', file.path.join('/'));
          expect(Buffer.compare(bytes, torrent.file(index))).toBe(0);
        }
        return { steps: world.clock.steps, ms: world.clock.now(), types: events.map(({ type }) => type) };
      };
      const once = run(1);
      expect(run(1)).toEqual(once);
      expect(run(2)).not.toEqual(once);
    },
  );

  it('lets a plane die at any moment and another one take over its disk', () => {
    let known = 0;
    for (let afterSteps = 20; afterSteps < 400; afterSteps += 20) {
      const first = start(3, 'direct');
      const { world } = first;
      for (let i = 0; i < afterSteps; i++) world.clock.step();
      const count = first.events.length;
      first.plane.kill();
      world.advance(60_000);
      expect(first.events).toHaveLength(count);
      const checked: PlaneEvent[] = [];
      const second = createMemoryPlane(world, 'plane', { onEvents: (batch) => checked.push(...batch) });
      second.submit([
        {
          type: 'openStore',
          store: 7,
          root: 'downloads',
          folder: [],
          isSaved: true,
          layout: torrent.layout,
          wanted: Uint8Array.of(0xff),
          preallocate: 'sparse',
          partials: [],
        },
        { type: 'check', store: 7, first: 0, count: torrent.info.pieceCount },
      ]);
      const good = (): number[] =>
        checked.flatMap((event) =>
          event.type === 'checked'
            ? Array.from({ length: event.count }, (_, i) => i)
                .filter((i) => (event.good[i >> 3]! & (0x80 >> (i & 7))) !== 0)
                .map((i) => event.first + i)
            : [],
        );
      const counted = (): number =>
        checked.reduce((sum, event) => sum + (event.type === 'checked' ? event.count : 0), 0);
      world.settle(() => counted() === torrent.info.pieceCount);
      const told = first.events.flatMap((event) => (event.type === 'verified' ? [event.piece] : []));
      expect(good()).toEqual(expect.arrayContaining(told));
      known += told.length;
    }
    expect(known).toBeGreaterThan(10);
  });
});
