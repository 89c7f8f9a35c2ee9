import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { FileStat, Layout } from '@jstorrent/engine/ports';
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
  renameOne,
  request,
  sync,
  torrent,
} from './disk-rig.ts';

describe('part files', () => {
  const shared = torrent([file('t/a', 40_000), file('t/b', 40_000), file('t/c', 40_000)]);

  it('are found again after renames and a new opening', async () => {
    const first = await open(shared, { wanted: Uint8Array.of(0b1010_0000) });
    await finishAll(first, shared);
    await ask(renameOne(first, 0, ['t', 'renamed']));
    await ask((answer) => first.close(answer));
    const files = shared.layout.files.map((entry, index) =>
      index === 0 ? file('t/renamed', 40_000) : entry,
    );
    const renamed = { ...shared, layout: { ...shared.layout, files } };
    const second = await open(renamed, { wanted: Uint8Array.of(0b1010_0000) });
    expect((await hashOf(second, shared)).equals(shared.layout.hashes)).toBe(true);
    const stats = await ask<readonly FileStat[]>((answer) => second.setWanted(Uint8Array.of(255), answer));
    expect(stats.map(({ size }) => size)).toEqual([40_000, 40_000, 40_000]);
    expect(readFileSync(at('t/b')).equals(shared.content.subarray(40_000, 80_000))).toBe(true);
    expect(existsSync(at('.jstorrent-parts'))).toBe(false);
  });

  it('stay when the file cannot come into being, and nothing half done is left', async () => {
    const files = await open(shared, { wanted: Uint8Array.of(0b1010_0000) });
    await finishAll(files, shared);
    mkdirSync(at('t/b'));
    const error = await failing((answer) => files.setWanted(Uint8Array.of(255), answer));
    expect(error.code).toBe('EXISTS');
    expect(readdirSync(at('t/b'))).toEqual([]);
    rmSync(at('t/b'), { recursive: true });
    expect((await hashOf(files, shared)).equals(shared.layout.hashes)).toBe(true);
    await ask((answer) => files.setWanted(Uint8Array.of(255), answer));
    expect((await hashOf(files, shared)).equals(shared.layout.hashes)).toBe(true);
  });

  it('of other torrents are left alone', async () => {
    const other = torrent([file('u/a', 40_000), file('u/b', 40_000)], PIECE / 2);
    const first = await open(shared, { wanted: Uint8Array.of(0b1000_0000) });
    const second = await open(other, { wanted: Uint8Array.of(0b1000_0000) });
    await finishAll(first, shared);
    await finishAll(second, other);
    await ask<void>((answer) => first.remove(answer));
    expect((await hashOf(second, other)).equals(other.layout.hashes)).toBe(true);
    await ask<void>((answer) => second.remove(answer));
    expect(namesIn(at(''))).toEqual([]);
  });
});

describe('full allocation', () => {
  it('that cannot fit is DISK_FULL with what is missing, before anything is created', async () => {
    const huge: Layout = {
      pieceLength: 2 ** 30,
      files: [file('t/a', 2 ** 50)],
      hashes: new Uint8Array(),
      algorithm: 'sha1',
    };
    const error = await failing((answer) => disk.open(request(huge, { preallocate: 'full' }), answer));
    expect(error.code).toBe('DISK_FULL');
    expect(error.missing).toBeGreaterThan(2 ** 40);
    expect(namesIn(at(''))).toEqual([]);
  });

  it('keeps what a file holds already and really takes the room', async () => {
    const one = torrent([file('t/a', 1_000_000)]);
    mkdirSync(at('t'));
    writeFileSync(at('t/a'), one.content.subarray(0, 100));
    const files = await open(one, { preallocate: 'full' });
    const bytes = readFileSync(at('t/a'));
    expect(bytes.length).toBe(1_000_000);
    expect(bytes.subarray(0, 100).equals(one.content.subarray(0, 100))).toBe(true);
    expect(bytes.subarray(100).every((byte) => byte === 0)).toBe(true);
    if (process.platform === 'linux')
      expect(statSync(at('t/a')).blocks * 512).toBeGreaterThanOrEqual(1_000_000);
    await ask((answer) => files.close(answer));
  });
});

describe('moving and renaming', () => {
  const two = torrent([file('t/a', PIECE), file('t/sub/b', PIECE)]);

  it('lets pieces that arrive meanwhile wait and puts them in the new place', async () => {
    const files = await open(two);
    await finish(files, two, 0);
    const moving = ask(moveTo(files, 'other'));
    const renaming = ask(renameOne(files, 1, ['t', 'new', 'name']));
    await finish(files, two, 1);
    await Promise.all([moving, renaming]);
    await sync(files);
    expect(readFileSync(beside('other/t/new/name')).equals(two.content.subarray(PIECE))).toBe(true);
    expect(namesIn(at(''))).toEqual([]);
  });

  it('refuses a path that another file of the torrent has or needs as a folder', async () => {
    const files = await open(two);
    const codes = await Promise.all(
      [['t', 'a'], ['t', 'a', 'below'], ['t'], ['.jstorrent-parts', 'x'], ['..', 'x'], []].map(
        async (path) => (await failing(renameOne(files, 1, path))).code,
      ),
    );
    expect(codes).toEqual(['EXISTS', 'EXISTS', 'EXISTS', 'BAD_LAYOUT', 'PATH_ESCAPES', 'BAD_LAYOUT']);
  });

  it('removes no folder that holds something else', async () => {
    const files = await open(two);
    await finishAll(files, two);
    writeFileSync(at('t/sub/mine'), 'mine');
    await ask(moveTo(files, 'other'));
    expect(readFileSync(at('t/sub/mine'), 'utf8')).toBe('mine');
    expect(readdirSync(at('t'))).toEqual(['sub']);
    await ask<void>((answer) => files.remove(answer));
    expect(readdirSync(beside('other'))).toEqual([]);
  });
});
