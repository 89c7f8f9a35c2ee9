import { once } from 'node:events';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import process from 'node:process';
import { afterEach, expect, test } from 'vitest';
import { encodeFrame, FrameDecoder, type ControlEvent } from '@jstorrent/control';
import { isAlive } from './is-alive.ts';
import { hello, openBrowser, openSocket, ORIGIN, startConnector } from './testing/front-end.ts';
import { newHome, type Home } from './testing/home.ts';

const HASH = 'c12fe1c06bba254a9dc9f519b335aa7c1367a88a';
const MAGNET = `magnet:?xt=urn:btih:${HASH}&dn=Some%20name`;
/** For machines under load. */
const SOON = { timeout: 30_000 };
const homes: Home[] = [];

function home(): Home {
  const made = newHome();
  homes.push(made);
  return made;
}

afterEach(async () => {
  for (const made of homes.splice(0)) await made.clear();
});

const isStopping = (event: ControlEvent): boolean => event.event === 'service' && event.state === 'stopping';

test('of 20 connectors that start at once all reach one and the same service', async () => {
  const place = home();
  const fronts = await Promise.all(Array.from({ length: 20 }, () => openBrowser(place)));
  const status = await Promise.all(fronts.map(({ client }) => client.call('service.status', {})));
  expect(new Set(status.map(({ pid }) => pid)).size).toBe(1);
  expect(status.at(-1)!.clients).toBe(20);
  expect(place.servicePid()).toBe(status[0]!.pid);
  for (const front of fronts) front.close();
  expect(new Set(await Promise.all(fronts.map(({ ended }) => ended)))).toEqual(new Set([0]));
}, 120_000);

test('of 20 services that start at once one stays, and the others leave in peace', async () => {
  const place = home();
  const services = Array.from({ length: 20 }, () => place.startService());
  const exits = services.map((service) => once(service, 'exit'));
  await place.untilServing();
  const pid = place.servicePid()!;
  const others = exits.filter((_, index) => services[index]!.pid !== pid);
  expect(others.length).toBe(19);
  const statuses = await Promise.all(others);
  expect(new Set(statuses.map(([status]) => status as number))).toEqual(new Set([0]));
  const front = await openSocket(place);
  expect((await front.client.call('service.status', {})).pid).toBe(pid);
}, 120_000);

test('a connector speaks to the service whatever portions the bytes come in', async () => {
  const place = home();
  const front = await openBrowser(place, 1);
  await front.client.call('list.subscribe', {});
  await expect.poll(() => front.list.totals?.torrents, SOON).toBe(0);
  expect((await front.client.call('settings.get', {}))['queue.downloads']).toBe(4);
  front.close();
  expect(await front.ended).toBe(0);
});

test('a caller that is no extension of ours gets nothing, and no service is started', async () => {
  const place = home();
  for (const words of [[], ['chrome-extension://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/'], [`x${ORIGIN}`]]) {
    const child = startConnector(place, words);
    let output = '';
    child.stdout!.on('data', (chunk) => (output += String(chunk)));
    child.stdin!.on('error', () => {});
    child.stdin!.write(encodeFrame({ id: 1, call: 'hello', params: {} }));
    const [status] = (await once(child, 'exit')) as [number];
    expect(status).toBe(64);
    expect(output).toBe('');
  }
  expect(existsSync(`${place.stateFolder}/session.db`)).toBe(false);
  expect(readFileSync(`${place.stateFolder}/connector.log`, 'utf8')).toContain('aaaaaaaaaaaaaaaaa');
});

test('garbage, frames beyond the limit and torn frames are answered or dropped, and the connection stays', async () => {
  const place = home();
  const child = startConnector(place);
  const decoder = new FrameDecoder(2 ** 20);
  const replies: unknown[] = [];
  child.stdout!.on('data', (chunk: Uint8Array) => {
    for (const frame of decoder.push(chunk)) replies.push(frame.ok ? frame.message : frame);
  });
  const last = (): { id?: number; error?: { code: string } } => replies.at(-1) as object;
  child.stdin!.write(Buffer.from([5, 0, 0, 0, ...Buffer.from('{nope')]));
  await expect.poll(() => last()?.error?.code, SOON).toBe('BAD_MESSAGE');
  child.stdin!.write(Buffer.from([3, 0, 0, 0, 0xff, 0xfe, 0xfd]));
  const huge = Buffer.alloc(4 + 9 * 1024 * 1024, 0x20);
  huge.writeUInt32LE(huge.length - 4);
  child.stdin!.write(huge);
  await expect.poll(() => last()?.error?.code, SOON).toBe('TOO_LARGE');
  child.stdin!.write(encodeFrame({ id: 7, call: 'ping', params: {} }));
  await expect.poll(() => last(), SOON).toMatchObject({ id: 7, error: { code: 'HELLO_FIRST' } });
  child.stdin!.write(Buffer.from([200, 0, 0, 0, 0x7b]));
  child.stdin!.end();
  const [status] = (await once(child, 'exit')) as [number];
  expect(status).toBe(0);
  const front = await openSocket(place);
  await expect.poll(async () => (await front.client.call('service.status', {})).clients, SOON).toBe(1);
});

test('only the user may touch what the service writes', async () => {
  const place = home();
  place.startService();
  await place.untilServing();
  for (const path of [place.stateFolder, place.place.folder!])
    expect(statSync(path).mode & 0o777).toBe(0o700);
  await expect.poll(() => existsSync(`${place.stateFolder}/service.log`), SOON).toBe(true);
  for (const name of ['session.db', 'service.log', 'service.lock']) {
    expect(statSync(`${place.stateFolder}/${name}`).mode & 0o077, name).toBe(0);
  }
  expect(statSync(place.place.path).mode & 0o777).toBe(0o600);
});

test('two front ends see the same torrents live, and what one adds outlives a killed service', async () => {
  const place = home();
  const one = await openBrowser(place);
  const two = await openBrowser(place);
  const { key } = await one.client.call('folders.addRoot', { path: place.downloads });
  await two.client.call('list.subscribe', {});
  const added = await one.client.call('torrent.add', {
    source: { magnet: MAGNET },
    place: { root: key, folder: [] },
    labels: ['films'],
    name: 'My name',
    start: false,
  });
  expect(added).toEqual({ id: HASH, name: 'My name' });
  await expect.poll(() => two.list.rows.get(HASH)?.name, SOON).toBe('My name');
  await expect(
    two.client.call('torrent.add', { source: { magnet: MAGNET }, place: { root: key, folder: [] } }),
  ).rejects.toMatchObject({ code: 'DUPLICATE', data: { id: HASH } });
  await two.client.call('settings.set', { 'queue.downloads': 9 });

  const pid = place.servicePid()!;
  process.kill(pid, 'SIGKILL');
  for (const front of [one, two]) {
    const states = (): string[] =>
      front.events.flatMap((event) => (event.event === 'service' ? [event.state] : []));
    await expect.poll(states, SOON).toEqual(['reconnecting', 'ready']);
    await hello(front.client);
  }
  expect(place.servicePid()).not.toBe(pid);
  await one.client.call('list.subscribe', {});
  await expect
    .poll(() => one.list.rows.get(HASH), SOON)
    .toMatchObject({ name: 'My name', labels: ['films'] });
  expect(one.list.rows.get(HASH)).toMatchObject({ state: 'stopped', stoppedBy: 'user' });
  expect((await two.client.call('settings.get', {}))['queue.downloads']).toBe(9);

  await two.client.call('torrent.remove', { ids: [HASH] });
  await expect.poll(() => one.list.rows.size, SOON).toBe(0);
  process.kill(place.servicePid()!, 'SIGKILL');
  await expect.poll(() => one.events.at(-1), SOON).toEqual({ event: 'service', state: 'ready' });
  await hello(one.client);
  await one.client.call('list.subscribe', {});
  await expect.poll(() => one.list.totals?.torrents, SOON).toBe(0);
});

test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
  'on %s the service says so and ends in order',
  async (signal) => {
    const place = home();
    const service = place.startService();
    await place.untilServing();
    const front = await openSocket(place);
    const { daemonPid } = await front.client.call('service.status', {});
    const begun = performance.now();
    process.kill(service.pid!, signal);
    const [status] = (await once(service, 'exit')) as [number];
    expect(status).toBe(0);
    expect(performance.now() - begun).toBeLessThan(10_000);
    expect(front.events.some(isStopping)).toBe(true);
    expect(isAlive(daemonPid!)).toBe(false);
    expect(existsSync(place.place.path)).toBe(false);
    expect(existsSync(`${place.stateFolder}/session.db-wal`)).toBe(false);
  },
);

test('a front end can end the service, and one that only asks for an idle end is refused while others are there', async () => {
  const place = home();
  const service = place.startService();
  await place.untilServing();
  const one = await openSocket(place);
  const two = await openSocket(place);
  await expect(two.client.call('service.stop', { ifIdle: true })).rejects.toMatchObject({ code: 'BUSY' });
  await two.client.call('service.stop', {});
  await once(service, 'exit');
  await expect(one.client.call('ping', {})).rejects.toMatchObject({ code: 'CLOSED' });
});

test('an idle service leaves when the last front end has been gone for the time of grace', async () => {
  const place = home();
  const service = place.startService();
  await place.untilServing();
  const front = await openSocket(place);
  await front.client.call('settings.set', { 'service.graceSeconds': 5 });
  front.close();
  const begun = performance.now();
  const [status] = (await once(service, 'exit')) as [number];
  expect(status).toBe(0);
  expect(performance.now() - begun).toBeGreaterThan(4000);
});

test('a newer connector has an idle older service replaced, and leaves one alone that others use', async () => {
  const place = home();
  place.startService();
  await place.untilServing();
  const pid = place.servicePid()!;
  const other = await openSocket(place);
  writeFileSync(place.place.note, JSON.stringify({ pid, version: '0.0.1' }));
  const first = await openBrowser(place);
  expect((await first.client.call('service.status', {})).pid).toBe(pid);
  first.close();
  other.close();
  await first.ended;
  await expect
    .poll(async () => {
      if (place.servicePid() === pid)
        writeFileSync(place.place.note, JSON.stringify({ pid, version: '0.0.1' }));
      const second = await openBrowser(place);
      const status = await second.client.call('service.status', {});
      second.close();
      await second.ended;
      return status.pid;
    }, SOON)
    .not.toBe(pid);
  await place.untilGone(pid);
});
