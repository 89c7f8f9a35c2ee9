import { existsSync } from 'node:fs';
import process from 'node:process';
import { afterEach, expect, test } from 'vitest';
import { openSocket, type FrontEnd } from '../testing/front-end.ts';
import { newHome, type Home } from '../testing/home.ts';
import { addSample, SOON, startSession } from '../testing/session-with-file.ts';

/** Longer than any test. */
const LONG_MS = 60_000;
const MAGNET = `magnet:?xt=urn:btih:${'ab'.repeat(20)}&dn=waiting`;
const homes: Home[] = [];

afterEach(async () => {
  for (const made of homes.splice(0)) await made.clear();
});

function newSessionHome(): Home {
  const home = newHome();
  homes.push(home);
  return home;
}

const untilOut = (front: FrontEnd, id: string): Promise<void> =>
  expect.poll(() => front.list.rows.has(id), SOON).toBe(false);

async function crash(home: Home): Promise<void> {
  const pid = home.servicePid() ?? 0;
  process.kill(pid, 'SIGKILL');
  await home.untilGone(pid);
}

async function startAgain(home: Home): Promise<FrontEnd> {
  home.startService();
  await home.untilServing();
  const front = await openSocket(home);
  await front.client.call('list.subscribe', {});
  await expect.poll(() => front.list.totals, SOON).not.toBe(null);
  return front;
}

test('a torrent that was removed with its files comes back as it was', async () => {
  const home = newSessionHome();
  const session = await startSession(home);
  const { front } = session;
  const ids = [];
  for (const name of ['a.bin', 'b.bin', 'c.bin', 'd.bin']) {
    ids.push((await addSample(session, home.downloads, name)).id);
  }
  const [first = '', second = '', third = '', last = ''] = ids;
  await front.client.call('torrent.setOptions', { ids: [second], addLabels: ['Films'], name: 'Mine' });
  await front.client.call('torrent.stop', { ids: [third] });
  await expect.poll(() => front.list.rows.get(third)?.state, SOON).toBe('stopped');
  const before = front.list.rows.get(second);

  const gone = { ids: [second, third], deleteFiles: true, undoMs: LONG_MS };
  expect(await front.client.call('torrent.remove', gone)).toEqual({ failedCount: 0, failed: [] });
  await untilOut(front, second);
  expect(front.list.totals?.torrents).toBe(2);
  await expect.poll(() => front.list.rows.get(last)?.queuePosition, SOON).toBe(1);
  expect((await front.client.call('torrent.start', { ids: [second] })).failedCount).toBe(1);
  // What else is moved meanwhile goes around them.
  await front.client.call('queue.move', { ids: [last], to: 'top' });

  expect((await front.client.call('torrent.restore', { ids: [second, third] })).failedCount).toBe(0);
  await expect.poll(() => front.list.rows.get(second)?.state, SOON).toBe('seeding');
  const order = [...front.list.rows.values()].toSorted((a, b) => a.queuePosition - b.queuePosition);
  expect(order.map(({ id }) => id)).toEqual([last, first, second, third]);
  expect(front.list.rows.get(second)).toMatchObject({
    name: 'Mine',
    labels: ['Films'],
    addedAt: before?.addedAt,
    bytesLeft: 0,
  });
  expect(front.list.rows.get(third)).toMatchObject({ state: 'stopped', stoppedBy: 'user' });

  await crash(home);
  const again = await startAgain(home);
  const saved = [...again.list.rows.values()].toSorted((a, b) => a.queuePosition - b.queuePosition);
  expect(saved.map(({ id }) => id)).toEqual([last, first, second, third]);
  for (const name of ['b.bin', 'c.bin']) expect(existsSync(`${home.downloads}/${name}`)).toBe(true);
});

test('the files go when the time is over, whoever was connected', async () => {
  const home = newSessionHome();
  const session = await startSession(home);
  const { id, file } = await addSample(session, home.downloads, 'sample.bin');
  await session.front.client.call('torrent.remove', { ids: [id], deleteFiles: true, undoMs: 1000 });
  expect(existsSync(file)).toBe(true);
  session.front.close();
  await expect.poll(() => existsSync(file), SOON).toBe(false);
  const { client } = await openSocket(home);
  const { failed } = await client.call('torrent.restore', { ids: [id] });
  expect(failed[0]?.error.code).toBe('UNKNOWN_TORRENT');
});

test('what was removed does not come back by a crash or a stop of the service, and its files go', async () => {
  const home = newSessionHome();
  const session = await startSession(home);
  const crashed = await addSample(session, home.downloads, 'crashed.bin');
  const stopped = await addSample(session, home.downloads, 'stopped.bin');
  const kept = await addSample(session, home.downloads, 'kept.bin');
  const { client } = session.front;
  await client.call('torrent.remove', { ids: [crashed.id], deleteFiles: true, undoMs: LONG_MS });
  await client.call('torrent.remove', { ids: [kept.id], undoMs: LONG_MS });
  await crash(home);
  const front = await startAgain(home);
  expect([...front.list.rows.keys()]).toEqual([stopped.id]);
  await expect.poll(() => existsSync(crashed.file), SOON).toBe(false);
  const pid = home.servicePid() ?? 0;
  await front.client.call('torrent.remove', { ids: [stopped.id], deleteFiles: true, undoMs: LONG_MS });
  await front.client.call('service.stop', {});
  await home.untilGone(pid);
  expect(existsSync(stopped.file)).toBe(false);
  expect((await startAgain(home)).list.rows.size).toBe(0);
  expect(existsSync(kept.file)).toBe(true);
});

test('adding it again brings it back, with what is wished of it now', async () => {
  const home = newSessionHome();
  const session = await startSession(home);
  const { id, file, source } = await addSample(session, home.downloads, 'sample.bin');
  const { client, list } = session.front;
  await client.call('torrent.setOptions', { ids: [id], addLabels: ['Old'] });
  const gone = { ids: [id], deleteFiles: true, undoMs: LONG_MS };
  await client.call('torrent.remove', gone);
  const preview = await client.call('preview.open', { source: { magnet: `magnet:?xt=urn:btih:${id}` } });
  expect(preview).toMatchObject({ state: 'ready', duplicate: false, fileCount: 1 });
  const place = { root: session.root, folder: ['elsewhere'] };
  const trackers = ['udp://127.0.0.1:9/announce'];
  expect(
    await client.call('torrent.add', { source, labels: ['New'], start: false, place, trackers }),
  ).toMatchObject({ id });
  await expect.poll(() => list.rows.get(id)?.place, SOON).toEqual(place);
  await expect.poll(() => list.rows.get(id)?.state, SOON).toBe('stopped');
  expect(list.rows.get(id)).toMatchObject({
    labels: ['Old', 'New'],
    bytesLeft: 0,
    trackerHosts: ['127.0.0.1'],
  });
  expect(existsSync(file)).toBe(false);
  expect(existsSync(`${home.downloads}/elsewhere/sample.bin`)).toBe(true);
});

test('removing once more ends the time, and so does taking away the folder', async () => {
  const home = newSessionHome();
  const session = await startSession(home);
  const { client } = session.front;
  const one = await addSample(session, home.downloads, 'one.bin');
  const two = await addSample(session, home.downloads, 'two.bin');
  await client.call('torrent.remove', { ids: [one.id, two.id], undoMs: LONG_MS });
  expect((await client.call('torrent.remove', { ids: [one.id], deleteFiles: true })).failedCount).toBe(0);
  await expect.poll(() => existsSync(one.file), SOON).toBe(false);
  await client.call('folders.removeRoot', { key: session.root });
  expect((await client.call('torrent.restore', { ids: [one.id, two.id] })).failedCount).toBe(2);
  expect(existsSync(two.file)).toBe(true);
});

test('ending the time of what came back meanwhile does not remove it', async () => {
  const home = newSessionHome();
  const session = await startSession(home);
  const { client, list } = session.front;
  const back = await addSample(session, home.downloads, 'back.bin');
  const gone = await addSample(session, home.downloads, 'gone.bin');
  const ids = [back.id, gone.id];
  await client.call('torrent.remove', { ids, deleteFiles: true, undoMs: LONG_MS });
  await client.call('torrent.add', { source: back.source });
  await client.call('torrent.remove', { ids, deleteFiles: true, leavingOnly: true });
  await expect.poll(() => existsSync(gone.file), SOON).toBe(false);
  await expect.poll(() => list.rows.get(back.id)?.state, SOON).toBe('seeding');
  expect(existsSync(back.file)).toBe(true);
});

test('a magnet link that waits for its metadata can be looked at again after it was removed', async () => {
  const home = newSessionHome();
  const { client } = (await startSession(home)).front;
  const { id } = await client.call('torrent.add', { source: { magnet: MAGNET } });
  await client.call('torrent.remove', { ids: [id], undoMs: LONG_MS });
  await client.call('torrent.restore', { ids: [id] });
  await client.call('torrent.remove', { ids: [id], undoMs: LONG_MS });
  const { preview, state } = await client.call('preview.open', { source: { magnet: MAGNET } });
  expect(state).toBe('fetching');
  expect(await client.call('torrent.add', { source: { preview } })).toMatchObject({ id });
});
