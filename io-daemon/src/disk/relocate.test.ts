import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { arrive, move, type Steps } from '@jstorrent/data-plane';
import type { Place } from '@jstorrent/engine/ports';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { MoveJob } from './jobs.ts';
import { MoveState } from './move-state.ts';
import { arriveNow, moveNow, removeNow, renameNow, settleNow } from './relocate.ts';
import { NodeSteps } from './steps.ts';

/** Whether renames from one root to the other are refused, as between file systems. */
const far = vi.hoisted(() => ({ isFar: false }));
vi.mock('node:fs', async (importOriginal) => {
  const fs = await importOriginal<typeof import('node:fs')>();
  const sideOf = (path: unknown): string => (String(path).includes('/to/') ? 'to' : 'from');
  const realRename: typeof fs.renameSync = (from, to) => {
    if (far.isFar && sideOf(from) !== sideOf(to))
      throw Object.assign(new Error('far'), { code: 'EXDEV', syscall: 'rename' });
    fs.renameSync(from, to);
  };
  return { ...fs, renameSync: realRename };
});

const PARTS = '.jstorrent-parts/1';
const HERE: Place = { root: 'from', folder: [] };
const THERE: Place = { root: 'to', folder: ['tv', 'new'] };
const PATHS = ['t/a', 't/sub/b', 't/link', 't/missing'].map((path, file) => ({ file, path }));
const ALL = ['t/a', 't/link', 't/sub/b'];
const BYTES = 5_000_000;

let base = '';
let roots: Map<string, string>;
beforeEach(() => {
  far.isFar = false;
  base = realpathSync(mkdtempSync(join(tmpdir(), 'jst-relocate-')));
  for (const folder of ['from/t/sub', `from/${PARTS}`, 'to'])
    mkdirSync(join(base, folder), { recursive: true });
  const bytes = Buffer.alloc(BYTES, 'abc');
  writeFileSync(join(base, 'from/t/a'), bytes);
  writeFileSync(join(base, 'from/t/sub/b'), 'b');
  writeFileSync(join(base, `from/${PARTS}/7.part`), 'part');
  symlinkSync('sub/b', join(base, 'from/t/link'));
  roots = new Map(['from', 'to'].map((root) => [root, join(base, root)]));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

function job(state = new MoveState()): MoveJob {
  const request = { from: HERE, to: THERE, paths: PATHS, parts: PARTS };
  return { kind: 'move', roots, request, state: state.memory };
}

function open(place: Place, isSaved: boolean): Place | undefined {
  const request = { place, paths: PATHS, parts: PARTS, isSaved };
  return arriveNow({ kind: 'arrive', roots, request, mayWork: true })?.place;
}

/** Paths of all files and links, with those of parts and notes only when wished. */
function list(folder: string, { hidden = false } = {}): readonly string[] {
  const top = join(base, folder);
  if (!existsSync(top)) return [];
  return readdirSync(top, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(top.length + 1))
    .filter((path) => hidden || !path.startsWith('.'))
    .toSorted();
}

/** Take so many steps and leave: true when there were no more. */
function leaveAfter(steps: Steps<unknown>, count: number): boolean {
  for (let taken = 0; taken < count; taken++) if (steps.next().done === true) return true;
  return false;
}

describe.each([
  ['renames on one file system', false],
  ['copies across file systems', true],
])('moving %s', (_name, isFar) => {
  beforeEach(() => (far.isFar = isFar));

  it('takes contents, times, modes, links and parts along', () => {
    chmodSync(join(base, 'from/t/a'), 0o640);
    utimesSync(join(base, 'from/t/a'), 1000, 1_700_000_000.123);
    const { mtimeMs } = statSync(join(base, 'from/t/a'));
    moveNow(job());
    expect(list('from')).toEqual([]);
    expect(list('to/tv/new')).toEqual(ALL);
    const stat = statSync(join(base, 'to/tv/new/t/a'));
    expect([stat.size, Math.floor(stat.mtimeMs), stat.mode & 0o777]).toEqual([
      BYTES,
      Math.floor(mtimeMs),
      0o640,
    ]);
    expect(readFileSync(join(base, 'to/tv/new/t/a')).equals(Buffer.alloc(BYTES, 'abc'))).toBe(true);
    expect(readlinkSync(join(base, 'to/tv/new/t/link'))).toBe('sub/b');
    expect(readFileSync(join(base, `to/tv/new/${PARTS}/7.part`), 'utf8')).toBe('part');
  });

  it('leaves nothing behind once the new place is saved', () => {
    moveNow(job());
    expect(list('from', { hidden: true })).toEqual([`${PARTS}/move.json`]);
    settleNow({ kind: 'settle', roots, place: THERE, parts: PARTS });
    expect(readdirSync(join(base, 'from'))).toEqual([]);
    expect(list('to/tv/new', { hidden: true })).toEqual([`${PARTS}/7.part`, ...ALL]);
  });

  it('may end at any step: the files are whole at one place, and those who open them are told which', () => {
    for (let count = 0, isOver = false; !isOver; count++) {
      isOver = leaveAfter(
        move(new NodeSteps(roots), { from: HERE, to: THERE, paths: PATHS, parts: PARTS }),
        count,
      );
      const found = open(HERE, true);
      const folder = found?.root === 'to' ? 'to/tv/new' : 'from';
      expect([count, list(folder)]).toEqual([count, ALL]);
      expect(statSync(join(base, folder, 't/a')).size).toBe(BYTES);
      expect(existsSync(join(base, folder, PARTS, '7.part'))).toBe(true);
      if (folder === 'from') expect(list('to/tv/new')).toEqual([]);
      else if (!isOver) {
        // Back again for the next round.
        const request = { from: THERE, to: HERE, paths: PATHS, parts: PARTS };
        moveNow({ kind: 'move', roots, request, state: new MoveState().memory });
        expect(open(HERE, true)).toEqual(HERE);
        expect(list('to', { hidden: true })).toEqual([]);
      }
    }
  });

  it('leaves everything as it was when something is in the way', () => {
    mkdirSync(join(base, 'to/tv/new/t/sub'), { recursive: true });
    writeFileSync(join(base, 'to/tv/new/t/sub/b'), 'mine');
    expect(() => moveNow(job())).toThrow('t/sub/b is there already');
    expect(list('from')).toEqual(ALL);
    expect(list('to/tv/new', { hidden: true })).toEqual(['t/sub/b']);
  });
});

describe('a move across file systems', () => {
  beforeEach(() => (far.isFar = true));

  /** `isFar` cannot be told from device numbers here: the test's roots are on one. */
  class FarSteps extends NodeSteps {
    copied = 0;
    override isFar(): boolean {
      return true;
    }
    override copy(...[from, to, slice]: Parameters<NodeSteps['copy']>): void {
      this.copied += slice.length;
      super.copy(from, to, slice);
    }
  }
  const request = { from: HERE, to: THERE, paths: PATHS, parts: PARTS };

  it('goes on where an earlier one was left, and copies no whole file again', () => {
    const first = new FarSteps(roots);
    const steps = move(first, request);
    while (!list('to', { hidden: true }).some((path) => path.includes('f0-'))) steps.next();
    expect(list('from')).toEqual(ALL);
    expect(open(HERE, true)).toEqual(HERE);
    const second = new FarSteps(roots);
    leaveAfter(move(second, request), 1000);
    expect(second.copied).toBeLessThan(1000);
    expect(list('to/tv/new')).toEqual(ALL);
    expect(list('to', { hidden: true }).filter((path) => path.includes('cop'))).toEqual([]);
  });

  it('copies a file again that has changed since', () => {
    const steps = move(new FarSteps(roots), request);
    while (!list('to', { hidden: true }).some((path) => path.includes('f0-'))) steps.next();
    const changed = Buffer.alloc(BYTES, 'xyz');
    writeFileSync(join(base, 'from/t/a'), changed);
    utimesSync(join(base, 'from/t/a'), 2000, 2000);
    leaveAfter(move(new FarSteps(roots), request), 1000);
    expect(readFileSync(join(base, 'to/tv/new/t/a')).equals(changed)).toBe(true);
  });

  it('mends what is wrong in the beginning of a copy', () => {
    const steps = move(new FarSteps(roots), request);
    leaveAfter(steps, 2);
    const [growing] = list('to/tv/new', { hidden: true });
    expect(growing).toBe(`${PARTS}/f0.copying`);
    writeFileSync(join(base, 'to/tv/new', growing!), Buffer.alloc(BYTES + 5));
    leaveAfter(move(new FarSteps(roots), request), 1000);
    expect(readFileSync(join(base, 'to/tv/new/t/a')).equals(Buffer.alloc(BYTES, 'abc'))).toBe(true);
  });

  it('leaves holes as holes', () => {
    const sparse = Buffer.alloc(BYTES);
    sparse.write('end', BYTES - 3);
    writeFileSync(join(base, 'from/t/a'), sparse);
    leaveAfter(move(new FarSteps(roots), request), 1000);
    const { size, blocks } = statSync(join(base, 'to/tv/new/t/a'));
    expect(size).toBe(BYTES);
    expect(blocks * 512).toBeLessThan(BYTES / 2);
    expect(readFileSync(join(base, 'to/tv/new/t/a')).equals(sparse)).toBe(true);
  });

  it('takes copies of an earlier try away when it goes elsewhere', () => {
    leaveAfter(move(new FarSteps(roots), request), 3);
    const elsewhere: Place = { root: 'from', folder: ['old'] };
    leaveAfter(move(new NodeSteps(roots), { ...request, to: elsewhere }), 1000);
    expect(list('to', { hidden: true })).toEqual([]);
    expect(list('from/old')).toEqual(ALL);
  });

  it('says how many bytes are missing before it copies anything', () => {
    class FullSteps extends FarSteps {
      override freeBytes(): number {
        return 1_000_000;
      }
    }
    let missing = 0;
    try {
      leaveAfter(move(new FullSteps(roots), request), 1000);
    } catch (error) {
      ({ missing } = error as { missing: number });
    }
    expect(missing).toBeGreaterThan(BYTES - 1_000_000 - 1);
    expect(list('to', { hidden: true })).toEqual([]);
  });

  it('ends with CANCELLED before it is bound, and tells how far it is', () => {
    const state = new MoveState();
    state.cancel();
    expect(() => moveNow(job(state))).toThrow('called off');
    expect(list('from')).toEqual(ALL);
  });
});

describe('renaming', () => {
  const rename = (renames: readonly [number, string, string][]): void => {
    const batch = renames.map(([file, from, to]) => ({ file, from, to }));
    renameNow({ kind: 'rename', roots, request: { place: HERE, renames: batch, parts: PARTS } });
  };

  it('renames all or none, and says what is in the way', () => {
    writeFileSync(join(base, 'from/t/c'), 'mine');
    expect(() =>
      rename([
        [0, 't/a', 'u/a'],
        [1, 't/sub/b', 't/c'],
      ]),
    ).toThrow('t/c is there already');
    expect(list('from')).toEqual(['t/a', 't/c', 't/link', 't/sub/b']);
  });

  it('gives files the names they are opened by, whatever was done before', () => {
    rename([
      [0, 't/a', 'u/a'],
      [1, 't/sub/b', 'u/b'],
    ]);
    rename([[0, 'u/a', 'u/c']]);
    expect(list('from')).toEqual(['t/link', 'u/b', 'u/c']);
    // The owner knows of neither, of one, of both.
    open(HERE, false);
    expect(list('from')).toEqual(ALL);
  });
});

describe('deleting', () => {
  const removal = (): void => {
    const request = { place: HERE, files: ['t/a', 't/sub/b', 't/missing'], links: ['t/link'], parts: PARTS };
    removeNow({ kind: 'remove', roots, request });
  };

  it('leaves foreign files and their folders', () => {
    writeFileSync(join(base, 'from/t/sub/mine'), 'mine');
    removal();
    expect(list('from', { hidden: true })).toEqual(['t/sub/mine']);
  });

  it('leaves the other names of a file', () => {
    linkSync(join(base, 'from/t/a'), join(base, 'other-name'));
    removal();
    expect(statSync(join(base, 'other-name')).size).toBe(BYTES);
    expect(readdirSync(join(base, 'from'))).toEqual([]);
  });

  it('does not follow a link in the place of a folder, and deletes the rest', () => {
    renameSync(join(base, 'from/t/sub'), join(base, 'elsewhere'));
    symlinkSync(join(base, 'elsewhere'), join(base, 'from/t/sub'));
    expect(removal).toThrow('is a link');
    expect(readFileSync(join(base, 'elsewhere/b'), 'utf8')).toBe('b');
    expect(existsSync(join(base, 'from/t/a'))).toBe(false);
  });

  it('does not delete a folder or link where a file should be', () => {
    rmSync(join(base, 'from/t/a'));
    symlinkSync('/etc/passwd', join(base, 'from/t/a'));
    removal();
    expect(readlinkSync(join(base, 'from/t/a'))).toBe('/etc/passwd');
  });

  it('ends a move that was left, at both places', () => {
    far.isFar = true;
    leaveAfter(move(new NodeSteps(roots), { from: HERE, to: THERE, paths: PATHS, parts: PARTS }), 2);
    removal();
    expect(list('from', { hidden: true })).toEqual([]);
    expect(list('to', { hidden: true })).toEqual([]);
  });
});

describe('notes', () => {
  it('that somebody else wrote lead nowhere', () => {
    const evil = { to: { root: 'to', folder: ['..'] }, phase: 'moved', turn: 1, goods: [] };
    writeFileSync(join(base, `from/${PARTS}/move.json`), JSON.stringify(evil));
    expect(open(HERE, true)).toEqual(HERE);
    const out = { to: THERE, phase: 'moved', turn: 1, goods: [{ key: 'f0', path: '../x' }] };
    writeFileSync(join(base, `from/${PARTS}/move.json`), JSON.stringify(out));
    expect(open(HERE, true)).toEqual(HERE);
    writeFileSync(join(base, `from/${PARTS}/move.json`), 'not json');
    expect(open(HERE, true)).toEqual(HERE);
    expect(list('from')).toEqual(ALL);
  });

  it('are followed only when the place they lead to says the same', () => {
    moveNow(job());
    rmSync(join(base, `to/tv/new/${PARTS}/from.json`));
    const steps = arrive(new NodeSteps(roots), { place: HERE, paths: PATHS, parts: PARTS, isSaved: true });
    for (;;) {
      const { done, value } = steps.next();
      if (done !== true) continue;
      expect(value).toEqual(HERE);
      return;
    }
  });
});
