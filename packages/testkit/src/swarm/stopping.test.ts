import { describe, expect, it } from 'vitest';
import type { Client } from '../client.ts';
import { honestSeed } from '../peers/behaviours.ts';
import type { MemorySwarm } from '../swarm.ts';
import { MemoryTracker } from '../tracker.ts';
import { bytesTo, lonelyLeecher, meet, piecesOf, PORT, ROOT } from './meet.ts';

const KIB = 1024;
const files = (...lengths: number[]): { path: string[]; length: number }[] =>
  lengths.map((length, index) => ({ path: [`${index}.bin`], length }));

const kind = (swarm: MemorySwarm, client: Client): string => client.engine.view(swarm.id).state.kind;

/** Stop and wait until everything is closed. */
function stop(swarm: MemorySwarm, client: Client): void {
  client.engine.stop(swarm.id);
  swarm.world.settle(() => kind(swarm, client) === 'stopped', { maxMs: 60_000 });
}

/** The program ends in order and is started anew with what its owner kept. */
function restartClean(swarm: MemorySwarm, client: Client): void {
  stop(swarm, client);
  client.kill();
  restart(swarm, client);
}

function restart(swarm: MemorySwarm, client: Client): void {
  client.restart();
  client.engine.listen('0.0.0.0', PORT);
  swarm.add(client);
}

/** A leecher in the middle of its download from one seed; sockets of both are quiet afterwards. */
function halfway(pieces: number, shape: Parameters<typeof lonelyLeecher>[0] = { shape: 'pieces16KiB' }) {
  const stage = lonelyLeecher(shape);
  stage.swarm.world.addHost('tracker');
  new MemoryTracker(stage.swarm.world, 'tracker');
  meet(stage.swarm, 'seed', honestSeed(stage.swarm.torrent, { bytesPerSecond: 100_000 }));
  stage.swarm.world.settle(() => piecesOf(stage.leecher).length >= pieces);
  return stage;
}

/** Tell a client of the seed again and let it finish; payload bytes that took. */
function finish(swarm: MemorySwarm, client: Client): number {
  const before = bytesTo(swarm, client);
  const host = swarm.world.internet.addressOf('seed');
  client.engine.addPeers(swarm.id, [{ host, port: PORT }]);
  swarm.finish(300_000);
  return bytesTo(swarm, client) - before;
}

describe('a stopped torrent', () => {
  it('is shown with what it has, however soon after its start it was stopped', () => {
    for (const afterMs of [0, 0.3, 0.6, 1, 2, 5]) {
      const { swarm, leecher } = halfway(12);
      stop(swarm, leecher);
      const { bytesLeft, havePieces } = leecher.engine.view(swarm.id);
      leecher.engine.start(swarm.id);
      swarm.world.advance(afterMs);
      stop(swarm, leecher);
      expect(leecher.engine.view(swarm.id), `${afterMs} ms`).toMatchObject({ bytesLeft, havePieces });
      expect(havePieces).toBeGreaterThanOrEqual(12);
      leecher.engine.start(swarm.id);
      finish(swarm, leecher);
    }
  });

  it('has no connection, sends nothing, and goes on after a start without hashing or fetching anything again', () => {
    const { swarm, leecher } = halfway(12);
    stop(swarm, leecher);
    const { internet } = swarm.world;
    expect(internet.stats(leecher.host).openNow).toBe(0);
    const { bytesSent, dialled } = internet.stats(leecher.host);
    const { bytesLeft } = leecher.engine.view(swarm.id);
    swarm.world.advance(600_000);
    expect(internet.stats(leecher.host)).toMatchObject({ bytesSent, dialled });
    const before = bytesTo(swarm, leecher);
    leecher.engine.start(swarm.id);
    swarm.finish(60_000);
    expect(swarm.world.disk(leecher.host).count('hash')).toBe(0);
    expect(bytesTo(swarm, leecher) - before).toBeLessThan(bytesLeft * 1.05 + 2000);
  });

  it('survives any series of starts and stops', () => {
    for (let worldSeed = 1; worldSeed <= 10; worldSeed += 1) {
      const { swarm, leecher } = halfway(3, { shape: 'pieces16KiB', worldSeed });
      for (let i = 0; i < 20; i += 1) {
        if (swarm.world.random.chance(0.5)) leecher.engine.stop(swarm.id);
        else leecher.engine.start(swarm.id);
        swarm.world.advance(swarm.world.random.below(150));
      }
      leecher.engine.start(swarm.id);
      swarm.finish(120_000);
    }
  });

  it('can be removed without or with its files, and added again', () => {
    for (const deleteFiles of [false, true]) {
      const { swarm, leecher } = halfway(12, { files: files(200 * KIB, 200 * KIB), pieceLength: 16 * KIB });
      leecher.engine.remove(swarm.id, deleteFiles);
      swarm.world.settle(() => leecher.events.some(({ type }) => type === 'removed'), { maxMs: 10_000 });
      expect(leecher.engine.ids).toEqual([]);
      expect(swarm.world.disk(leecher.host).volume(ROOT).paths().length > 0).toBe(!deleteFiles);
      if (deleteFiles) expect(swarm.world.disk(leecher.host).usedBytes).toBe(0);
      swarm.world.advance(10_000);
      expect(swarm.world.internet.stats(leecher.host).openNow).toBe(0);
      leecher.saved.clear();
      swarm.add(leecher);
      finish(swarm, leecher);
    }
  });

  it('can be removed in every state it may be in', () => {
    for (const afterMs of [0, 1, 5, 30, 60, 100, 200, 500, 3000, 60_000]) {
      const { swarm, leecher } = lonelyLeecher({ shape: 'pieces16KiB', magnet: afterMs % 2 === 0 });
      meet(swarm, 'seed', honestSeed(swarm.torrent, { bytesPerSecond: 200_000 }));
      swarm.world.advance(afterMs);
      leecher.engine.remove(swarm.id, true);
      swarm.world.settle(() => leecher.engine.ids.length === 0, { maxMs: 20_000 });
      expect(swarm.world.disk(leecher.host).volume(ROOT).paths(), `after ${afterMs} ms`).toEqual([]);
    }
  });
});

describe('a removal', () => {
  it('is not called off by a start', () => {
    for (const deleteFiles of [false, true]) {
      const { swarm, leecher } = halfway(12);
      leecher.engine.remove(swarm.id, deleteFiles);
      leecher.engine.start(swarm.id);
      swarm.world.settle(() => leecher.engine.ids.length === 0, { maxMs: 20_000 });
    }
  });

  it('with files that nobody may touch ends, and leaves nothing open', () => {
    for (const phase of ['open', 'closed']) {
      const { swarm, leecher } = halfway(12);
      const disk = swarm.world.disk(leecher.host);
      if (phase === 'closed') stop(swarm, leecher);
      disk.volume(ROOT).deny('', 'DENIED');
      leecher.engine.remove(swarm.id, true);
      swarm.world.settle(() => leecher.engine.ids.length === 0, { maxMs: 20_000 });
      disk.volume(ROOT).allow('');
      swarm.world.advance(1000);
      swarm.add(leecher);
      finish(swarm, leecher);
    }
  });

  it('that cannot delete a file closes the others', () => {
    const { swarm, leecher } = halfway(12);
    const disk = swarm.world.disk(leecher.host);
    disk.fail('remove', { code: 'DENIED' });
    leecher.engine.remove(swarm.id, true);
    swarm.world.settle(() => leecher.engine.ids.length === 0, { maxMs: 20_000 });
    swarm.world.advance(5000);
    // Once for the stop, once after the removal failed.
    expect(disk.count('close')).toBe(2);
  });

  it('asked for while there is no daemon ends with the next one', () => {
    for (const [deleteFiles, rechecks] of [
      [false, true],
      [true, true],
      [true, false],
    ]) {
      const { swarm, leecher } = halfway(12, {
        shape: 'pieces16KiB',
        trackers: [['http://tracker/announce']],
      });
      leecher.losePlane(3000);
      if (rechecks) leecher.engine.recheck(swarm.id);
      swarm.world.advance(1000);
      leecher.engine.remove(swarm.id, deleteFiles === true);
      swarm.world.settle(() => leecher.engine.ids.length === 0, { maxMs: 20_000 });
    }
  });
});

describe('a recheck', () => {
  it('while the disk is full looks at everything, once it can', () => {
    const { swarm, leecher } = halfway(20);
    const disk = swarm.world.disk(leecher.host);
    disk.setCapacity(0);
    swarm.world.settle(() => kind(swarm, leecher) === 'failed', { maxMs: 30_000 });
    disk.rot(ROOT, 'torrent', 20);
    leecher.engine.recheck(swarm.id);
    swarm.world.advance(30_000);
    disk.setCapacity(Number.POSITIVE_INFINITY);
    finish(swarm, leecher);
  });

  it('of good data finds everything and fetches nothing', () => {
    const { swarm, leecher } = halfway(40);
    swarm.finish();
    const before = bytesTo(swarm, leecher);
    leecher.engine.recheck(swarm.id);
    expect(kind(swarm, leecher)).toBe('checking');
    swarm.finish();
    expect(bytesTo(swarm, leecher) - before).toBeLessThan(2000);
    expect(swarm.world.disk(leecher.host).count('hash')).toBeGreaterThan(0);
  });

  it('of damaged data finds the damage, and only that is fetched again', () => {
    const { swarm, leecher } = halfway(40);
    swarm.finish();
    swarm.world.disk(leecher.host).rot(ROOT, 'torrent', 1);
    leecher.engine.recheck(swarm.id);
    swarm.world.settle(() => kind(swarm, leecher) === 'downloading');
    expect(leecher.engine.view(swarm.id).havePieces).toBe(39);
    const bytes = finish(swarm, leecher);
    expect(bytes).toBeGreaterThan(16 * KIB);
    expect(bytes).toBeLessThan(16 * KIB + 4000);
  });

  it('in the middle of a download keeps what is right', () => {
    const { swarm, leecher } = halfway(20);
    leecher.engine.recheck(swarm.id);
    swarm.world.settle(() => kind(swarm, leecher) === 'downloading');
    expect(leecher.engine.view(swarm.id).havePieces).toBeGreaterThanOrEqual(20);
    finish(swarm, leecher);
  });

  it('of a stopped torrent leaves it stopped', () => {
    const { swarm, leecher } = halfway(20);
    stop(swarm, leecher);
    leecher.engine.recheck(swarm.id);
    swarm.world.advance(10_000);
    expect(kind(swarm, leecher)).toBe('stopped');
    expect(leecher.engine.view(swarm.id).havePieces).toBeGreaterThanOrEqual(20);
    leecher.engine.start(swarm.id);
    swarm.finish(60_000);
  });
});

describe('data that is there when a torrent is added', () => {
  it('is found, whole or in part, without resume data', () => {
    const { swarm, leecher } = lonelyLeecher({ files: files(200 * KIB, 200 * KIB), pieceLength: 32 * KIB });
    leecher.engine.remove(swarm.id, false);
    const disk = swarm.world.disk(leecher.host);
    swarm.world.settle(() => leecher.engine.ids.length === 0);
    disk.putFile(ROOT, 'torrent/0.bin', swarm.torrent.file(0));
    disk.putFile(ROOT, 'torrent/1.bin', swarm.torrent.file(1).slice(0, 100 * KIB));
    swarm.add(leecher);
    swarm.world.settle(() => kind(swarm, leecher) === 'downloading');
    expect(leecher.engine.view(swarm.id).havePieces).toBe(9);
    meet(swarm, 'seed', honestSeed(swarm.torrent));
    swarm.finish();
    expect(bytesTo(swarm, leecher)).toBeLessThan(4 * 32 * KIB + 5000);
  });
});

describe('a program that ends and starts again', () => {
  it('in order: hashes nothing, fetches nothing twice, keeps parts of pieces and totals', () => {
    const { swarm, leecher } = halfway(1, { shape: 'pieces1MiB' });
    const got = leecher.engine.view(swarm.id).downloaded;
    const hashed = swarm.world.disk(leecher.host).count('hash');
    restartClean(swarm, leecher);
    const bytes = finish(swarm, leecher);
    const { length } = swarm.torrent.content;
    expect(swarm.world.disk(leecher.host).count('hash')).toBe(hashed);
    expect(bytes).toBeLessThan((length - got) * 1.02 + 3 * 16 * KIB);
    expect(leecher.engine.view(swarm.id).downloaded).toBeGreaterThanOrEqual(length);
  });

  it('killed: loses seconds, whatever was going on', () => {
    for (let worldSeed = 1; worldSeed <= 10; worldSeed += 1) {
      const { swarm, leecher } = halfway(5 + 2 * worldSeed, { shape: 'pieces16KiB', worldSeed });
      const verified = piecesOf(leecher).length;
      leecher.kill();
      restart(swarm, leecher);
      swarm.world.settle(() => kind(swarm, leecher) === 'downloading');
      const { havePieces } = leecher.engine.view(swarm.id);
      // Five seconds of 100,000 bytes each, and what was saved less often.
      expect(verified - havePieces, `seed ${worldSeed}`).toBeLessThanOrEqual(35);
      finish(swarm, leecher);
    }
  });

  it('killed while seeding: hashes and fetches nothing', () => {
    const { swarm, leecher } = halfway(40);
    swarm.finish();
    swarm.world.advance(10_000);
    const hashed = swarm.world.disk(leecher.host).count('hash');
    const before = bytesTo(swarm, leecher);
    leecher.kill();
    restart(swarm, leecher);
    swarm.finish(10_000);
    expect(swarm.world.disk(leecher.host).count('hash')).toBe(hashed);
    expect(bytesTo(swarm, leecher)).toBe(before);
  });

  it('with files changed, cut or removed meanwhile: fetches what is missing, and only that', () => {
    const damage = {
      changed: (old: Uint8Array): Uint8Array => old.map((byte, at) => (at < 100 ? byte ^ 1 : byte)),
      cut: (old: Uint8Array): Uint8Array => old.slice(0, 40_000),
      removed: (): null => null,
    };
    for (const [name, change] of Object.entries(damage)) {
      const { swarm, leecher } = halfway(24, {
        files: files(128 * KIB, 128 * KIB, 128 * KIB),
        pieceLength: 16 * KIB,
      });
      swarm.finish();
      stop(swarm, leecher);
      leecher.kill();
      const disk = swarm.world.disk(leecher.host);
      const bytes = change(disk.readFile(ROOT, 'torrent/1.bin'));
      if (bytes === null) disk.volume(ROOT).remove('torrent/1.bin');
      else disk.putFile(ROOT, 'torrent/1.bin', bytes);
      restart(swarm, leecher);
      swarm.world.settle(() => kind(swarm, leecher) === 'downloading', { maxMs: 10_000 });
      expect(leecher.engine.view(swarm.id).havePieces, name).toBeGreaterThanOrEqual(16);
      expect(finish(swarm, leecher), name).toBeLessThan(128 * KIB + 8000);
    }
  });

  it('with resume data of another torrent: looks at the files', () => {
    const { swarm, leecher } = halfway(40);
    swarm.finish();
    stop(swarm, leecher);
    const saved = leecher.saved.get(swarm.id);
    if (saved === undefined) throw new Error('nothing was saved');
    leecher.saved.set(swarm.id, { ...saved, infoHash: new Uint8Array(20) });
    leecher.kill();
    restart(swarm, leecher);
    swarm.finish(10_000);
    expect(swarm.world.disk(leecher.host).count('hash')).toBeGreaterThan(0);
  });
});
