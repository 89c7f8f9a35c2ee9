import { existsSync } from 'node:fs';
import type { TorrentRow } from '@jstorrent/control';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makePlace, type Place } from './testing/program.ts';

let place: Place;
beforeEach(() => {
  place = makePlace();
});
afterEach(() => place.clear());

const FIRST = '1111111111222222222233333333334444444444';
const SECOND = '1111199999222222222233333333334444444444';
const magnet = (hash: string, name: string): string =>
  `magnet:?xt=urn:btih:${hash}&dn=${encodeURIComponent(name)}`;
const rows = async (): Promise<readonly TorrentRow[]> => (await place.value('list')) as readonly TorrentRow[];

test('torrents are stopped, started, ordered and set by a part of their hash or name', async () => {
  await place.value(
    'add',
    magnet(FIRST, 'Red \u001b[2Jbook'),
    magnet(SECOND, 'Blue book'),
    '-d',
    '.',
    '--stopped',
  );
  const added = await rows();
  expect(added.map(({ id, state, queuePosition }) => [id, state, queuePosition])).toEqual([
    [FIRST, 'stopped', 0],
    [SECOND, 'stopped', 1],
  ]);
  const shown = await place.run('list');
  expect(shown.stdout).toMatch(/^#\s+Hash\s+Name/);
  // oxlint-disable-next-line no-control-regex
  expect(shown.stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);

  const [queued, ambiguous, unknown, changed] = await Promise.all([
    place.value('queue', 'top', '11111999'),
    place.run('stop', 'BOOK'),
    place.run('stop', 'green'),
    place.value('set', 'red', 'labels=a,b', 'up=200k', 'ratio=1.5', 'name=Read book'),
  ]);
  expect(queued).toEqual({ done: [{ id: SECOND, name: 'Blue book' }], failed: [] });
  expect(ambiguous).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^error: AMBIGUOUS: .*Blue book/),
  });
  expect(unknown).toMatchObject({ code: 2, stderr: expect.stringMatching(/^error: UNKNOWN_TORRENT: /) });
  expect(changed).toMatchObject({ done: [{ id: FIRST }] });

  await place.value('start', 'read');
  const after = await rows();
  expect(after.map(({ name }) => name)).toEqual(['Blue book', 'Read book']);
  expect(after[1]).toMatchObject({ state: 'metadata', labels: ['a', 'b'], stoppedBy: null, goalRatio: 1.5 });
  await place.value('stop', '--all');
  const stopped = (await place.value('show', 'read')) as TorrentRow & { readonly general: object };
  expect(stopped).toMatchObject({ state: 'stopped', stoppedBy: 'user' });
  expect(stopped.general).toMatchObject({ folderText: place.folder, options: { upLimit: 204_800 } });
});

test('what the system opens is added where no browser shows it', async () => {
  await place.value('set', 'global', 'downloads.place=loads');
  const link = magnet(FIRST, 'Book');
  expect(await place.value('open', link)).toEqual({ by: 'service', id: FIRST, name: 'Book' });
  expect(await place.run('--open', link)).toMatchObject({ code: 0, stdout: 'Added Book (11111111).\n' });
  expect((await rows()).map(({ name }) => name)).toEqual(['Book']);
  expect(await place.run('install', '--extension-id', 'mine')).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^error: USAGE: the id of an extension/),
  });
});

test('settings, limits, watched folders and trackers are shown and changed', async () => {
  const none = await place.run('add', magnet(FIRST, 'Book'));
  expect(none).toMatchObject({ code: 4, stderr: expect.stringMatching(/^error: UNKNOWN_ROOT: /) });
  await place.value('set', 'global', 'downloads.place=loads', 'queue.downloads=3', 'limits.up=1MiB');
  expect(existsSync(place.path('loads'))).toBe(true);
  const [settings, wrongKey, wrongValue, limits] = await Promise.all([
    place.value('set', 'global'),
    place.run('set', 'global', 'no.such=1'),
    place.run('set', 'global', 'queue.downloads=0', '--json'),
    place.value('limits', '--slow', 'on', '--slow-down', '2MiB'),
  ]);
  expect(settings).toMatchObject({ 'queue.downloads': 3, 'limits.up': 1_048_576 });
  expect(wrongKey).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/^error: USAGE: /) });
  expect(wrongValue.code).toBe(2);
  expect(JSON.parse(wrongValue.stdout)).toMatchObject({ error: { code: 'BAD_PARAMS' } });
  expect(limits).toMatchObject({ down: 0, up: 1_048_576, slowMode: { on: true, down: 2_097_152 } });

  const watched = [{ folder: place.path('inbox'), saveTo: null, start: true, labels: ['w'] }];
  expect(await place.value('watch', 'add', 'inbox', '--label', 'w')).toEqual(watched);
  expect(await place.value('watch')).toEqual(watched);
  expect(await place.value('watch', 'remove', 'inbox')).toEqual([]);

  await place.value('add', magnet(FIRST, 'Book'), '--stopped', '--tracker', 'http://one.example/announce');
  const trackers = await place.value(
    'trackers',
    'book',
    '--add',
    'udp://two.example:80',
    '--remove',
    'http://one.example/announce',
  );
  expect(
    (trackers as readonly { readonly url: string; readonly kind: string }[])
      .filter(({ kind }) => kind === 'tracker')
      .map(({ url }) => url),
  ).toEqual(['udp://two.example:80']);
  const added = ['--add', 'http://192.168.0.9/x/', '--add', 'https://w.example/'];
  expect(await place.value('web-seeds', 'book', ...added)).toMatchObject([
    { url: 'http://192.168.0.9/x/', byUser: true, status: 'idle' },
    { url: 'https://w.example/', byUser: true },
  ]);
  const left = await place.run('web-seeds', 'book', '--remove', 'http://192.168.0.9/x/');
  expect(left.stdout).toMatch(/^https:\/\/w\.example\/ +you .* not asked$/m);
  const badSeed = await place.run('web-seeds', 'book', '--add', 'http://me:secret@w.example/', '--json');
  expect(JSON.parse(badSeed.stdout)).toMatchObject({ error: { code: 'BAD_PARAMS' } });
  expect((await place.run('show', 'book')).stdout).toContain('https://w.example/');
  const log = await place.run('log', 'book', '--json');
  expect(log.stdout.split('\n')[0]).toMatch(/^\{"at":\d+,"level":"notable","code":"ADDED","text":"Book"\}$/);
  expect(await place.value('stats')).toMatchObject({ torrents: 1, session: { downloaded: 0 } });
});

test('nothing is started to look, and what is not installed is not there', async () => {
  expect(await place.value('service', 'status')).toEqual({ running: false });
  expect(await place.value('service', 'stop')).toEqual({ running: false });
  expect((await place.run('__complete', '--', 'show', '')).stdout).toBe('');
  expect((await place.run('info', 'nothing')).code).toBe(4);
  expect(existsSync(place.path('state', 'session.db'))).toBe(false);

  expect(await place.value('install', '--browser', 'chromium')).toMatchObject({
    browsers: [{ browser: 'chromium', outcome: 'written' }],
    handler: null,
  });
  const again = await place.run('install', '--browser', 'chrom');
  expect(again).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^error: USAGE: a browser is chrome, /),
  });
  const gone = (await place.value('uninstall')) as { readonly browsers: readonly object[] };
  expect(gone.browsers).toContainEqual(expect.objectContaining({ browser: 'chromium', outcome: 'removed' }));
});

test('a shell is offered commands, options and the names of torrents', async () => {
  await place.value('add', magnet(FIRST, 'Red book'), magnet(SECOND, 'Blue book'), '-d', '.', '--stopped');
  const [names, commands] = await Promise.all([
    place.run('__complete', '--', 'stop', 'b'),
    place.run('__complete', '--', 'st'),
  ]);
  expect(names.stdout).toBe(`Blue book\t${SECOND.slice(0, 8)}\n`);
  expect(commands.stdout.split('\n').map((line) => line.split('\t')[0])).toEqual([
    'start',
    'stop',
    'stats',
    '',
  ]);
});
