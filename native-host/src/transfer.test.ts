import { createHash, randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import type { ControlEvent } from '@jstorrent/control';
import { buildMetainfo } from '@jstorrent/protocol';
import { newHome, type Home } from './testing/home.ts';
import { SOON, startSession, type Session } from './testing/session-with-file.ts';

const PIECE = 64 * 1024;
const homes: Home[] = [];

afterEach(async () => {
  for (const made of homes.splice(0)) await made.clear();
});

async function session(): Promise<Session & { readonly home: Home }> {
  const home = newHome();
  homes.push(home);
  return { home, ...(await startSession(home)) };
}

interface Sample {
  readonly bytes: Buffer;
  readonly name: string;
  readonly metainfo: string;
}

function sample(length: number): Sample {
  const bytes = randomBytes(length);
  const name = `sample-${bytes.toString('hex', 0, 4)}.bin`;
  const hashes = [];
  for (let at = 0; at < length; at += PIECE) {
    hashes.push(
      createHash('sha1')
        .update(bytes.subarray(at, at + PIECE))
        .digest(),
    );
  }
  const metainfo = buildMetainfo({
    name,
    pieceLength: PIECE,
    pieceHashes: new Uint8Array(Buffer.concat(hashes)),
    files: [{ path: [], length }],
  });
  return { bytes, name, metainfo: Buffer.from(metainfo).toString('base64') };
}

/** A session that seeds a sample from a folder below its root. */
async function seed({
  name,
  bytes,
  metainfo,
}: Sample): Promise<Session & { readonly home: Home; readonly id: string; readonly port: number }> {
  const seeder = await session();
  writeFileSync(join(seeder.home.downloads, name), bytes);
  const { id } = await seeder.front.client.call('torrent.add', { source: { metainfo } });
  await expect.poll(() => seeder.front.list.rows.get(id)?.state, SOON).toBe('seeding');
  const { port } = await seeder.front.client.call('service.status', {});
  return { ...seeder, id, port };
}

const notices = (events: readonly ControlEvent[]): string[] =>
  events.flatMap((event) => (event.event === 'notice' ? [event.kind] : []));

test('a torrent goes from one service to another, is moved, and a program hears of it', async () => {
  const shared = sample(3_000_000);
  const seeder = await seed(shared);
  const { home, root, front } = await session();
  mkdirSync(join(home.downloads, 'done'));
  const heard = join(home.downloads, 'heard.txt');
  const script =
    "require('fs').writeFileSync(process.argv[1], JSON.stringify([process.env.TR_TORRENT_NAME, process.env.TR_TORRENT_DIR, process.execArgv, process.env.NODE_OPTIONS ?? '']))";
  await front.client.call('settings.set', {
    'done.moveTo': { root, folder: ['done'] },
    'done.run': [process.execPath, '-e', script, heard],
  });
  const { id } = await front.client.call('torrent.add', {
    source: { metainfo: shared.metainfo },
    place: { root, folder: ['incoming'] },
  });
  await front.client.call('torrent.addPeers', { id, peers: [{ host: '127.0.0.1', port: seeder.port }] });
  await front.client.call('detail.subscribe', {
    id,
    panes: ['general', 'files', 'peers', 'trackers', 'pieces', 'rates', 'log'],
  });
  await expect.poll(() => notices(front.events), SOON).toContain('completed');
  await expect.poll(() => existsSync(heard), SOON).toBe(true);
  await expect
    .poll(() => JSON.parse(readFileSync(heard, 'utf8')) as unknown, SOON)
    .toEqual([shared.name, join(home.downloads, 'done'), ['-e', script], process.env['NODE_OPTIONS'] ?? '']);
  expect(readFileSync(join(home.downloads, 'done', shared.name)).equals(shared.bytes)).toBe(true);
  // Files are the user's, as those of any program; only the session is private.
  for (const path of [join(home.downloads, 'done', shared.name), heard]) {
    expect(statSync(path).mode & 0o777, path).toBe(0o666 & ~process.umask());
  }
  expect(existsSync(join(home.downloads, 'incoming', shared.name))).toBe(false);
  await expect.poll(() => front.list.rows.get(id)?.place.folder, SOON).toEqual(['done']);
  const panes = new Set(front.events.flatMap((event) => (event.event === 'detail' ? [event.pane] : [])));
  expect([...panes].toSorted()).toEqual(['files', 'general', 'log', 'peers', 'pieces', 'rates', 'trackers']);
  const stats = await front.client.call('stats.get', {});
  expect(stats.session.downloaded).toBe(shared.bytes.length);
  expect(stats.disk).toMatchObject({ bufferUsed: 0, openTorrents: 1 });
  // The notes of the move are written too.
  expect(stats.disk?.bytesWritten).toBeGreaterThanOrEqual(shared.bytes.length);
  expect(stats.disk?.bytesWritten).toBeLessThan(shared.bytes.length + 10_000);
  const { daemonMemoryBytes } = await front.client.call('service.status', {});
  expect(daemonMemoryBytes).toBeGreaterThan(10_000_000);
  const shown = (): ControlEvent | undefined =>
    front.events.findLast((event) => event.event === 'detail' && event.pane === 'general');
  await expect.poll(shown, SOON).toMatchObject({
    data: { freeBytes: expect.any(Number), metadataHave: 1, metadataParts: 1 },
  });
  await expect
    .poll(() => front.list.totals, SOON)
    .toMatchObject({ torrents: 1, seeding: 1, finished: 1, downloading: 0 });
});

test('a download that is killed goes on where it was, and nothing is fetched twice', async () => {
  const shared = sample(12_000_000);
  const seeder = await seed(shared);
  const first = await session();
  const { id } = await first.front.client.call('torrent.add', {
    source: { metainfo: shared.metainfo },
    downLimit: 1_000_000,
    labels: ['kept'],
  });
  const peers = [{ host: '127.0.0.1', port: seeder.port }];
  await first.front.client.call('torrent.addPeers', { id, peers });
  await expect.poll(() => first.front.list.rows.get(id)?.downloaded ?? 0, SOON).toBeGreaterThan(6_000_000);
  const pid = first.home.servicePid()!;
  process.kill(pid, 'SIGKILL');
  await first.home.untilGone(pid);

  const second = await startSession(first.home);
  const row = (): ReturnType<typeof second.front.list.rows.get> => second.front.list.rows.get(id);
  await expect.poll(() => row()?.labels, SOON).toEqual(['kept']);
  await second.front.client.call('torrent.setOptions', { ids: [id], downLimit: 0 });
  await second.front.client.call('torrent.addPeers', { id, peers });
  await expect.poll(() => row()?.bytesLeft, SOON).toBe(0);
  await expect.poll(() => row()?.state, SOON).toBe('seeding');
  expect(readFileSync(join(first.home.downloads, shared.name)).equals(shared.bytes)).toBe(true);
  // Of the first run at most what came after the last save is fetched again.
  const { downloaded } = (await second.front.client.call('stats.get', {})).session;
  expect(downloaded).toBeLessThan(shared.bytes.length - 500_000);
});

test('a download goes on with the peers it knew, without a tracker', async () => {
  const shared = sample(2_000_000);
  const seeder = await seed(shared);
  const first = await session();
  const { client } = first.front;
  const source = { metainfo: shared.metainfo };
  const { id } = await client.call('torrent.add', { source, downLimit: 200_000 });
  await client.call('torrent.addPeers', { id, peers: [{ host: '127.0.0.1', port: seeder.port }] });
  await expect.poll(() => first.front.list.rows.get(id)?.downloaded ?? 0, SOON).toBeGreaterThan(100_000);
  const pid = first.home.servicePid()!;
  await client.call('service.stop', {});
  await first.home.untilGone(pid);
  const second = await startSession(first.home);
  await second.front.client.call('detail.subscribe', { id, panes: ['peers'] });
  const sources = (): string[] =>
    second.front.events.flatMap((event) =>
      event.event === 'detail' && event.pane === 'peers'
        ? event.data.peers.map(({ foundBy }) => foundBy)
        : [],
    );
  await expect.poll(() => sources()[0], SOON).toBe('saved');
  await second.front.client.call('torrent.setOptions', { ids: [id], downLimit: 0 });
  await expect.poll(() => second.front.list.rows.get(id)?.state, SOON).toBe('seeding');
});

test('a .torrent that appears in a watched folder is added and put aside; one that is none is told once', async () => {
  const { home, root, front } = await session();
  mkdirSync(join(home.downloads, 'watched'));
  await front.client.call('settings.set', {
    'watch.folders': [
      {
        place: { root, folder: ['watched'] },
        saveTo: { root, folder: ['saved'] },
        start: false,
        labels: ['w'],
      },
    ],
  });
  const { name, metainfo } = sample(100_000);
  const file = join(home.downloads, 'watched', 'one.torrent');
  writeFileSync(file, Buffer.from(metainfo, 'base64'));
  writeFileSync(join(home.downloads, 'watched', 'bad.torrent'), 'no torrent');
  await expect.poll(() => [...front.list.rows.values()].map((row) => row.name), SOON).toEqual([name]);
  await expect.poll(() => existsSync(`${file}.added`), SOON).toBe(true);
  expect([...front.list.rows.values()][0]).toMatchObject({ labels: ['w'], state: 'stopped' });
  await expect.poll(() => notices(front.events), SOON).toContain('watchFailed');
  // A front end that was away hears what it missed, and nothing twice.
  const told = front.events.flatMap((event) => (event.event === 'notice' ? [event.number] : []));
  const { last, notices: kept } = await front.client.call('notices.get', { after: 0 });
  expect(kept.map(({ number }) => number)).toEqual(told);
  expect(kept.map(({ kind }) => kind)).toEqual(notices(front.events));
  expect(await front.client.call('notices.get', { after: last })).toEqual({ last, notices: [] });
});

test('a magnet is looked at without touching the disk, and then added as it was chosen', async () => {
  const shared = sample(300_000);
  const seeder = await seed(shared);
  const { home, root, front } = await session();
  const link = `magnet:?xt=urn:btih:${seeder.id}&x.pe=127.0.0.1:${seeder.port}`;
  const preview = await front.client.call('preview.open', {
    source: { magnet: link },
    place: { root, folder: [] },
  });
  expect(preview).toMatchObject({ state: 'fetching', infoHash: seeder.id, duplicate: false });
  await front.client.call('torrent.addPeers', { id: seeder.id, peers: [] }).then(
    () => expect.unreachable(),
    (error: unknown) => expect(error).toMatchObject({ code: 'UNKNOWN_TORRENT' }),
  );
  expect(front.list.rows.size).toBe(0);
  await front.client.call('preview.close', { preview: preview.preview });
  const again = await front.client.call('preview.open', { source: { metainfo: shared.metainfo } });
  expect(again).toMatchObject({ state: 'ready', fileCount: 1, totalLength: 300_000, name: shared.name });
  const { runs } = await front.client.call('preview.files', { preview: again.preview, from: 0 });
  expect(runs).toEqual([{ first: 0, folder: [], names: [shared.name], lengths: [300_000] }]);
  await front.client.call('torrent.add', { source: { preview: again.preview }, place: { root, folder: [] } });
  await expect.poll(() => front.list.rows.size, SOON).toBe(1);
  expect(existsSync(join(home.downloads, 'state'))).toBe(false);
});

test('paths of front ends stay inside the folders that the user allowed', async () => {
  const { home, root, front } = await session();
  const call = front.client.call.bind(front.client);
  const place = (folder: readonly string[]): { root: string; folder: readonly string[] } => ({
    root,
    folder,
  });
  await expect(call('folders.list', { place: place(['..']), from: 0, count: 10 })).rejects.toMatchObject({
    code: 'BAD_PARAMS',
  });
  await expect(
    call('folders.list', { place: { root: 'other', folder: [] }, from: 0, count: 10 }),
  ).rejects.toMatchObject({ code: 'UNKNOWN_ROOT' });
  writeFileSync(join(home.stateFolder, 'secret.torrent'), 'x');
  symlinkSync(home.stateFolder, join(home.downloads, 'way-out'));
  await expect(call('folders.list', { place: place(['way-out']), from: 0, count: 10 })).rejects.toMatchObject(
    {
      code: 'PATH_ESCAPES',
    },
  );
  await expect(
    call('torrent.add', { source: { path: join(home.downloads, 'way-out', 'secret.torrent') } }),
  ).rejects.toMatchObject({ code: 'PATH_ESCAPES' });
  await expect(
    call('torrent.add', { source: { path: join(home.stateFolder, 'secret.torrent') } }),
  ).rejects.toMatchObject({ code: 'PATH_ESCAPES' });
  await expect(call('folders.addRoot', { path: home.stateFolder })).rejects.toMatchObject({
    code: 'BAD_PARAMS',
  });
  await expect(call('folders.addRoot', { path: 'relative' })).rejects.toMatchObject({ code: 'BAD_PARAMS' });
  await expect(call('folders.addRoot', { path: join(home.downloads, 'absent') })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  expect((await call('folders.create', { place: place([]), name: 'new' })).place).toEqual(place(['new']));
  expect(
    (await call('folders.list', { place: place([]), from: 0, count: 10 })).entries.map(({ name }) => name),
  ).toContain('new');
  const { roots } = await call('folders.roots', {});
  expect(roots).toMatchObject([{ key: root, path: home.downloads, available: true, torrents: 0 }]);
});

test('torrents of another client are taken over with what it had checked, once', async () => {
  const { home, front } = await session();
  const fixtures = fileURLToPath(new URL('./import/fixtures/qbittorrent/BT_backup', import.meta.url));
  const backup = join(home.folder, '.local/share/qBittorrent/BT_backup');
  mkdirSync(backup, { recursive: true });
  const folder = '/tmp/jstorrent-fixtures/data';
  for (const name of readdirSync(fixtures)) {
    const text = readFileSync(join(fixtures, name)).toString('latin1');
    const path = home.downloads;
    const moved = text.replaceAll(`${folder.length}:${folder}`, `${path.length}:${path}`);
    writeFileSync(join(backup, name), Buffer.from(moved, 'latin1'));
  }
  const where = join(home.folder, '.local/share/qBittorrent');
  const { found } = await front.client.call('import.scan', {});
  expect(found).toEqual([{ client: 'qbittorrent', where, torrents: 4, duplicates: 0, problem: null }]);
  await expect(
    front.client.call('import.run', { client: 'qbittorrent', where: '/etc' }),
  ).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  const run = { client: 'qbittorrent', where, start: false } as const;
  expect(await front.client.call('import.run', run)).toEqual({ added: 4, duplicates: 0, problems: [] });
  await expect.poll(() => front.list.rows.size, SOON).toBe(4);
  const row = front.list.rows.get('1e4e695d88fc56ca6dc1a9b5e8999da79f1f2de1');
  expect(row).toMatchObject({ state: 'stopped', trackerHosts: ['127.0.0.1'] });
  expect(row!.bytesLeft).toBeLessThan(row!.totalLength);
  expect(await front.client.call('import.run', run)).toMatchObject({ added: 0, duplicates: 4 });
});
