import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, expect, test } from 'vitest';
import type { ControlEvent } from '@jstorrent/control';
import { buildMetainfo, parseMagnet, parseMetainfo } from '@jstorrent/protocol';
import { nodeDigests } from './digests.ts';
import { openSocket, type FrontEnd } from './testing/front-end.ts';
import { newHome, type Home } from './testing/home.ts';

const SOON = { timeout: 40_000 };
const PIECE = 64 * 1024;
/** What a torrent names on this machine is never connected to. */
const OTHER = 'http://127.0.0.1:1/';
const ends: (() => void | Promise<void>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A web server with one file; its address, and how it answers. */
async function serve(bytes: Buffer): Promise<{ readonly url: string; status: number }> {
  const site = { url: '', status: 206 };
  const server = createServer((request, response) => {
    const [, first = '', last = ''] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
    const range = `bytes ${first}-${last}/${bytes.length}`;
    response.writeHead(site.status, { 'content-range': range, 'retry-after': '1' });
    response.end(bytes.subarray(Number(first), Number(last) + 1));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => {
    server.closeAllConnections();
    server.close();
  });
  site.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return site;
}

async function connect(home: Home): Promise<FrontEnd> {
  home.startService();
  await home.untilServing();
  const front = await openSocket(home);
  await front.client.call('list.subscribe', {});
  return front;
}

type General = Extract<ControlEvent, { event: 'detail'; pane: 'general' }>['data'];

/** The general pane as it was shown last. */
function general({ events }: FrontEnd): General | undefined {
  const shown = events.findLast((event) => event.event === 'detail' && event.pane === 'general');
  return shown?.event === 'detail' && shown.pane === 'general' ? shown.data : undefined;
}

test('web seeds that the user sets are kept, shown, passed on, and give a whole torrent', async () => {
  const bytes = randomBytes(700_000);
  const hashes = Array.from({ length: Math.ceil(bytes.length / PIECE) }, (_, piece) =>
    createHash('sha1')
      .update(bytes.subarray(piece * PIECE, (piece + 1) * PIECE))
      .digest(),
  );
  const site = await serve(bytes);
  const content = { name: 'a b.bin', pieceLength: PIECE, files: [{ path: [], length: bytes.length }] };
  const metainfo = buildMetainfo(
    { ...content, pieceHashes: new Uint8Array(Buffer.concat(hashes)) },
    { webSeeds: [OTHER] },
  );
  const home = newHome();
  ends.push(() => home.clear());
  const first = await connect(home);
  const { key } = await first.client.call('folders.addRoot', { path: home.downloads });
  const { id } = await first.client.call('torrent.add', {
    source: { metainfo: Buffer.from(metainfo).toString('base64') },
    place: { root: key, folder: [] },
    start: false,
  });
  await first.client.call('torrent.setWebSeeds', { id, urls: [site.url, OTHER] });
  await expect(
    first.client.call('torrent.setWebSeeds', { id, urls: ['http://me:secret@w.example/'] }),
  ).rejects.toMatchObject({ code: 'BAD_PARAMS' });
  const pid = home.servicePid()!;
  process.kill(pid, 'SIGKILL');
  await home.untilGone(pid);

  const second = await connect(home);
  await second.client.call('detail.subscribe', { id, panes: ['general', 'peers'] });
  const expected = [
    { url: site.url, byUser: true },
    { url: OTHER, byUser: false },
  ];
  await expect.poll(() => general(second)?.webSeedStates, SOON).toMatchObject(expected);
  const { magnet } = await second.client.call('torrent.magnet', { id });
  expect(parseMagnet(magnet).webSeeds).toEqual([site.url, OTHER]);
  const exported = await second.client.call('torrent.export', { id, from: 0 });
  const said = parseMetainfo(Buffer.from(exported.bytes, 'base64'), nodeDigests);
  expect(said.webSeeds).toEqual([site.url, OTHER]);

  site.status = 404;
  await second.client.call('torrent.start', { ids: [id] });
  await expect.poll(() => general(second)?.webSeedStates[0]?.status, SOON).toBe('dropped');
  expect(general(second)?.webSeedStates[0]?.message).toBe('the file cannot be had there (status 404)');
  site.status = 206;
  await second.client.call('torrent.setWebSeeds', { id, urls: [site.url] });
  await expect.poll(() => second.list.rows.get(id)?.state, SOON).toBe('seeding');
  expect(readFileSync(join(home.downloads, 'a b.bin')).equals(bytes)).toBe(true);
});
