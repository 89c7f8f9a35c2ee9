import { existsSync, readFileSync, readdirSync } from 'node:fs';
import type { TorrentRow } from '@jstorrent/control';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makePlace, type Place } from './testing/program.ts';

let place: Place;
beforeEach(() => {
  place = makePlace();
});
afterEach(() => place.clear());

/** The torrent of a `list` event. */
const lineOf = (event: Readonly<Record<string, unknown>>): TorrentRow | undefined =>
  (event['torrents'] as readonly TorrentRow[])[0];
const rows = async (): Promise<readonly TorrentRow[]> => (await place.value('list')) as readonly TorrentRow[];

test('what is added is fetched byte for byte, stays when the service is killed, and goes when it is removed', async () => {
  const original = place.files('holiday', { 'a.bin': 300_000, 'sub/b.bin': 70_000 });
  await place.run('create', 'holiday', '-o', 'holiday.torrent');
  const seed = place.start('seed', 'holiday.torrent', '-d', '.', '--json');
  const { port } = await seed
    .event('seeding')
    .then(() => seed.events.find(({ event }) => event === 'listening')!);

  const added = await place.value('add', 'holiday.torrent', '-d', 'here', '--label', 'summer');
  expect(added).toEqual({
    added: [{ id: expect.stringMatching(/^[0-9a-f]{40}$/), name: 'holiday' }],
    failed: [],
  });
  const live = place.start('list', '--watch', '--json');
  await live.event('list', (event) => lineOf(event)?.name === 'holiday');
  await place.run('peers', 'holi', '--add', `127.0.0.1:${String(port)}`);
  const done = await live.event('list', (event) => lineOf(event)?.state === 'seeding');
  expect(lineOf(done)).toMatchObject({ bytesLeft: 0, wantedLength: 370_000, labels: ['summer'] });
  for (const path of ['a.bin', 'sub/b.bin']) {
    const ours = readFileSync(place.path('here', 'holiday', path));
    expect(ours.equals(readFileSync(`${original}/${path}`))).toBe(true);
  }
  const log = place.start('log', '--follow', '--json');
  const noted =
    (code: string): (() => boolean) =>
    () =>
      log.events.some((entry) => entry['code'] === code);
  await expect.poll(noted('COMPLETED'), { timeout: 20_000 }).toBe(true);

  await place.killService();
  const [first, second] = await Promise.all([place.value('service', 'start'), rows()]);
  expect(second).toMatchObject([{ name: 'holiday', labels: ['summer'] }]);
  expect(await place.value('service')).toMatchObject({ pid: (first as { readonly pid: number }).pid });
  await expect.poll(async () => (await rows())[0]?.state, { timeout: 20_000 }).toBe('seeding');

  // Both go on with the next service.
  const sinceThen = ({ events }: typeof live): typeof live.events =>
    events.slice(events.findIndex(({ event }) => event === 'service') + 1);
  await Promise.all([live.event('service'), log.event('service')]);
  await expect
    .poll(() => sinceThen(live)[0], { timeout: 20_000 })
    .toMatchObject({ event: 'list', torrents: [{ name: 'holiday' }] });
  await expect.poll(() => sinceThen(log).map(({ code }) => code), { timeout: 20_000 }).toContain('STARTED');
  for (const view of [live, log]) {
    view.signal('SIGINT');
    expect((await view.ended).code).toBe(0);
  }

  const again = await place.run('add', 'holiday.torrent', '-d', 'here');
  expect(again).toMatchObject({ code: 6, stderr: expect.stringMatching(/^error: DUPLICATE: .*holiday/) });

  await place.value('remove', 'holiday');
  expect(await rows()).toEqual([]);
  expect(existsSync(place.path('here', 'holiday', 'a.bin'))).toBe(true);
  await place.value('add', 'holiday.torrent', '-d', 'here');
  await expect.poll(async () => (await rows())[0]?.state, { timeout: 20_000 }).toBe('seeding');
  await place.value('remove', 'holiday', '--delete-files');
  await expect.poll(() => readdirSync(place.path('here')), { timeout: 20_000 }).toEqual([]);
});

test('a torrent whose data is moved is there when the command ends', async () => {
  place.files('data', { 'a.bin': 100_000 });
  await place.run('create', 'data', '-o', 'data.torrent');
  await place.value('add', 'data.torrent', '-d', '.');
  await expect.poll(async () => (await rows())[0]?.bytesLeft, { timeout: 20_000 }).toBe(0);
  const moved = await place.run('move', 'data', 'far/away', '--json');
  expect(moved).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(moved.stdout)).toMatchObject({ done: [{ name: 'data' }], failed: [] });
  expect(existsSync(place.path('far', 'away', 'data', 'a.bin'))).toBe(true);
  expect(existsSync(place.path('data', 'a.bin'))).toBe(false);
  const shown = (await place.run('info', 'data')).stdout;
  expect(shown).toContain(place.path('far', 'away'));
});

test('files and folders of a torrent are renamed, and moves that fail say why', async () => {
  place.files('show', { 's01/a.bin': 100_000, 's01/extra/b.bin': 100, 'c.bin': 30_000 });
  await place.run('create', 'show', '-o', 'show.torrent');
  await place.value('add', 'show.torrent', '-d', '.');
  await expect.poll(async () => (await rows())[0]?.bytesLeft, { timeout: 20_000 }).toBe(0);
  expect(await place.run('rename', 'show', 'show/s01/', 'Season 1/')).toMatchObject({
    code: 0,
    stdout: 'show/s01 is now show/Season 1.\n',
  });
  const whole = await place.value('rename', 'show', 'show/c.bin', 'show/Season 1/extra/d.bin');
  expect(whole).toMatchObject({ to: 'show/Season 1/extra/d.bin', isFolder: false });
  const files = (await place.value('files', 'show')) as readonly { readonly path: readonly string[] }[];
  const paths = ['a.bin', 'extra/b.bin', 'extra/d.bin'].map((path) => `show/Season 1/${path}`);
  expect(files.map(({ path }) => path.join('/')).toSorted()).toEqual(paths);
  expect(paths.every((path) => existsSync(place.path(path)))).toBe(true);
  expect(readdirSync(place.path('show'))).toEqual(['Season 1']);

  const refused = await Promise.all([
    place.run('rename', 'show', 'show/s01', 'x'),
    place.run('rename', 'show', 'show/Season 1/extra', 'a.bin'),
    place.run('rename', 'show', 'show/Season 1/extra', 'nul'),
  ]);
  expect(refused.map(({ code, stderr }) => [code, stderr.split(':')[1]?.trim()])).toEqual([
    [2, 'USAGE'],
    [4, 'EXISTS'],
    [4, 'PATH_ESCAPES'],
  ]);

  place.files('far', { show: 'a file where the folder of the torrent would be' });
  expect(await place.run('move', 'show', 'far')).toMatchObject({
    code: 4,
    stderr: expect.stringMatching(
      /^error: EXISTS: show could not be moved, and its files are where they were: /,
    ),
  });
});

test('one program at a time writes a torrent to a folder', async () => {
  place.files('data', { 'a.bin': 3_000_000 });
  await place.run('create', 'data', '-o', 'data.torrent');
  const seed = place.start('seed', 'data.torrent', '-d', '.', '--json');
  const { port } = await seed
    .event('seeding')
    .then(() => seed.events.find(({ event }) => event === 'listening')!);
  const words = ['download', 'data.torrent', '-d', 'here', '--json'];
  const slow = place.start(...words, '--peer', `127.0.0.1:${String(port)}`, '--max-down', '100k');
  await slow.event('progress', ({ downloaded }) => Number(downloaded) > 0);

  const inUse = { code: 6, stderr: expect.stringMatching(/^error: IN_USE: another "jstorrent download"/) };
  expect(await place.run(...words)).toMatchObject(inUse);
  await place.value('service', 'start');
  expect(await place.run('add', 'data.torrent', '-d', 'here')).toMatchObject({
    code: 6,
    stderr: expect.stringMatching(/^error: BUSY: Another download/),
  });
  await place.value('add', 'data.torrent', '-d', 'there');
  expect(await place.run('download', 'data.torrent', '-d', 'there')).toMatchObject({
    code: 6,
    stderr: expect.stringMatching(/^error: IN_USE: the service has this torrent/),
  });
  await place.value('remove', 'data');
  slow.signal('SIGTERM');
  await slow.ended;

  // A session whose torrent somebody else writes to leaves it alone until that ends.
  await place.value('add', 'data.torrent', '-d', 'here');
  await place.killService();
  const other = place.start(...words, '--peer', `127.0.0.1:${String(port)}`, '--max-down', '100k');
  await other.event('progress');
  await place.value('service', 'start');
  expect((await rows())[0]?.state).toBe('stopped');
  expect(await place.run('start', 'data')).toMatchObject({
    stderr: expect.stringContaining('Another download'),
  });
  other.signal('SIGINT');
  await other.ended;
  await expect.poll(async () => (await rows())[0]?.state, { timeout: 20_000 }).toBe('downloading');
}, 120_000);
