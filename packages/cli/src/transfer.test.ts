import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makePlace, type Place, type Running } from './testing/program.ts';

const MIB = 1024 * 1024;

let place: Place;
beforeEach(() => {
  place = makePlace();
});
afterEach(() => place.clear());

/** Make a torrent of `files`; returns its info-hash. The data is in `original/data`. */
async function makeTorrent(files: Readonly<Record<string, number | string>>): Promise<string> {
  place.files('original/data', files);
  const made = await place.run('create', 'original/data', '--piece-length', '64k', '--json');
  return String((JSON.parse(made.stdout) as { readonly infoHash: string }).infoHash);
}

/** Seed the torrent; returns the process and its address. */
async function seed(...words: readonly string[]): Promise<{ seeder: Running; address: string }> {
  const seeder = place.start('seed', 'data.torrent', '-d', 'original', '--json', ...words);
  const { port } = await seeder.event('seeding');
  return { seeder, address: `127.0.0.1:${String(port)}` };
}

function isSame(file: string, folder = 'copy'): boolean {
  const copy = readFileSync(place.path(folder, 'data', file));
  return copy.equals(readFileSync(place.path('original', 'data', file)));
}

describe('a download of some files', () => {
  test('is found good with the bytes that its files share with others', async () => {
    await makeTorrent({ 'a.bin': 100_000, 'b.bin': 100_000, 'c.bin': 100_000 });
    const { address } = await seed();
    const words = ['download', 'data.torrent', '-d', 'copy', '--peer', address, '--files', '2'];
    expect((await place.run(...words)).code).toBe(0);
    expect(existsSync(place.path('copy', 'data', 'c.bin'))).toBe(false);
    const { code, stdout } = await place.run('verify', 'data.torrent', '-d', 'copy', '--json');
    expect(code).toBe(4);
    expect((JSON.parse(stdout) as { readonly files: readonly object[] }).files).toMatchObject([
      { path: 'data/a.bin', size: -1, complete: false },
      { path: 'data/b.bin', size: 100_000, pieces: 3, goodPieces: 3, complete: true },
      { path: 'data/c.bin', size: -1, complete: false },
    ]);
  });
});

describe('a download', () => {
  test('fetches a torrent from a named peer, verifies it and says so', async () => {
    await makeTorrent({ 'a.bin': 2 * MIB + 7, 'sub/b.txt': 'hello', 'sub/empty': 0 });
    const { seeder, address } = await seed();
    const leech = place.start('download', 'data.torrent', '-d', 'copy', '--peer', address, '--json');
    const ended = await leech.ended;

    expect(ended).toMatchObject({ code: 0, stderr: '' });
    const names = leech.events.map((event) => event['event']);
    expect(names.slice(0, 2)).toEqual(['listening', 'metadata']);
    expect(names.at(-1)).toBe('complete');
    expect(leech.events.at(-2)).toMatchObject({ event: 'progress', bytesLeft: 0, downloaded: 2 * MIB + 12 });
    expect([isSame('a.bin'), isSame('sub/b.txt'), isSame('sub/empty')]).toEqual([true, true, true]);
    expect((await place.run('verify', 'data.torrent', '-d', 'copy')).code).toBe(0);

    seeder.signal('SIGINT');
    expect((await seeder.ended).code).toBe(130);
    const again = place.start('download', 'data.torrent', '-d', 'copy', '--json');
    expect(await again.ended).toMatchObject({ code: 0 });
    expect(again.events.at(-2)).toMatchObject({ event: 'progress', downloadedThisRun: 0, havePieces: 33 });
  });

  test('needs no more than a magnet link and a peer, and remembers the metadata', async () => {
    const infoHash = await makeTorrent({ 'a.bin': 300_000 });
    const magnet = `magnet:?xt=urn:btih:${infoHash}`;
    const { seeder, address } = await seed();
    const leech = place.start('download', magnet, '-d', 'copy', '--peer', address, '--json');
    expect(await leech.ended).toMatchObject({ code: 0 });
    expect(isSame('a.bin')).toBe(true);
    seeder.signal('SIGTERM');
    await seeder.ended;

    const again = place.start('download', magnet, '-d', 'copy', '--json');
    expect(await again.ended).toMatchObject({ code: 0 });
    expect(again.events).toContainEqual(
      expect.objectContaining({ event: 'metadata', infoHash, name: 'data' }),
    );
  });

  test('takes the web address of a .torrent', async () => {
    await makeTorrent({ 'a.bin': 100_000 });
    const { address } = await seed();
    const server = createServer((request, response) => {
      if (request.url === '/data.torrent') response.end(readFileSync(place.path('data.torrent')));
      else response.writeHead(404).end('no');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      const found = await place.run('download', `${origin}/data.torrent`, '-d', 'copy', '--peer', address);
      expect(found).toMatchObject({ code: 0, stdout: expect.stringContaining('complete and verified') });
      expect(isSame('a.bin')).toBe(true);
      const absent = await place.run('download', `${origin}/nothing`, '-d', 'copy');
      expect(absent).toMatchObject({ code: 3, stderr: expect.stringContaining('error: HTTP_STATUS: ') });
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  test('goes on after Ctrl-C without fetching again what was verified', async () => {
    const length = 8 * MIB;
    await makeTorrent({ 'a.bin': length });
    const { address } = await seed('--max-up', '2MiB');
    const first = place.start('download', 'data.torrent', '-d', 'copy', '--peer', address, '--json');
    await first.event('progress', (event) => Number(event['havePieces']) > 4);
    first.signal('SIGINT');
    expect(await first.ended).toMatchObject({ code: 130 });
    const before = first.events.at(-1) as { readonly havePieces: number; readonly downloaded: number };
    expect(before.havePieces).toBeGreaterThan(4);
    expect(before.havePieces).toBeLessThan(length / 65_536);

    const second = place.start('download', 'data.torrent', '-d', 'copy', '--peer', address, '--json');
    expect(await second.ended).toMatchObject({ code: 0 });
    const after = second.events.at(-2) as { readonly downloaded: number; readonly downloadedThisRun: number };
    expect(after.downloadedThisRun).toBeLessThanOrEqual(length - before.havePieces * 65_536);
    expect(after.downloaded).toBe(before.downloaded + after.downloadedThisRun);
    expect(isSame('a.bin')).toBe(true);
  });

  test('leaves files that were not chosen off the disk', async () => {
    const infoHash = await makeTorrent({ 'a.bin': 100_000, 'b.bin': 100_000, 'c.bin': 100_000 });
    const { address } = await seed();
    const words = [
      '--files',
      '1,3',
      '--peer',
      address,
      '--sequential',
      '--max-down',
      '5MiB',
      '--max-up',
      '1MiB',
    ];
    expect(await place.run('download', 'data.torrent', '-d', 'copy', ...words)).toMatchObject({ code: 0 });
    const magnet = `magnet:?xt=urn:btih:${infoHash}`;
    expect(await place.run('download', magnet, '-d', 'other', ...words)).toMatchObject({ code: 0 });
    for (const folder of ['copy', 'other']) {
      expect([isSame('a.bin', folder), isSame('c.bin', folder)]).toEqual([true, true]);
      expect(existsSync(place.path(folder, 'data', 'b.bin'))).toBe(false);
    }
    const wrong = await place.run('download', 'data.torrent', '--files', '2-4');
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('file 4') });
  });

  test('becomes a seed for others when asked', async () => {
    await makeTorrent({ 'a.bin': 200_000 });
    const { seeder, address } = await seed();
    const middle = place.start(
      'download',
      'data.torrent',
      '-d',
      'copy',
      '--peer',
      address,
      '--seed',
      '--json',
    );
    const { port } = await middle.event('seeding');
    seeder.signal('SIGINT');
    await seeder.ended;
    const words = ['--peer', `127.0.0.1:${String(port)}`];
    expect(await place.run('download', 'data.torrent', '-d', 'last', ...words)).toMatchObject({ code: 0 });
    expect(isSame('a.bin', 'last')).toBe(true);
    middle.signal('SIGINT');
    expect(await middle.ended).toMatchObject({ code: 130 });
  });

  test('gives up when nobody is there within --timeout', async () => {
    await makeTorrent({ 'a.bin': 1000 });
    const ended = place.start('download', 'data.torrent', '-d', 'copy', '--timeout', '1', '--json');
    expect(await ended.ended).toMatchObject({
      code: 5,
      stderr: expect.stringContaining('error: NO_PEERS: '),
    });
    expect(ended.events.at(-1)).toMatchObject({ event: 'error', code: 'NO_PEERS' });
  });

  test('says when something stands where a file belongs', async () => {
    await makeTorrent({ 'a.bin': 100_000 });
    const { address } = await seed();
    mkdirSync(place.path('copy', 'data', 'a.bin'), { recursive: true });
    const ended = await place.run('download', 'data.torrent', '-d', 'copy', '--peer', address);
    expect(ended).toMatchObject({ code: 4, stderr: expect.stringMatching(/error: EXISTS: .*a\.bin/) });
  });
});

describe('a seed', () => {
  test('refuses data that is not complete, and writes nothing', async () => {
    await makeTorrent({ 'a.bin': 200_000 });
    mkdirSync(place.path('empty'));
    const ended = await place.run('seed', 'data.torrent', '-d', 'empty', '--json');
    expect(ended).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('error: INCOMPLETE: 4 pieces of 4'),
    });
    expect(existsSync(place.path('empty', 'data'))).toBe(false);
  });

  test('says when its port is taken', async () => {
    await makeTorrent({ 'a.bin': 1000 });
    const { address } = await seed();
    const port = address.split(':')[1]!;
    const ended = await place.run('seed', 'data.torrent', '-d', 'original', '--port', port);
    expect(ended).toMatchObject({ code: 2, stderr: expect.stringContaining(`port ${port} cannot be used`) });
  });
});
