import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { filesOfRun } from '@jstorrent/control';
import { buildMetainfo } from '@jstorrent/protocol';
import type { FrontEnd } from '../testing/front-end.ts';
import { newHome, type Home } from '../testing/home.ts';
import { SOON, startSession, type Session } from '../testing/session-with-file.ts';
import { startTracker, type Tracker } from '../testing/tracker.ts';
import { Previews } from './previews.ts';
import { readMetainfo } from './sources.ts';

const FILES = 600;
const LENGTH = 200;
const PIECE = 16_384;
const homes: Home[] = [];
let tracker: Tracker;

beforeEach(async () => {
  tracker = await startTracker();
});
afterEach(async () => {
  tracker.close();
  for (const made of homes.splice(0)) await made.clear();
});

async function session(): Promise<Session & { readonly home: Home }> {
  const home = newHome();
  homes.push(home);
  const made = await startSession(home);
  // Trackers are told the port that is listened on then.
  await expect.poll(async () => (await made.front.client.call('port.test', {})).port, SOON).not.toBe(0);
  return { home, ...made };
}

/** A torrent of many files, whose metadata has several parts. */
function manyFiles(folder: string) {
  const bytes = randomBytes(FILES * LENGTH);
  const files = Array.from({ length: FILES }, (_, index) => ({
    path: [`${index} has a name that is long.bin`],
    length: LENGTH,
  }));
  mkdirSync(join(folder, 'many'));
  for (const [index, { path }] of files.entries()) {
    writeFileSync(join(folder, 'many', ...path), bytes.subarray(index * LENGTH, (index + 1) * LENGTH));
  }
  const hashes = Array.from({ length: Math.ceil(bytes.length / PIECE) }, (_, piece) =>
    createHash('sha1')
      .update(bytes.subarray(piece * PIECE, (piece + 1) * PIECE))
      .digest(),
  );
  const info = { name: 'many', pieceLength: PIECE, pieceHashes: new Uint8Array(Buffer.concat(hashes)) };
  const metainfo = buildMetainfo({ ...info, files }, { trackers: [[tracker.url]] });
  return { bytes, metainfo: Buffer.from(metainfo).toString('base64') };
}

const previewsOf = ({ events }: FrontEnd, preview: number) =>
  events.flatMap((event) =>
    event.event === 'preview' && event.preview.preview === preview ? [event.preview] : [],
  );

test('the file list of a magnet link comes from a peer, and is there at once when the torrent is added', async () => {
  const seeder = await session();
  const { bytes, metainfo } = manyFiles(seeder.home.downloads);
  const { id } = await seeder.front.client.call('torrent.add', { source: { metainfo } });
  await expect.poll(() => seeder.front.list.rows.get(id)?.state, SOON).toBe('seeding');

  const { front, home, root } = await session();
  const { client } = front;
  const source = { magnet: `magnet:?xt=urn:btih:${id}&tr=${encodeURIComponent(tracker.url)}` };
  const opened = await client.call('preview.open', { source, place: { root, folder: [] } });
  expect(opened).toMatchObject({ state: 'fetching', metadataHave: 0, fileCount: 0, trackers: 1, name: id });
  expect(opened.freeBytes).toBeGreaterThan(0);
  const { preview } = opened;
  await expect.poll(() => previewsOf(front, preview).at(-1)?.state, SOON).toBe('ready');
  const ready = previewsOf(front, preview).at(-1);
  expect(ready).toMatchObject({
    name: 'many',
    fileCount: FILES,
    totalLength: FILES * LENGTH,
    duplicate: false,
  });
  expect(ready?.metadataParts).toBeGreaterThan(1);
  expect(ready?.metadataHave).toBe(ready?.metadataParts);
  const page = await client.call('preview.files', { preview, from: 590 });
  expect(page.total).toBe(FILES);
  expect(page.runs.flatMap(filesOfRun).map(({ index }) => index)).toEqual(
    Array.from({ length: 10 }, (_, at) => 590 + at),
  );
  expect(front.list.rows.size).toBe(0);

  // Chosen in the preview: the second file alone. Its metadata is not fetched again.
  await client.call('torrent.add', { source: { preview }, files: { some: [[1, 2]], rest: 0 }, start: false });
  await expect
    .poll(() => front.list.rows.get(id), SOON)
    .toMatchObject({
      hasMetadata: true,
      name: 'many',
      wantedLength: PIECE,
      totalLength: FILES * LENGTH,
    });
  await expect(client.call('preview.files', { preview, from: 0 })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  await client.call('torrent.start', { ids: [id] });
  await expect.poll(() => front.list.rows.get(id)?.bytesLeft, SOON).toBe(0);
  const file = join(home.downloads, 'many', '1 has a name that is long.bin');
  await expect.poll(() => readFileSync(file).equals(bytes.subarray(LENGTH, 2 * LENGTH)), SOON).toBe(true);

  // What is in the list already is known at once, and what this link would add to it.
  const more = { magnet: `${source.magnet}&tr=udp%3A%2F%2F127.0.0.1%3A9` };
  expect(await client.call('preview.open', { source: more })).toMatchObject({
    state: 'ready',
    duplicate: true,
    newTrackers: 1,
    fileCount: FILES,
    metadataHave: ready?.metadataParts,
  });
});

test('nothing is held for a front end that went while its source was read', async () => {
  const info = { name: 'x', pieceLength: PIECE, pieceHashes: new Uint8Array(20) };
  const torrent = readMetainfo(buildMetainfo({ ...info, files: [{ path: ['a'], length: 1 }] }, {}));
  const unasked = (): never => {
    throw new Error('nothing else is asked for');
  };
  const parts = {
    engine: { info: unasked, view: unasked, add: unasked, remove: unasked },
    store: { metainfo: unasked },
    catalog: { has: () => false, find: () => null },
    removals: { over: unasked },
    undo: { has: unasked, close: unasked },
  };
  const previews = new Previews(parts, { space: unasked });
  const connection = { emit: unasked, onClosed: () => {} };
  const lookerThat = (isCancelled: boolean) => ({ connection, isCancelled, onCancelled: () => {} });
  for (let count = 0; count < 40; count += 1) {
    await expect(previews.open(torrent, undefined, lookerThat(true))).rejects.toMatchObject({
      code: 'CANCELLED',
    });
  }
  await expect(previews.open(torrent, undefined, lookerThat(false))).resolves.toMatchObject({ preview: 1 });
});

test('a look shows the peers it asks, and ends without a trace', async () => {
  const [one, other] = await Promise.all([session(), session()]);
  const link = `magnet:?xt=urn:btih:${'ab'.repeat(20)}&tr=${encodeURIComponent(tracker.url)}`;
  // Nobody has the file list.
  await other.front.client.call('torrent.add', { source: { magnet: link } });
  await expect.poll(() => [...other.front.list.rows.values()][0]?.trackerHealth, SOON).toBe('working');
  const { preview } = await one.front.client.call('preview.open', { source: { magnet: link } });
  await expect.poll(() => previewsOf(one.front, preview).at(-1)?.peers, SOON).toBe(1);
  expect(previewsOf(one.front, preview).at(-1)).toMatchObject({ state: 'fetching', metadataParts: 0 });
  await expect.poll(() => [...other.front.list.rows.values()][0]?.peers, SOON).toBe(1);
  await one.front.client.call('preview.close', { preview });
  await expect.poll(() => [...other.front.list.rows.values()][0]?.peers, SOON).toBe(0);
  expect(one.front.list.rows.size).toBe(0);
  expect((await one.front.client.call('service.status', {})).active).toBe(0);
});
