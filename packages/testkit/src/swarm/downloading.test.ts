import { describe, expect, it } from 'vitest';
import { honestSeed } from '../peers/behaviours.ts';
import { createMemorySwarm } from '../swarm.ts';
import { bytesTo, lonelyLeecher, meet, piecesOf, ROOT } from './meet.ts';

const KIB = 1024;
const files = (...lengths: number[]): { path: string[]; length: number }[] =>
  lengths.map((length, index) => ({ path: [`${index}.bin`], length }));

describe('leechers', () => {
  it('help each other when the seed leaves with every piece given once', () => {
    const swarm = createMemorySwarm({
      seeders: 1,
      leechers: 4,
      shape: 'pieces16KiB',
      network: { bytesPerSecond: 100_000 },
    });
    const { internet } = swarm.world;
    const [seeder] = swarm.seeders;
    const isOut = (piece: number): boolean => swarm.leechers.some((one) => piecesOf(one).includes(piece));
    const all = Array.from({ length: swarm.torrent.info.pieceCount }, (_, piece) => piece);
    swarm.world.settle(() => all.every(isOut));
    expect(swarm.leechers.some((leecher) => swarm.isSeeding(leecher))).toBe(false);
    seeder?.kill();
    swarm.finish(120_000);
    expect(internet.stats('seeder0').bytesSent).toBeLessThan(3.5 * swarm.torrent.content.length);
  });

  it('that dial each other at the same time keep one connection and lose no time', () => {
    for (let worldSeed = 1; worldSeed <= 5; worldSeed += 1) {
      const swarm = createMemorySwarm({ seeders: 0, leechers: 2, worldSeed });
      swarm.world.advance(1000);
      for (const { engine } of swarm.leechers)
        expect(engine.peers(swarm.id), `seed ${worldSeed}`).toHaveLength(1);
    }
  });
});

describe('the rate of a download', () => {
  it('is nothing the moment it is complete', () => {
    const { swarm, leecher } = lonelyLeecher({ shape: 'pieces16KiB', network: { bytesPerSecond: 100_000 } });
    meet(swarm, 'seed', honestSeed(swarm.torrent));
    const rate = (): number => leecher.engine.view(swarm.id).downloadRate;
    swarm.world.settle(() => rate() > 10_000);
    swarm.world.settle(() => swarm.isSeeding(leecher));
    expect(rate()).toBe(0);
  });
});

describe('the order of pieces', () => {
  it('is that of the torrent when sequential', () => {
    const { swarm, leecher } = lonelyLeecher({ shape: 'pieces16KiB' });
    leecher.engine.choose(swarm.id, [], { sequential: true, endsFirst: false });
    meet(swarm, 'seed', honestSeed(swarm.torrent));
    swarm.finish();
    const order = piecesOf(leecher);
    for (const [at, piece] of order.entries())
      expect(Math.abs(at - piece), `${order.join(' ')}`).toBeLessThan(5);
  });

  it('is random among equally rare pieces otherwise', () => {
    const { swarm, leecher } = lonelyLeecher({ shape: 'pieces16KiB' });
    meet(swarm, 'seed', honestSeed(swarm.torrent));
    swarm.finish();
    const order = piecesOf(leecher);
    const moved = order.filter((piece, at) => Math.abs(at - piece) > 5);
    expect(moved.length).toBeGreaterThan(10);
  });

  it('begins with the ends of files when wished', () => {
    const { swarm, leecher } = lonelyLeecher({ files: files(320 * KIB, 320 * KIB), pieceLength: 16 * KIB });
    leecher.engine.choose(swarm.id, [], { sequential: false, endsFirst: true });
    meet(swarm, 'seed', honestSeed(swarm.torrent, { bytesPerSecond: 200_000 }));
    swarm.finish();
    expect(new Set(piecesOf(leecher).slice(0, 4))).toEqual(new Set([0, 19, 20, 39]));
  });

  it('begins with files of high priority and ends with those of low', () => {
    const { swarm, leecher } = lonelyLeecher({
      files: files(160 * KIB, 160 * KIB, 160 * KIB),
      pieceLength: 16 * KIB,
    });
    leecher.engine.choose(swarm.id, [1, 3, 2], { sequential: false, endsFirst: false });
    meet(swarm, 'seed', honestSeed(swarm.torrent, { bytesPerSecond: 200_000 }));
    swarm.finish();
    const fileOf = piecesOf(leecher).map((piece) => Math.floor(piece / 10));
    expect(fileOf).toEqual([...Array(10).fill(1), ...Array(10).fill(2), ...Array(10).fill(0)]);
  });
});

describe('selected files', () => {
  it('arrive alone: the others are neither fetched nor on the disk, until they are chosen', () => {
    const { swarm, leecher } = lonelyLeecher({
      files: files(100 * KIB, 300 * KIB, 50_000),
      pieceLength: 32 * KIB,
    });
    const picking = { sequential: false, endsFirst: false };
    leecher.engine.choose(swarm.id, [2, 0, 2], picking);
    meet(swarm, 'seed', honestSeed(swarm.torrent));
    swarm.world.settle(() => swarm.isSeeding(leecher));
    const { world, torrent } = swarm;
    const read = (index: number): Uint8Array =>
      world.disk(leecher.host).readFile(ROOT, `torrent/${index}.bin`);
    for (const index of [0, 2]) expect(Buffer.compare(read(index), torrent.file(index))).toBe(0);
    expect(() => read(1)).toThrow('no torrent/1.bin');
    expect(bytesTo(swarm, leecher)).toBeLessThan(300_000);
    leecher.engine.choose(swarm.id, [2, 1, 2], picking);
    expect(leecher.engine.view(swarm.id).state.kind).toBe('downloading');
    swarm.finish();
    expect(bytesTo(swarm, leecher)).toBeLessThan(torrent.content.length * 1.05 + 5000);
  });

  it('that are chosen while the torrent is stopped get the bytes that part files had', () => {
    const files = ['a', 'b', 'c'].map((name) => ({ path: [name], length: 100 * KIB + 5 }));
    const { swarm, leecher } = lonelyLeecher({ files, pieceLength: 64 * KIB });
    const picking = { sequential: false, endsFirst: false };
    leecher.engine.choose(swarm.id, [2, 0, 2], picking);
    meet(swarm, 'seed', honestSeed(swarm.torrent));
    swarm.world.settle(() => swarm.isSeeding(leecher), { maxMs: 60_000 });
    leecher.engine.stop(swarm.id);
    swarm.world.advance(10_000);
    leecher.engine.choose(swarm.id, [2, 2, 2], picking);
    leecher.engine.start(swarm.id);
    swarm.finish(600_000);
  });

  it('can be given up while they download', () => {
    const { swarm, leecher } = lonelyLeecher({ files: files(64 * KIB, 640 * KIB), pieceLength: 32 * KIB });
    meet(swarm, 'seed', honestSeed(swarm.torrent, { bytesPerSecond: 100_000 }));
    swarm.world.settle(() => piecesOf(leecher).length > 3);
    leecher.engine.choose(swarm.id, [2, 0], { sequential: false, endsFirst: false });
    swarm.world.settle(() => swarm.isSeeding(leecher), { maxMs: 20_000 });
    expect(leecher.engine.view(swarm.id).havePieces).toBeLessThan(20);
  });
});

describe('slow peers', () => {
  it('do not delay the end: their blocks are taken over, with little waste', () => {
    const time = (withSlow: boolean): { ms: number; bytes: number } => {
      const { swarm, leecher } = lonelyLeecher({ shape: 'pieces1MiB' });
      if (withSlow) meet(swarm, 'slow', honestSeed(swarm.torrent, { bytesPerSecond: 10_000 }));
      meet(swarm, 'fast', honestSeed(swarm.torrent, { bytesPerSecond: 200_000 }));
      swarm.finish();
      return { ms: swarm.world.clock.now(), bytes: bytesTo(swarm, leecher) };
    };
    const alone = time(false);
    const both = time(true);
    expect(both.ms).toBeLessThan(alone.ms * 1.15);
    expect(both.bytes - alone.bytes).toBeLessThan(40 * 16 * KIB);
  });

  it('do not hold up the end by answering nothing any more', () => {
    const { swarm, leecher } = lonelyLeecher({ shape: 'wholePieces' });
    let answered = 0;
    const dying = honestSeed(swarm.torrent, { alter: (data) => ((answered += 1) > 4 ? null : data) });
    meet(swarm, 'dying', dying);
    swarm.world.settle(() => answered > 4);
    meet(swarm, 'seed', honestSeed(swarm.torrent));
    swarm.finish(30_000);
    expect(bytesTo(swarm, leecher)).toBeLessThan(swarm.torrent.content.length * 1.5);
  });

  it('are taken as they are when there is nobody else', () => {
    const { swarm } = lonelyLeecher({ shape: 'wholePieces' });
    meet(swarm, 'slow', honestSeed(swarm.torrent, { bytesPerSecond: 1000, delayMs: 30_000 }));
    swarm.finish(3_600_000);
  });
});

describe('endgame', () => {
  it('asks several peers for the last blocks and wastes little', () => {
    const { swarm, leecher } = lonelyLeecher({ shape: 'pieces1MiB' });
    for (const [index, bytesPerSecond] of [50_000, 150_000, 400_000].entries()) {
      meet(swarm, `seed${index}`, honestSeed(swarm.torrent, { bytesPerSecond }));
    }
    swarm.finish();
    expect(leecher.states(swarm.id)).toContain('endgame');
    const { wasted } = leecher.engine.view(swarm.id);
    expect(wasted).toBeLessThan(swarm.torrent.content.length * 0.15);
    expect(swarm.world.clock.now()).toBeLessThan((swarm.torrent.content.length / 600_000) * 1000 * 1.6);
  });
});

describe('everything at once', () => {
  it('flows through tiny arenas, slow disks and odd lines', () => {
    const swarm = createMemorySwarm({
      seeders: 2,
      leechers: 3,
      shape: 'pieces1MiB',
      hosts: { disk: { arenaBytes: 256 * KIB, latencyMs: 20, bytesPerSecond: 4e6 } },
      network: { latencyMs: 150, jitterMs: 100, loss: 0.02, chunkBytes: 700 },
    });
    swarm.finish();
  });
});
