import { dirname, join } from 'node:path';
import { describe, expect } from 'vitest';
import { aria2 } from './clients/aria2.ts';
import { need, type ForeignClient, type RunningClient, type Torrent } from './clients/client.ts';
import { libtorrent, webtorrent } from './clients/controlled.ts';
import { create, download, seed } from './clients/jstorrent.ts';
import { transmission } from './clients/transmission.ts';
import { contentsOf, type FileContent, writeAwkwardFolder } from './harness/content.ts';
import { test, type World } from './harness/world.ts';

const NAME = 'Fötös – 旅行';

async function makeShare(world: World): Promise<{ readonly path: string; readonly torrent: Torrent }> {
  const path = writeAwkwardFolder(world.newFolder('original'), NAME);
  return { path, torrent: await create(world, path) };
}

/** Ours gives everything in the folder of `path`; whoever can dial does. */
async function giveTo(world: World, peer: RunningClient, torrent: Torrent, path: string): Promise<void> {
  const folder = dirname(path);
  if (peer.dial === null) {
    const { host, port } = peer;
    const options = ['--seed'];
    download(world, { source: torrent.file, folder, peers: [{ host, port }], options });
  } else {
    const seeder = await seed(world, torrent, folder);
    await peer.dial(await seeder.address());
  }
  await peer.complete();
}

/** What a client has on disk after fetching the folder at `path`. */
function expected({ makesEmptyFiles }: ForeignClient, path: string): readonly FileContent[] {
  return contentsOf(path).filter(({ length }) => makesEmptyFiles || length > 0);
}

const CLIENTS: readonly ForeignClient[] = [aria2, transmission, libtorrent, webtorrent];

// Together, because much of their time is Transmission's ten seconds until it serves a new peer.
describe.concurrent.each(CLIENTS)('with $name', (client) => {
  test('downloads a folder from it', async ({ world, skip }) => {
    need(skip, client);
    const { path, torrent } = await makeShare(world);
    const peer = await client.start(world);
    await peer.seed(torrent, dirname(path));
    const folder = world.newFolder('copy');
    await download(world, { source: torrent.file, folder, peers: [peer] }).complete();
    expect(contentsOf(join(folder, NAME))).toEqual(contentsOf(path));
  });

  test('downloads a folder from it with nothing but its address and the info-hash', async ({
    world,
    skip,
  }) => {
    need(skip, client);
    const { path, torrent } = await makeShare(world);
    const peer = await client.start(world);
    await peer.seed(torrent, dirname(path));
    const folder = world.newFolder('copy');
    await download(world, { source: torrent.magnet, folder, peers: [peer] }).complete();
    expect(contentsOf(join(folder, NAME))).toEqual(contentsOf(path));
  });

  test('gives a folder to it', async ({ world, skip }) => {
    need(skip, client);
    const { path, torrent } = await makeShare(world);
    const peer = await client.start(world);
    const folder = world.newFolder('copy');
    await peer.fetch(torrent, folder, 'file');
    await giveTo(world, peer, torrent, path);
    expect(contentsOf(join(folder, NAME))).toEqual(expected(client, path));
  });

  test('gives it the metadata of a magnet link and the folder', async ({ world, skip }) => {
    need(skip, client);
    const { path, torrent } = await makeShare(world);
    const peer = await client.start(world);
    const folder = world.newFolder('copy');
    await peer.fetch(torrent, folder, 'magnet');
    await giveTo(world, peer, torrent, path);
    expect(contentsOf(join(folder, NAME))).toEqual(expected(client, path));
  });
});
