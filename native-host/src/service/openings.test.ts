import { afterEach, expect, test } from 'vitest';
import { PROTOCOL } from '@jstorrent/control';
import { openSocket, type FrontEnd } from '../testing/front-end.ts';
import { newHome, type Home } from '../testing/home.ts';
import { sampleIn, SOON, startSession } from '../testing/session-with-file.ts';

const HASH = 'c12fe1c06bba254a9dc9f519b335aa7c1367a88a';
const magnet = `magnet:?xt=urn:btih:${HASH}&dn=Some%20name`;
const homes: Home[] = [];

afterEach(async () => {
  for (const made of homes.splice(0)) await made.clear();
});

async function sessionWithFront() {
  const home = newHome();
  homes.push(home);
  const session = await startSession(home);
  return { home, ...session };
}

/** A front end that shows what is opened. */
async function openingFront(home: Home): Promise<FrontEnd> {
  const front = await openSocket(home);
  await front.client.call('hello', { protocol: PROTOCOL, name: 'test', version: '0.0.0', opens: true });
  return front;
}

const openedBy = ({ events }: FrontEnd) => events.filter((event) => event.event === 'opened');

test('what is opened is added when no front end shows it, and its trackers when it is there', async () => {
  const { front } = await sessionWithFront();
  const added = await front.client.call('open.request', { source: { magnet } });
  expect(added).toEqual({ by: 'service', id: HASH, name: 'Some name' });
  await expect.poll(() => front.list.rows.get(HASH)?.state, SOON).toBe('metadata');
  const source = { magnet: `${magnet}&tr=udp%3A%2F%2F127.0.0.1%3A9` };
  expect(await front.client.call('open.request', { source })).toEqual(added);
  await expect.poll(() => front.list.rows.get(HASH)?.trackerHosts, SOON).toEqual(['127.0.0.1']);
  await expect(front.client.call('open.request', { source: { magnet: 'magnet:?x' } })).rejects.toMatchObject({
    code: 'BAD_MAGNET',
  });
});

test('what is opened is shown by the front end that came last, and a file waits for it', async () => {
  const { home, front } = await sessionWithFront();
  const earlier = await openingFront(home);
  const later = await openingFront(home);
  expect(await front.client.call('open.request', { source: { magnet } })).toEqual({
    by: 'frontEnd',
    id: null,
    name: 'Some name',
  });
  const { source } = sampleIn(home.folder, 'sample.bin');
  const outcome = await front.client.call('open.request', { source });
  expect(outcome).toEqual({ by: 'frontEnd', id: null, name: 'sample.bin' });
  await expect.poll(() => openedBy(later).length, SOON).toBe(2);
  expect(openedBy(later)[0]).toEqual({ event: 'opened', source: { magnet }, name: 'Some name' });
  expect(openedBy(earlier)).toEqual([]);
  expect(front.list.rows.size).toBe(0);

  const file = openedBy(later)[1]?.source ?? { magnet };
  const { preview, ...seen } = await later.client.call('preview.open', { source: file });
  expect(seen).toMatchObject({ state: 'ready', name: 'sample.bin', fileCount: 1 });
  await later.client.call('torrent.add', { source: { preview }, start: false });
  await expect.poll(() => front.list.rows.size, SOON).toBe(1);
  await later.client.call('torrent.add', { source: file, mergeTrackers: true });

  later.close();
  await expect.poll(async () => (await front.client.call('service.status', {})).clients, SOON).toBe(2);
  await front.client.call('open.request', { source: { magnet } });
  await expect.poll(() => openedBy(earlier).length, SOON).toBe(1);
});

test('what is no torrent is refused, whoever would show it', async () => {
  const { home, front } = await sessionWithFront();
  const shows = await openingFront(home);
  for (const [source, code] of [
    [{ metainfo: Buffer.from('no torrent').toString('base64') }, 'BAD_TORRENT'],
    [{ magnet: 'magnet:?xt=urn:btih:1' }, 'BAD_MAGNET'],
  ] as const) {
    await expect(front.client.call('open.request', { source })).rejects.toMatchObject({ code });
  }
  expect(openedBy(shows)).toEqual([]);
});
