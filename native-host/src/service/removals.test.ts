import { createHash, randomBytes } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, expect, test } from 'vitest';
import { buildMetainfo } from '@jstorrent/protocol';
import { openSocket } from '../testing/front-end.ts';
import { newHome, type Home } from '../testing/home.ts';

const SOON = { timeout: 40_000 };
const LENGTH = 40_000;
const homes: Home[] = [];

afterEach(async () => {
  for (const made of homes.splice(0)) await made.clear();
});

/** A session with a torrent whose file is there. */
async function sessionWithFile() {
  const home = newHome();
  homes.push(home);
  home.startService();
  await home.untilServing();
  const front = await openSocket(home);
  const { key } = await front.client.call('folders.addRoot', { path: home.downloads });
  await front.client.call('settings.set', { 'net.port': 0, 'downloads.place': { root: key, folder: [] } });
  await front.client.call('list.subscribe', {});
  const bytes = randomBytes(LENGTH);
  const hash = createHash('sha1').update(bytes).digest();
  const info = { name: 'sample.bin', pieceLength: 64 * 1024, pieceHashes: new Uint8Array(hash) };
  const metainfo = Buffer.from(buildMetainfo({ ...info, files: [{ path: [], length: LENGTH }] }));
  const file = join(home.downloads, 'sample.bin');
  writeFileSync(file, bytes);
  const source = { metainfo: metainfo.toString('base64') };
  const { id } = await front.client.call('torrent.add', { source });
  await expect.poll(() => front.list.rows.get(id)?.state, SOON).toBe('seeding');
  return { home, front, id, file, source };
}

test('files that were to go when service and daemon died are deleted by their successors', async () => {
  const { home, front, id, file } = await sessionWithFile();
  const { pid, daemonPid } = await front.client.call('service.status', {});
  process.kill(daemonPid ?? 0, 'SIGKILL');
  await expect
    .poll(
      () => front.events.some((event) => event.event === 'service' && event.state === 'daemonRestarting'),
      SOON,
    )
    .toBe(true);
  await front.client.call('torrent.remove', { ids: [id], deleteFiles: true });
  process.kill(pid, 'SIGKILL');
  await home.untilGone(pid);
  expect(existsSync(file)).toBe(true);
  home.startService();
  await expect.poll(() => existsSync(file), SOON).toBe(false);
});

test('a torrent that was removed with its files can be added again at once, and nothing new is deleted', async () => {
  const { home, front, id, file, source } = await sessionWithFile();
  const removed = front.client.call('torrent.remove', { ids: [id], deleteFiles: true });
  const added = front.client.call('torrent.add', { source });
  await removed;
  expect(await added).toMatchObject({ id });
  expect(existsSync(file)).toBe(false);
  await front.client.call('torrent.remove', { ids: [id] });
  writeFileSync(file, 'of the user');
  const pid = home.servicePid() ?? 0;
  await front.client.call('service.stop', {});
  await home.untilGone(pid);
  home.startService();
  await home.untilServing();
  const again = await openSocket(home);
  await expect
    .poll(async () => (await again.client.call('service.status', {})).daemonPid, SOON)
    .not.toBe(null);
  await again.client.call('folders.list', {
    place: { root: (await again.client.call('folders.roots', {})).roots[0]?.key ?? '', folder: [] },
    from: 0,
    count: 10,
  });
  expect(existsSync(file)).toBe(true);
});
