import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Answer, DiskError, Segment, StoreFiles } from '@jstorrent/data-plane';
import type { Layout } from '@jstorrent/engine/ports';
import { VirtualClock } from '../clock.ts';
import { SeededRandom } from '../random.ts';
import { MemoryDisk, type MemoryDiskOptions } from './memory-disk.ts';

const PIECE = 65_536;
const COUNT = 8;
const content = new SeededRandom('content').bytes(COUNT * PIECE);

const layout: Layout = {
  pieceLength: PIECE,
  files: [{ path: ['t', 'a.bin'], length: content.length, kind: 'file' }],
  hashes: Buffer.concat(
    Array.from({ length: COUNT }, (_, i) =>
      createHash('sha1')
        .update(content.subarray(i * PIECE, (i + 1) * PIECE))
        .digest(),
    ),
  ),
  algorithm: 'sha1',
};

type Outcome<T> = { readonly value: T } | { readonly error: DiskError };

const makeDisk = (seed = 1, options: MemoryDiskOptions = {}) => {
  const clock = new VirtualClock();
  const disk = new MemoryDisk(clock, new SeededRandom(seed), options);
  const ask = <T>(call: (answer: Answer<T>) => void): Outcome<T> => {
    let outcome: Outcome<T> | null = null;
    call({ onDone: (value) => (outcome = { value }), onError: (error) => (outcome = { error }) });
    clock.settle(() => outcome !== null);
    return outcome!;
  };
  const open = (): StoreFiles => {
    const outcome = ask((answer: Answer<{ readonly files: StoreFiles }>) =>
      disk.open(
        {
          place: { root: 'downloads', folder: [] },
          isSaved: true,
          layout,
          wanted: Uint8Array.of(0x80),
          preallocate: 'sparse',
        },
        answer,
      ),
    );
    if ('error' in outcome) throw new Error(outcome.error.code);
    return outcome.value.files;
  };
  const put = (piece: number): Segment[] => {
    disk.arena.set(content.subarray(piece * PIECE, (piece + 1) * PIECE), 0);
    return [{ offset: 0, length: PIECE, memory: 0 }];
  };
  const finish = (files: StoreFiles, piece: number) =>
    ask((answer: Answer<{ readonly good: boolean }>) => files.finish(piece, put(piece), false, answer));
  return { clock, disk, ask, open, put, finish };
};

describe('MemoryDisk', () => {
  it('keeps after a power cut what was synced, and loses the rest', () => {
    const { disk, ask, open, finish } = makeDisk();
    const files = open();
    finish(files, 0);
    ask((answer: Answer<unknown>) => files.sync(answer));
    finish(files, 1);
    expect(disk.readFile('downloads', 't/a.bin')).toEqual(content.slice(0, 2 * PIECE));
    disk.crash();
    expect(disk.readFile('downloads', 't/a.bin')).toEqual(content.slice(0, PIECE));
    expect(disk.usedBytes).toBe(PIECE);
  });

  it('may keep a random part of what was not synced', () => {
    const { disk, open, finish } = makeDisk();
    const files = open();
    for (let piece = 0; piece < COUNT; piece++) finish(files, piece);
    disk.crash(0.5);
    const kept = disk.readFile('downloads', 't/a.bin');
    let pages = 0;
    for (let at = 0; at < kept.length; at += 4096) {
      if (Buffer.compare(kept.subarray(at, at + 4096), content.subarray(at, at + 4096)) === 0) pages++;
    }
    expect(pages).toBeGreaterThan(32);
    expect(pages).toBeLessThan(96);
  });

  it('never answers what ran when the power failed', () => {
    const { clock, disk, open, put } = makeDisk();
    const files = open();
    let answers = 0;
    files.finish(0, put(0), false, { onDone: () => answers++, onError: () => answers++ });
    disk.crash();
    clock.advance(1000);
    expect(answers).toBe(0);
    expect(disk.volume('downloads').paths()).toEqual([]);
  });

  it('does nothing for programs that are dead', () => {
    const { clock, disk, open, put } = makeDisk();
    const files = open();
    disk.stopPrograms();
    files.finish(0, put(0), false, { onDone: () => {}, onError: () => {} });
    clock.advance(1000);
    expect(disk.volume('downloads').paths()).toEqual([]);
  });

  it('says how much is missing when it is full, and goes on when there is room', () => {
    const { disk, open, finish } = makeDisk();
    const files = open();
    disk.setCapacity(PIECE + 4096);
    expect(finish(files, 0)).toMatchObject({ value: { good: true } });
    expect(finish(files, 1)).toMatchObject({ error: { code: 'DISK_FULL', missing: PIECE - 4096 } });
    disk.setCapacity(2 * PIECE);
    expect(finish(files, 1)).toMatchObject({ value: { good: true } });
  });

  it('fails the planned operation, leaving a torn write behind', () => {
    const { disk, open, finish } = makeDisk(4);
    const files = open();
    disk.fail('finish', { code: 'DISK_ERROR', after: 1, times: 2 });
    const codes = [0, 1, 1, 1].map((piece) => {
      const outcome = finish(files, piece);
      return 'error' in outcome ? outcome.error.code : 'good';
    });
    expect(codes).toEqual(['good', 'DISK_ERROR', 'DISK_ERROR', 'good']);
    expect(disk.readFile('downloads', 't/a.bin')).toEqual(content.slice(0, 2 * PIECE));
  });

  it('refuses denied paths, takes writes away with READ_ONLY, and is NOT_FOUND when unplugged', () => {
    const { disk, ask, open, finish } = makeDisk();
    const files = open();
    finish(files, 0);
    const volume = disk.volume('downloads');
    volume.deny('t', 'READ_ONLY');
    expect(finish(files, 1)).toMatchObject({ error: { code: 'READ_ONLY' } });
    const target = new Uint8Array(10);
    expect(ask((answer: Answer<void>) => files.read(0, 5, [target], answer))).toHaveProperty('value');
    expect(target).toEqual(content.slice(5, 15));
    volume.deny('t/a.bin', 'DENIED');
    expect(ask((answer: Answer<void>) => files.read(0, 5, [target], answer))).toMatchObject({
      error: { code: 'DENIED' },
    });
    volume.isGone = true;
    expect(ask((answer: Answer<unknown>) => files.sync(answer))).toMatchObject({
      error: { code: 'NOT_FOUND' },
    });
  });

  it('shows bit rot as a digest that does not match', () => {
    const { disk, ask, open, finish } = makeDisk();
    const files = open();
    for (let piece = 0; piece < COUNT; piece++) finish(files, piece);
    disk.rot('downloads', 't/a.bin');
    const outcome = ask((answer: Answer<Uint8Array>) => files.hash(0, COUNT, answer));
    if ('error' in outcome) throw new Error(outcome.error.code);
    const bad = Array.from({ length: COUNT }, (_, i) => i).filter(
      (i) =>
        Buffer.compare(
          outcome.value.subarray(i * 20, i * 20 + 20),
          layout.hashes.subarray(i * 20, i * 20 + 20),
        ) !== 0,
    );
    expect(bad).toHaveLength(1);
  });

  it('answers operations on different pieces in an order that depends on the seed, and those on one piece in order', () => {
    const run = (seed: number): number[] => {
      const { clock, open, put } = makeDisk(seed, { lanes: 4 });
      const files = open();
      const order: number[] = [];
      const segments = put(0);
      for (let i = 0; i < 20; i++) {
        files.write(i >> 2, segments, { onDone: () => order.push(i), onError: () => {} });
      }
      clock.advance(1000);
      for (let piece = 0; piece < 5; piece++) {
        const own = order.filter((i) => i >> 2 === piece);
        expect(own).toEqual([...own].sort((a, b) => a - b));
      }
      return order;
    };
    expect(run(1)).toEqual(run(1));
    expect(run(1)).not.toEqual(run(2));
    expect(run(1)).toHaveLength(20);
  });

  it('gives operations on the whole store the store for themselves', () => {
    const { clock, open, put } = makeDisk(3, { lanes: 4 });
    const files = open();
    const order: string[] = [];
    const note = (name: string) => ({
      onDone: () => order.push(name),
      onError: () => order.push(`${name} failed`),
    });
    files.finish(0, put(0), false, note('finish'));
    files.rename([{ file: 0, path: ['t', 'b.bin'] }], note('rename'));
    files.read(0, 0, [new Uint8Array(5)], note('read'));
    clock.advance(1000);
    expect(order).toEqual(['finish', 'rename', 'read']);
    expect(() => {
      files.close(note('close'));
      files.sync(note('sync'));
    }).toThrow('after the files were closed');
  });

  it('takes bytes per second into account', () => {
    const { clock, open, finish } = makeDisk(1, { bytesPerSecond: PIECE });
    const files = open();
    finish(files, 0);
    expect(clock.now()).toBeGreaterThan(1000);
  });
});
