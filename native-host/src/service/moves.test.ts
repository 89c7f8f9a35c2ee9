import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, expect, test } from 'vitest';
import { openSocket } from '../testing/front-end.ts';
import { newHome, type Home } from '../testing/home.ts';
import { addSample, SOON, startSession } from '../testing/session-with-file.ts';

const homes: Home[] = [];

afterEach(async () => {
  for (const made of homes.splice(0)) await made.clear();
});

async function movable() {
  const home = newHome();
  homes.push(home);
  const session = await startSession(home);
  const sample = await addSample(session, home.downloads, 'sample.bin');
  const { client, list, events } = session.front;
  const at = (...folder: string[]) => ({ root: session.root, folder });
  const settled = (...folder: string[]): Promise<void> =>
    expect
      .poll(() => ({ ...list.rows.get(sample.id) }), SOON)
      .toMatchObject({ place: at(...folder), moveProgress: null, state: 'seeding' });
  const move = (...folder: string[]) =>
    client.call('torrent.move', { ids: [sample.id], place: at(...folder) });
  return { home, client, list, events, id: sample.id, move, settled, file: sample.file };
}

test('a move is undone by moving back, while it runs and afterwards', async () => {
  const { home, client, move, settled, file, id } = await movable();
  const [there, elsewhere, back] = await Promise.all([move('films'), move('series'), move()]);
  expect([there.failedCount, elsewhere.failed[0]?.error.code, back.failedCount]).toEqual([0, 'BUSY', 0]);
  await settled();
  expect(existsSync(file)).toBe(true);

  // What the list shows may be older than the move that still ends.
  await expect.poll(async () => (await move('films')).failedCount, SOON).toBe(0);
  await settled('films');
  await expect.poll(async () => (await move()).failedCount, SOON).toBe(0);
  await settled();
  expect(existsSync(file)).toBe(true);
  expect(existsSync(join(home.downloads, 'films', 'sample.bin'))).toBe(false);

  // The wish of this moment holds, also for the next service.
  await Promise.all([move('films'), client.call('torrent.cancelMove', { ids: [id] })]);
  const pid = home.servicePid() ?? 0;
  process.kill(pid, 'SIGKILL');
  await home.untilGone(pid);
  home.startService();
  await home.untilServing();
  const again = await openSocket(home);
  await again.client.call('list.subscribe', {});
  await expect.poll(() => again.list.rows.get(id)?.state, SOON).toBe('seeding');
  const folder = again.list.rows.get(id)?.place.folder ?? [];
  expect(existsSync(join(home.downloads, ...folder, 'sample.bin'))).toBe(true);
  expect(again.list.rows.get(id)?.moveProgress).toBe(null);
});

test('a torrent that is moved when it is removed with its files and everything dies leaves no file behind', async () => {
  const { home, client, id, move, file } = await movable();
  mkdirSync(join(home.downloads, 'films'));
  const { pid, daemonPid } = await client.call('service.status', {});
  const [moved, removed] = await Promise.all([
    move('films'),
    client.call('torrent.remove', { ids: [id], deleteFiles: true }),
  ]);
  expect([moved.failedCount, removed.failedCount]).toEqual([0, 0]);
  process.kill(pid, 'SIGKILL');
  if (daemonPid !== null) process.kill(daemonPid, 'SIGKILL');
  await home.untilGone(pid);
  home.startService();
  await home.untilServing();
  const again = await openSocket(home);
  await again.client.call('list.subscribe', {});
  await expect.poll(() => again.list.totals?.torrents, SOON).toBe(0);
  const moved2 = join(home.downloads, 'films', 'sample.bin');
  await expect.poll(() => existsSync(file) || existsSync(moved2), SOON).toBe(false);
});

test('a torrent that was removed on its way comes back where it went', async () => {
  const { home, client, id, move, settled } = await movable();
  const gone = { ids: [id], deleteFiles: true, undoMs: 60_000 };
  await Promise.all([move('films'), client.call('torrent.remove', gone)]);
  await expect.poll(() => existsSync(join(home.downloads, 'films', 'sample.bin')), SOON).toBe(true);
  await client.call('torrent.restore', { ids: [id] });
  await settled('films');
});

test('a move that is called off is over for the user even while the disk hangs', async () => {
  const { home, client, list, id, move, settled, file } = await movable();
  const { daemonPid } = await client.call('service.status', {});
  const progress = () => list.rows.get(id)?.moveProgress;
  if (daemonPid === null) throw new Error('there is no daemon');
  process.kill(daemonPid, 'SIGSTOP');
  await move('films');
  await expect.poll(progress, SOON).toBe(0);
  await client.call('torrent.cancelMove', { ids: [id] });
  await expect.poll(progress, SOON).toBe(null);
  expect(list.rows.get(id)?.state).toBe('seeding');
  // Until the disk answers, nothing else can be done with the files.
  const renamed = client.call('torrent.renameFile', { id, file: 0, path: ['other.bin'] });
  await expect(renamed).rejects.toMatchObject({ code: 'BUSY' });
  expect((await move('series')).failed[0]?.error.code).toBe('BUSY');
  process.kill(daemonPid, 'SIGCONT');
  await settled();
  expect(existsSync(file)).toBe(true);
  await expect.poll(async () => (await move('series')).failedCount, SOON).toBe(0);
  await settled('series');
  expect(existsSync(join(home.downloads, 'series', 'sample.bin'))).toBe(true);
});

test('a move that fails tells its code, and what its sentence needs', async () => {
  const { home, events, id, move, settled } = await movable();
  const folder = join(home.downloads, 'films');
  mkdirSync(join(folder, 'sample.bin'), { recursive: true });
  await move('films');
  const notice = () => events.find((event) => event.event === 'notice' && event.kind === 'moveFailed');
  await expect.poll(notice, SOON).toMatchObject({
    id,
    sentence: expect.stringMatching(/^sample\.bin could not be moved, and its files are where they were: \w/),
    data: { name: 'sample.bin', code: 'EXISTS', missing: 0, folder },
  });
  await settled();
});
