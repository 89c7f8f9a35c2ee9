/**
 * Power cuts and failures at every step of moving, renaming and deleting, on the in-memory disk: whoever opens the files
 * afterwards, with what was saved or with what was not saved yet, finds all of them.
 */
import type { Answer, DiskError, OpenedFiles, OpenFiles, StoreFiles } from '@jstorrent/data-plane';
import type { Layout, Place } from '@jstorrent/engine/ports';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../clock.ts';
import { SeededRandom } from '../random.ts';
import { MemoryDisk } from './memory-disk.ts';

const BYTES = 5_000_000;
const PIECE = 65_536;
const NAMES = ['t/a', 't/sub/b', 't/c'];
const LENGTHS = [BYTES, 30_000, 0];
const HERE: Place = { root: 'downloads', folder: [] };
const THERE: Place = { root: 'other', folder: ['tv'] };
const MINE = 't/sub/mine';

function layoutOf(names: readonly string[]): Layout {
  const files = names.map((name, index) => ({
    path: name.split('/'),
    length: LENGTHS[index]!,
    kind: 'file' as const,
  }));
  const pieces = Math.ceil((BYTES + 30_000) / PIECE);
  return { pieceLength: PIECE, files, hashes: new Uint8Array(20 * pieces), algorithm: 'sha1' };
}

type Outcome<T> = { readonly value: T } | { readonly error: DiskError };

/** A disk with a torrent's files, and a file of somebody else among them. */
class Bench {
  readonly clock = new VirtualClock();
  readonly disk = new MemoryDisk(this.clock, new SeededRandom('relocation'));
  readonly contents: readonly Uint8Array[];

  constructor(isFar: boolean) {
    this.disk.hasManyFileSystems = isFar;
    const random = new SeededRandom('contents');
    this.contents = LENGTHS.map((length) => random.bytes(length));
    for (const [index, name] of NAMES.entries()) this.disk.putFile('downloads', name, this.contents[index]!);
    this.disk.putFile('downloads', MINE, Uint8Array.of(1));
  }

  /** The answer, or null when the power failed before. */
  ask<T>(call: (answer: Answer<T>) => void, maxMs = 600_000): Outcome<T> | null {
    let outcome: Outcome<T> | null = null;
    call({ onDone: (value) => (outcome = { value }), onError: (error) => (outcome = { error }) });
    this.clock.run(() => outcome !== null, { maxMs });
    return outcome;
  }

  open(change: Partial<OpenFiles> = {}): OpenedFiles {
    const wanted = Uint8Array.of(0xff);
    const request: OpenFiles = {
      place: HERE,
      isSaved: true,
      layout: layoutOf(NAMES),
      wanted,
      preallocate: 'sparse',
      ...change,
    };
    const outcome = this.ask<OpenedFiles>((answer) => this.disk.open(request, answer));
    if (outcome === null || 'error' in outcome) throw new Error(outcome?.error.code ?? 'nothing');
    return outcome.value;
  }

  /** Whether all files are at a place, whole, under these names. */
  isWholeAt({ root, folder }: Place, names: readonly string[] = NAMES): boolean {
    return names.every((name, index) => {
      const path = [...folder, name].join('/');
      if (this.disk.volume(root).look(path) === null) return false;
      return Buffer.compare(this.disk.readFile(root, path), this.contents[index]!) === 0;
    });
  }

  /** Files of ours that are copies, notes or parts. */
  leftovers(root: string): string[] {
    return this.disk
      .volume(root)
      .paths()
      .filter((path) => path.includes('.jstorrent-parts'));
  }
}

const move =
  (files: StoreFiles, place: Place) =>
  (answer: Parameters<StoreFiles['move']>[2]): void =>
    files.move(place, () => {}, answer);

describe.each([
  ['by renaming', false],
  ['by copying', true],
])('a move %s', (_name, isFar) => {
  /** Moves whose power fails at every step: what the disk is like afterwards. */
  function* cuts(): Generator<{ readonly bench: Bench; readonly step: number }> {
    for (let step = 1; ; step++) {
      const bench = new Bench(isFar);
      const { files } = bench.open();
      const before = bench.disk.count('move');
      let isOver = false;
      move(files, THERE)({ onDone: () => (isOver = true), onError: () => (isOver = true) });
      bench.clock.run(() => isOver || bench.disk.count('move') === before + step, { maxMs: 60_000 });
      if (isOver) return;
      bench.disk.crash();
      yield { bench, step };
    }
  }

  it('loses nothing when the power fails at any step', () => {
    let steps = 0;
    let arrived = 0;
    for (const { bench, step } of cuts()) {
      const { moved, stats } = bench.open();
      const place = moved ?? HERE;
      expect([step, bench.isWholeAt(place)]).toEqual([step, true]);
      expect(stats.map(({ size }) => size)).toEqual(LENGTHS);
      expect(bench.disk.readFile('downloads', MINE)).toEqual(Uint8Array.of(1));
      steps++;
      if (moved !== null) arrived++;
    }
    expect(steps).toBeGreaterThan(isFar ? 10 : 5);
    expect(arrived).toBeGreaterThan(2);
    expect(arrived).toBeLessThan(steps);
  });

  it('can be made again after that, and leaves nothing behind once it is saved', () => {
    for (const { bench, step } of cuts()) {
      const { files, moved } = bench.open();
      const done = bench.ask(move(files, THERE));
      expect([step, done !== null && 'value' in done]).toEqual([step, true]);
      expect(bench.isWholeAt(THERE)).toBe(true);
      bench.disk.stopPrograms();
      expect(bench.open({ place: THERE }).moved).toBeNull();
      expect([step, moved, bench.leftovers('downloads'), bench.leftovers('other')]).toEqual([
        step,
        moved,
        [],
        [],
      ]);
      expect(bench.disk.volume('downloads').paths()).toEqual([MINE]);
    }
  });

  it('is followed from the old place as long as the new one is not saved, there and back', () => {
    const bench = new Bench(isFar);
    const { files } = bench.open();
    expect(bench.ask(move(files, THERE))).toHaveProperty('value');
    bench.disk.stopPrograms();
    const again = bench.open();
    expect(again.moved).toEqual(THERE);
    expect(bench.ask(move(again.files, HERE))).toHaveProperty('value');
    bench.disk.stopPrograms();
    expect(bench.open({ isSaved: false }).moved).toBeNull();
    bench.disk.stopPrograms();
    expect(bench.open().moved).toBeNull();
    expect(bench.isWholeAt(HERE)).toBe(true);
    expect([...bench.leftovers('downloads'), ...bench.leftovers('other')]).toEqual([]);
  });

  it('changes nothing when a step fails before everything has arrived', () => {
    for (let step = 0; ; step++) {
      const bench = new Bench(isFar);
      const { files } = bench.open();
      bench.disk.fail('move', { code: 'DISK_ERROR', after: step });
      const outcome = bench.ask(move(files, THERE));
      if (outcome !== null && 'value' in outcome) {
        expect(step).toBeGreaterThan(5);
        return;
      }
      // Bound moves are brought to their end by the next opening, others left as they were.
      const place = bench.open().moved ?? HERE;
      expect([step, bench.isWholeAt(place)]).toEqual([step, true]);
    }
  });
});

describe('a move that is called off', () => {
  it('leaves everything where it was, and the next one copies only what is missing', () => {
    const bench = new Bench(true);
    const { files } = bench.open();
    const before = bench.disk.count('move');
    let error: DiskError | null = null;
    move(files, THERE)({ onDone: () => {}, onError: (given) => (error = given) });
    bench.clock.run(() => bench.leftovers('other').some((path) => path.includes('f0-')), { maxMs: 60_000 });
    files.cancelMove();
    bench.clock.run(() => error !== null, { maxMs: 60_000 });
    expect(error).toMatchObject({ code: 'CANCELLED' });
    const first = bench.disk.count('move') - before;
    expect(bench.isWholeAt(HERE)).toBe(true);
    expect(bench.ask(move(files, THERE))).toHaveProperty('value');
    expect(bench.isWholeAt(THERE)).toBe(true);
    expect(first).toBeGreaterThan(4);
  });
});

describe('a renaming', () => {
  const renames = [
    { file: 0, path: ['u', 'x'] },
    { file: 1, path: ['u', 'sub', 'y'] },
    { file: 2, path: ['u', 'c'] },
  ];
  const FRESH = ['u/x', 'u/sub/y', 'u/c'];

  it.each([
    ['old', NAMES],
    ['new', FRESH],
  ])('gives all files the %s names, wherever the power fails', (_which, names) => {
    for (let step = 1, isOver = false; !isOver; step++) {
      const bench = new Bench(false);
      const { files } = bench.open();
      files.rename(renames, { onDone: () => (isOver = true), onError: () => (isOver = true) });
      bench.clock.run(() => isOver || bench.disk.count('rename') === step, { maxMs: 60_000 });
      bench.disk.crash();
      // The new names can be saved only when it was done.
      if (names === FRESH && !isOver) continue;
      bench.open({ layout: layoutOf(names) });
      expect([step, bench.isWholeAt(HERE, names)]).toEqual([step, true]);
      expect(bench.leftovers('downloads')).toEqual([]);
      expect(bench.disk.readFile('downloads', MINE)).toEqual(Uint8Array.of(1));
    }
  });

  it('is taken back when a step fails', () => {
    for (let step = 0; step < 4; step++) {
      const bench = new Bench(false);
      const { files } = bench.open();
      bench.disk.fail('rename', { code: 'DENIED', after: step });
      expect(bench.ask((answer: Answer<unknown>) => files.rename(renames, answer))).toHaveProperty('error');
      expect(bench.isWholeAt(HERE)).toBe(true);
      expect(bench.leftovers('downloads')).toEqual([]);
    }
  });

  it('travels with a move that comes before it is saved', () => {
    const bench = new Bench(true);
    const { files } = bench.open();
    expect(bench.ask((answer: Answer<unknown>) => files.rename(renames, answer))).toHaveProperty('value');
    expect(bench.ask(move(files, THERE))).toHaveProperty('value');
    bench.disk.stopPrograms();
    const { moved, stats } = bench.open();
    expect(moved).toEqual(THERE);
    expect(stats.map(({ size }) => size)).toEqual(LENGTHS);
    expect(bench.isWholeAt(THERE)).toBe(true);
  });
});

describe('deleting', () => {
  it('takes nothing of others at any step, and can be finished after a power cut', () => {
    for (let step = 1, isOver = false; !isOver; step++) {
      const bench = new Bench(false);
      const { files } = bench.open();
      files.remove({ onDone: () => (isOver = true), onError: () => (isOver = true) });
      bench.clock.run(() => isOver || bench.disk.count('remove') === step, { maxMs: 60_000 });
      bench.disk.crash();
      expect(bench.disk.readFile('downloads', MINE)).toEqual(Uint8Array.of(1));
      const again = bench.open();
      expect(bench.ask((answer: Answer<void>) => again.files.remove(answer))).toHaveProperty('value');
      expect(bench.disk.volume('downloads').paths()).toEqual([MINE]);
    }
  });
});
