import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { FinishResult } from '@jstorrent/data-plane';
import type { LayoutFile } from '@jstorrent/engine/ports';
import {
  ask,
  at,
  beside,
  disk,
  failing,
  file,
  finish,
  finishAll,
  hashOf,
  moveTo,
  namesIn,
  open,
  PIECE,
  place,
  request,
  sync,
  torrent,
} from './disk-rig.ts';
import { OPEN_FILES_MAX } from './limits.ts';

describe('containment', () => {
  const one = torrent([file('t/a', PIECE), file('t/sub/b', PIECE)]);

  it('does not open a torrent whose folder is a link to somewhere else', async () => {
    symlinkSync('../outside', at('t'));
    const error = await failing((answer) => disk.open(request(one.layout), answer));
    expect(error.code).toBe('PATH_ESCAPES');
  });

  it('writes nothing through a link that was put in the place of a folder later', async () => {
    const files = await open(one);
    await finish(files, one, 0);
    symlinkSync('../../outside', at('t/sub'));
    const error = await failing((answer) => files.finish(1, place(one, 1), false, answer));
    expect(error.code).toBe('PATH_ESCAPES');
    expect(readdirSync(beside('outside'))).toEqual([]);
    rmSync(at('t/sub'));
    await finish(files, one, 1);
    expect(readFileSync(at('t/sub/b'))).toEqual(Buffer.from(one.content.subarray(PIECE)));
  });

  it('reads, hashes, moves and deletes nothing through such a link', async () => {
    const files = await open(one);
    await finishAll(files, one);
    mkdirSync(beside('outside/sub'));
    writeFileSync(beside('outside/sub/b'), one.content.subarray(PIECE));
    rmSync(at('t/sub'), { recursive: true });
    symlinkSync('../../outside/sub', at('t/sub'));
    expect((await failing((answer) => files.hash(1, 1, answer))).code).toBe('PATH_ESCAPES');
    expect((await failing((answer) => files.read(1, 0, [new Uint8Array(9)], answer))).code).toBe(
      'PATH_ESCAPES',
    );
    expect((await failing(moveTo(files, 'other'))).code).toBe('PATH_ESCAPES');
    expect((await failing((answer) => files.remove(answer))).code).toBe('PATH_ESCAPES');
    expect(existsSync(beside('outside/sub/b'))).toBe(true);
  });

  it('writes nothing where a link has taken the place of the root', async () => {
    const files = await open(one);
    await finish(files, one, 0);
    renameSync(at(''), beside('moved'));
    symlinkSync('outside', at(''));
    const error = await failing((answer) => files.finish(1, place(one, 1), false, answer));
    expect(error.code).toBe('PATH_ESCAPES');
    expect(readdirSync(beside('outside'))).toEqual([]);
    rmSync(at(''));
    renameSync(beside('moved'), at(''));
    await finish(files, one, 1);
  });

  it('does not write through a link in the place of a file', async () => {
    const files = await open(one);
    writeFileSync(beside('outside/target'), 'mine');
    mkdirSync(at('t'));
    symlinkSync('../../outside/target', at('t/a'));
    const error = await failing((answer) => files.finish(0, place(one, 0), false, answer));
    expect(error.code).toBe('PATH_ESCAPES');
    expect(readFileSync(beside('outside/target'), 'utf8')).toBe('mine');
  });

  it('tells NOT_FOUND when the root is gone, for writing, hashing and opening', async () => {
    const files = await open(one);
    rmSync(at(''), { recursive: true });
    expect((await failing((answer) => files.finish(0, place(one, 0), false, answer))).code).toBe('NOT_FOUND');
    expect((await failing((answer) => files.hash(0, 1, answer))).code).toBe('NOT_FOUND');
    expect((await failing((answer) => disk.open(request(one.layout), answer))).code).toBe('NOT_FOUND');
    expect(existsSync(at(''))).toBe(false);
  });

  it.each<[string, LayoutFile]>([
    ['PATH_ESCAPES', file('../a', 1)],
    ['PATH_ESCAPES', { path: ['t/../../a'], length: 1, kind: 'file' }],
    ['BAD_LAYOUT', file('.jstorrent-parts/a', 1)],
  ])('answers %s for a bad layout', async (code, entry) => {
    const error = await failing((answer) => disk.open(request(torrent([entry]).layout), answer));
    expect(error.code).toBe(code);
    expect(readdirSync(at(''))).toEqual([]);
  });
});

describe('links of a torrent', () => {
  it('are made inside the torrent only and never followed', async () => {
    const link = (path: string, target: string): LayoutFile => ({
      path: path.split('/'),
      length: 0,
      kind: 'symlink',
      target: target.split('/'),
    });
    const linked = torrent([
      file('t/sub/real', PIECE),
      link('t/link', 't/sub/real'),
      link('t/out', 'elsewhere/real'),
      link('t/up', '../etc/passwd'),
    ]);
    const files = await open(linked);
    await finishAll(files, linked);
    expect(readlinkSync(at('t/link'))).toBe('sub/real');
    expect(readdirSync(at('t')).toSorted()).toEqual(['link', 'sub']);
    const stats = await sync(files);
    expect(stats.map(({ size }) => size)).toEqual([PIECE, -1, -1, -1]);
    await ask(moveTo(files, 'other'));
    expect(readlinkSync(beside('other/t/link'))).toBe('sub/real');
    await ask<void>((answer) => files.remove(answer));
    expect(namesIn(beside('other'))).toEqual([]);
  });
});

describe('files that change under us', () => {
  const two = torrent([file('t/a', 2 * PIECE)]);

  it('are told at the next sync, once', async () => {
    const files = await open(two);
    await finish(files, two, 0);
    rmSync(at('t/a'));
    const error = await failing((answer) => files.sync(answer));
    expect(error).toMatchObject({ code: 'FILE_CHANGED', detail: 't/a' });
    expect((await sync(files)).map(({ size }) => size)).toEqual([-1]);
    await finish(files, two, 1);
    expect((await sync(files)).map(({ size }) => size)).toEqual([2 * PIECE]);
    expect(readFileSync(at('t/a')).subarray(PIECE).equals(two.content.subarray(PIECE))).toBe(true);
  });

  it('are all told at once', async () => {
    const several = torrent([file('t/a', PIECE), file('t/b', PIECE), file('t/c', PIECE)]);
    const files = await open(several);
    await finishAll(files, several);
    await sync(files);
    rmSync(at('t/a'));
    writeFileSync(at('t/new'), 'x');
    renameSync(at('t/new'), at('t/c'));
    const error = await failing((answer) => files.sync(answer));
    expect(error.detail.split(', ').toSorted()).toEqual(['t/a', 't/c']);
    expect((await sync(files)).map(({ size }) => size)).toEqual([-1, PIECE, 1]);
  });

  it('are told when another file is in their place', async () => {
    const files = await open(two);
    await finish(files, two, 0);
    writeFileSync(at('t/new'), 'x');
    renameSync(at('t/new'), at('t/a'));
    expect((await failing((answer) => files.sync(answer))).code).toBe('FILE_CHANGED');
  });

  it('are hashed as they are now, not as they were when opened', async () => {
    const files = await open(two);
    await finishAll(files, two);
    expect((await hashOf(files, two)).equals(two.layout.hashes)).toBe(true);
    rmSync(at('t/a'));
    expect((await hashOf(files, two)).equals(new Uint8Array(40))).toBe(true);
    writeFileSync(at('t/a'), two.content);
    expect((await hashOf(files, two)).equals(two.layout.hashes)).toBe(true);
  });

  it('are too short to read once truncated', async () => {
    const files = await open(two);
    await finishAll(files, two);
    const target = new Uint8Array(100);
    await ask<void>((answer) => files.read(1, 0, [target], answer));
    expect(target).toEqual(two.content.slice(PIECE, PIECE + 100));
    truncateSync(at('t/a'), PIECE + 50);
    expect((await failing((answer) => files.read(1, 0, [target], answer))).code).toBe('NOT_FOUND');
    await ask<void>((answer) => files.read(1, 0, [target.subarray(0, 50)], answer));
  });

  it('are told by the next write when they are shorter than they were, or have no name', async () => {
    for (const take of [() => truncateSync(at('t/a'), 100), () => rmSync(at('t/a'))]) {
      const files = await open(two);
      await finish(files, two, 0);
      take();
      const error = await failing((answer) => files.finish(1, place(two, 1), false, answer));
      expect(error).toMatchObject({ code: 'FILE_CHANGED', detail: 't/a' });
      await ask<void>((answer) => files.remove(answer));
    }
  });

  it('are told at the end, so that nobody believes that they are as they were', async () => {
    const exchange = (): void => {
      renameSync(at('t/a'), at('t/old'));
      writeFileSync(at('t/a'), new Uint8Array(2 * PIECE));
    };
    for (const take of [() => truncateSync(at('t/a'), 100), () => rmSync(at('t/a')), exchange]) {
      const files = await open(two);
      await finishAll(files, two);
      await sync(files);
      await finish(files, two, 0);
      take();
      const error = await failing<unknown>((answer) => files.close(answer));
      expect(error).toMatchObject({ code: 'FILE_CHANGED', detail: 't/a' });
      rmSync(at('t'), { recursive: true });
    }
  });

  it('make a spilled piece bad instead of failing it for ever', async () => {
    const files = await open(two);
    await ask((answer) => files.write(0, place(two, 0), answer));
    truncateSync(at('t/a'), 100);
    const spilled = [{ offset: 0, length: PIECE, memory: -1 }];
    const result = await ask<FinishResult>((answer) => files.finish(0, spilled, false, answer));
    expect(result.good).toBe(false);
    expect(result.digests.length).toBe(40);
  });
});

/** Files below the test's folder that this process has open; none where the system does not tell. */
function openFiles(): readonly string[] {
  if (process.platform !== 'linux') return [];
  const paths = readdirSync('/proc/self/fd').map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      return '';
    }
  });
  return paths.filter((path) => path.startsWith(beside('')));
}

describe('jobs', () => {
  it('of one piece run in the order they were given, whatever else is queued', async () => {
    const many = torrent([file('t/a', 60 * PIECE + 5)]);
    const files = await open(many);
    const all = Array.from({ length: many.pieces }, async (_, piece) => {
      const [whole] = place(many, piece);
      const length = whole?.length ?? 0;
      const cuts = [0, 1, 2, 3, 4, 5].map((part) => Math.floor((part * length) / 5));
      const parts = cuts.slice(0, 5).map((offset, part) => ({
        offset,
        length: (cuts[part + 1] ?? 0) - offset,
        memory: (whole?.memory ?? 0) + offset,
      }));
      const writing = parts.map((part) => ask((answer) => files.write(piece, [part], answer)));
      const spilled = [{ offset: 0, length, memory: -1 }];
      const result = ask<FinishResult>((answer) => files.finish(piece, spilled, false, answer));
      await Promise.all(writing);
      return (await result).good;
    });
    expect(await Promise.all(all)).toEqual(Array.from({ length: many.pieces }, () => true));
    expect(readFileSync(at('t/a')).equals(many.content)).toBe(true);
  });

  it('reach more files than may be open at once, and leave none open', async () => {
    const entries = Array.from({ length: 700 }, (_, index) => file(`t/${index % 7}/${index}`, 1000));
    const crowd = torrent(entries);
    const files = await open(crowd);
    await finishAll(files, crowd);
    const target = new Uint8Array(PIECE);
    for (let piece = 0; piece < crowd.pieces - 1; piece++) {
      await ask<void>((answer) =>
        files.read(piece, 0, [target.subarray(0, 9000), target.subarray(9000)], answer),
      );
      expect(Buffer.compare(target, crowd.content.subarray(piece * PIECE, (piece + 1) * PIECE))).toBe(0);
    }
    expect((await hashOf(files, crowd)).equals(crowd.layout.hashes)).toBe(true);
    const stats = await sync(files);
    expect(stats.every(({ size }) => size === 1000)).toBe(true);
    expect(openFiles().length).toBeLessThanOrEqual(2 * OPEN_FILES_MAX);
    await ask((answer) => files.close(answer));
    expect(openFiles()).toEqual([]);
  });

  it('are counted with what was done to them', async () => {
    const before = disk.figures();
    const one = torrent([file('t/a', PIECE), file('t/b', PIECE)]);
    const files = await open(one);
    await finishAll(files, one);
    await sync(files);
    await hashOf(files, one);
    await ask<void>((answer) => files.read(0, 0, [new Uint8Array(PIECE)], answer));
    const after = disk.figures();
    const gained = (name: 'bytesWritten' | 'bytesRead' | 'openFiles'): number => after[name] - before[name];
    expect(gained('bytesWritten')).toBe(2 * PIECE);
    expect(gained('bytesRead')).toBe(3 * PIECE);
    expect(after.writes).toBeGreaterThan(before.writes);
    expect(after.writeUs).toBeGreaterThan(before.writeUs);
    // The files, and the folder that names them.
    expect(after.syncs - before.syncs).toBeGreaterThanOrEqual(2);
    expect(gained('openFiles')).toBeGreaterThanOrEqual(2);
    expect(after.jobsWaiting + after.jobsRunning).toBe(0);
    expect(after.memoryBytes).toBeGreaterThan(0);
    await ask((answer) => files.close(answer));
    expect(disk.figures().openFiles).toBe(before.openFiles);
  });

  it('give a piece of many small files and scattered targets back as it was', async () => {
    const mixed = torrent([
      file('t/a', 10),
      { path: ['.pad', '1'], length: 90, kind: 'pad' },
      file('t/b', 0),
      file('t/c', 1),
      file('t/d', 20_000),
    ]);
    mixed.content.fill(0, 10, 100);
    const hashes = createHash('sha1').update(mixed.content).digest();
    const padded = { ...mixed, layout: { ...mixed.layout, hashes: new Uint8Array(hashes) } };
    const files = await open(padded);
    await finishAll(files, padded);
    const targets = [1, 8, 3, 100, 6000].map((length) => new Uint8Array(length).fill(9));
    await ask<void>((answer) => files.read(0, 5, targets, answer));
    expect(Buffer.concat(targets).equals(padded.content.subarray(5, 6117))).toBe(true);
    expect((await hashOf(files, padded)).equals(hashes)).toBe(true);
  });
});
