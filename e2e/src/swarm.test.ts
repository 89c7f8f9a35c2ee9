import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { aria2 } from './clients/aria2.ts';
import { need } from './clients/client.ts';
import { libtorrent, webtorrent } from './clients/controlled.ts';
import { create, download } from './clients/jstorrent.ts';
import { transmission } from './clients/transmission.ts';
import { contentsOf, writeFile } from './harness/content.ts';
import { until } from './harness/until.ts';
import { test } from './harness/world.ts';
import { bittorrentTracker } from './trackers/tracker.ts';

const MIB = 1024 * 1024;
const NAME = 'shared';
const LENGTH = 16 * MIB + 12_345;
const OURS = 3;

test('a swarm of many clients completes from one slow seed, each giving to the others', async ({
  world,
  skip,
}) => {
  need(skip, aria2, transmission, libtorrent);
  const path = join(world.newFolder('original'), NAME);
  writeFile(path, 'data.bin', LENGTH);
  const { infoHash } = await create(world, path);
  const tracker = await bittorrentTracker.start(world, infoHash);
  const torrent = await create(world, path, { trackers: [tracker.httpUrl, tracker.udpUrl] });

  const seeder = await webtorrent.start(world, { uploadBytesPerSecond: 4 * MIB });
  await seeder.seed(torrent, dirname(path));
  await until('the seed is known', async () =>
    (await tracker.counts(infoHash)).seeds === 1 ? true : undefined,
  );

  // Addresses of their own: Transmission takes one connection from each.
  const hosts = ['127.0.0.2', '127.0.0.3', '127.0.0.4'];
  const foreign = await Promise.all(
    [transmission, libtorrent, aria2].map(async (client, index) => {
      const peer = await client.start(world, { host: hosts[index] ?? '' });
      const folder = world.newFolder('foreign');
      await peer.fetch(torrent, folder, 'file');
      return { peer, folder };
    }),
  );
  const ours = Array.from({ length: OURS }, (_, index) => {
    const folder = world.newFolder('ours');
    const source = index === 0 ? torrent.magnet : torrent.file;
    return { folder, run: download(world, { source, folder, options: ['--seed'] }) };
  });

  await Promise.all([
    ...foreign.map(({ peer }) => peer.complete()),
    ...ours.map(({ run }) => run.event('complete', ({ event }) => event === 'complete')),
  ]);
  for (const { folder } of [...foreign, ...ours]) {
    expect(contentsOf(join(folder, NAME))).toEqual(contentsOf(path));
  }
  expect(await seeder.uploaded()).toBeLessThan(LENGTH * (foreign.length + ours.length));
  const given = ours.map(({ run }) => run.events('progress').at(-1)?.uploaded ?? 0);
  expect(Math.max(...given)).toBeGreaterThan(0);
});
