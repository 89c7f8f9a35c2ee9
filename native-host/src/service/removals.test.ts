import { existsSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { afterEach, expect, test } from 'vitest';
import { openSocket } from '../testing/front-end.ts';
import { newHome, type Home } from '../testing/home.ts';
import { addSample, SOON, startSession } from '../testing/session-with-file.ts';

const homes: Home[] = [];

afterEach(async () => {
  for (const made of homes.splice(0)) await made.clear();
});

/** A session with a torrent whose file is there. */
async function sessionWithFile() {
  const home = newHome();
  homes.push(home);
  const session = await startSession(home);
  return { home, front: session.front, ...(await addSample(session, home.downloads, 'sample.bin')) };
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
