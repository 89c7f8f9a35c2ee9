import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { encodeBencode } from '@jstorrent/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makePlace, type Place } from './testing/program.ts';

let place: Place;
beforeEach(() => {
  place = makePlace();
});
afterEach(() => place.clear());

const MAGNET = `magnet:?xt=urn:btih:${'0123456789'.repeat(4)}&dn=A+name&tr=http%3A%2F%2Ftracker.example%2Fannounce`;

describe('create, info and verify', () => {
  test('make a torrent of a folder, describe it and find it good', async () => {
    place.files('holiday', { 'b.bin': 40_000, 'a/z.bin': 20_000, 'a/empty': 0 });
    symlinkSync('/etc', place.path('holiday', 'elsewhere'));
    const announce = ['--tracker', 'http://one.example/announce', '--tracker', 'udp://two.example:80'];
    const facts = ['--web-seed', 'https://seed.example/', '--private', '--comment', 'Hello'];
    const made = await place.run('create', 'holiday', '--piece-length', '16k', ...announce, ...facts);
    expect(made).toMatchObject({ code: 0, stderr: expect.stringContaining('elsewhere') });
    expect(made.stdout).toContain('holiday.torrent');

    const shown = await place.run('info', '--json', 'holiday.torrent');
    expect(shown).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(shown.stdout)).toEqual({
      infoHash: expect.stringMatching(/^[0-9a-f]{40}$/),
      infoHashV2: null,
      name: 'holiday',
      files: [
        { path: 'holiday/a/empty', length: 0 },
        { path: 'holiday/a/z.bin', length: 20_000 },
        { path: 'holiday/b.bin', length: 40_000 },
      ],
      totalLength: 60_000,
      pieceLength: 16_384,
      pieceCount: 4,
      private: true,
      trackers: [['http://one.example/announce'], ['udp://two.example:80']],
      webSeeds: ['https://seed.example/'],
      comment: 'Hello',
      createdBy: expect.stringMatching(/^JSTorrent \d/),
      creationDate: expect.any(Number),
    });

    const good = await place.run('verify', 'holiday.torrent', '--json');
    expect(good.code).toBe(0);
    expect(JSON.parse(good.stdout)).toMatchObject({
      pieceCount: 4,
      good: 4,
      bad: 0,
      missing: 0,
      complete: true,
    });
  });

  test('tell bad pieces from missing ones and leave everything as it is', async () => {
    place.files('data', { 'a.bin': 65_536, 'b.bin': 65_536 });
    await place.run('create', 'data', '--piece-length', '16k');
    const damaged = readFileSync(place.path('data', 'a.bin'));
    damaged[20_000]! ^= 1;
    writeFileSync(place.path('data', 'a.bin'), damaged);
    writeFileSync(place.path('data', 'b.bin'), readFileSync(place.path('data', 'b.bin')).subarray(0, 40_000));

    const found = await place.run('verify', 'data.torrent', '-d', '.', '--json');
    expect(found.code).toBe(4);
    expect(JSON.parse(found.stdout)).toMatchObject({
      good: 5,
      bad: 1,
      missing: 2,
      files: [
        { path: 'data/a.bin', size: 65_536, pieces: 4, goodPieces: 3, complete: false },
        { path: 'data/b.bin', size: 40_000, pieces: 4, goodPieces: 2, complete: false },
      ],
    });
    expect(readFileSync(place.path('data', 'a.bin')).equals(damaged)).toBe(true);
    expect(existsSync(place.path('state'))).toBe(false);
  });

  test('do not replace a file unless they are told to', async () => {
    const file = place.files('one', { 'film.bin': 1000 });
    writeFileSync(place.path('out.torrent'), 'mine');
    const refused = await place.run('create', `${file}/film.bin`, '-o', 'out.torrent', '--json');
    expect(refused.code).toBe(4);
    expect(JSON.parse(refused.stdout)).toMatchObject({ error: { code: 'EXISTS' } });
    expect(readFileSync(place.path('out.torrent'), 'utf8')).toBe('mine');
    const forced = await place.run('create', `${file}/film.bin`, '-o', 'out.torrent', '--force', '--json');
    expect(forced.code).toBe(0);
    expect(JSON.parse(forced.stdout)).toMatchObject({ files: [{ path: 'film.bin', length: 1000 }] });
  });
});

describe('info', () => {
  test('says of a magnet link what it says, and null for the rest', async () => {
    const shown = await place.run('info', MAGNET, '--json');
    expect(shown.code).toBe(0);
    expect(JSON.parse(shown.stdout)).toEqual({
      infoHash: '0123456789'.repeat(4),
      infoHashV2: null,
      name: 'A name',
      files: [],
      totalLength: null,
      pieceLength: null,
      pieceCount: null,
      private: null,
      trackers: [['http://tracker.example/announce']],
      webSeeds: [],
      comment: null,
      createdBy: null,
      creationDate: null,
    });
  });

  test('shows no padding and no control characters', async () => {
    const info = {
      files: [
        { length: 10_000, path: ['a\u001b[2J.bin'] },
        { attr: 'p', length: 6384, path: ['.pad', '6384'] },
        { length: 5, path: ['b.bin'] },
      ],
      name: 'evil\u001b]0;title\u0007',
      'piece length': 16_384,
      pieces: new Uint8Array(40),
    };
    writeFileSync(place.path('evil.torrent'), encodeBencode({ comment: 'one\r\ntwo\u001b[31m', info }));
    const value = JSON.parse((await place.run('info', '--json', 'evil.torrent')).stdout);
    expect(value).toMatchObject({ totalLength: 10_005, files: [{ length: 10_000 }, { length: 5 }] });
    const { stdout } = await place.run('info', 'evil.torrent');
    // oxlint-disable-next-line no-control-regex
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    expect(stdout).toContain('9.7 KiB in 2 files');
  });
});

describe('failures have a code, a sentence and an exit code', () => {
  test.each([
    ['USAGE', 2, ['download', 'x.torrent', '--port', '70000']],
    ['USAGE', 2, ['info', 'x.torrent', '--no-such-option']],
    ['USAGE', 2, ['no-such-command']],
    ['NOT_FOUND', 4, ['info', 'absent.torrent']],
    ['BENCODE_SYNTAX', 3, ['info', 'garbage.torrent']],
    ['BENCODE_SYNTAX', 3, ['verify', 'garbage.torrent']],
    ['MAGNET_BAD_HASH', 3, ['download', 'magnet:?xt=urn:btih:short']],
    ['NOT_A_FOLDER', 4, ['download', MAGNET, '-d', 'garbage.torrent']],
  ])('%s, exit code %i: %j', async (code, exitCode, words) => {
    writeFileSync(place.path('garbage.torrent'), 'this is not a torrent');
    const ended = await place.run(...words);
    expect(ended).toMatchObject({ code: exitCode, stdout: '' });
    expect(ended.stderr).toMatch(new RegExp(`^error: ${code}: .+\\n$`));
  });

  test('are told to programs too', async () => {
    const ended = await place.run('info', '--json', 'magnet:?dn=nothing');
    expect(ended).toMatchObject({ code: 3, stderr: expect.stringMatching(/^error: MAGNET_NO_HASH: .+\n$/) });
    const { error } = JSON.parse(ended.stdout) as { readonly error: object };
    expect(error).toEqual({ code: 'MAGNET_NO_HASH', message: expect.stringMatching(/./) });
  });
});
