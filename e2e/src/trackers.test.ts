import { dirname, join } from 'node:path';
import { describe, expect } from 'vitest';
import { aria2 } from './clients/aria2.ts';
import { need, type Torrent } from './clients/client.ts';
import { libtorrent } from './clients/controlled.ts';
import { create, download, seed } from './clients/jstorrent.ts';
import { contentsOf, writeFile } from './harness/content.ts';
import { until } from './harness/until.ts';
import { test, type World } from './harness/world.ts';
import { bittorrentTracker, opentracker, type RunningTracker, type Tracker } from './trackers/tracker.ts';

const MIB = 1024 * 1024;

const NAME = 'shared';

interface Share {
  /** Of the folder that is shared. */
  readonly path: string;
  /** Names the tracker. */
  readonly torrent: Torrent;
  readonly tracker: RunningTracker;
}

async function makeShare(world: World, tracker: Tracker, protocol: 'HTTP' | 'UDP'): Promise<Share> {
  const path = join(world.newFolder('original'), NAME);
  writeFile(path, 'data.bin', 6 * MIB + 4321);
  // The info-hash is the same whatever trackers a torrent names.
  const { infoHash } = await create(world, path);
  const running = await tracker.start(world, infoHash);
  const url = protocol === 'HTTP' ? running.httpUrl : running.udpUrl;
  return { path, torrent: await create(world, path, { trackers: [url] }), tracker: running };
}

const CASES = [bittorrentTracker, opentracker].flatMap((tracker) =>
  (['HTTP', 'UDP'] as const).map((protocol) => ({ tracker, name: tracker.name, protocol })),
);

describe.concurrent.each(CASES)('with $name over $protocol', ({ tracker, protocol }) => {
  // aria2 speaks UDP with trackers only where it takes part in the DHT.
  const finder = protocol === 'HTTP' ? aria2 : libtorrent;

  test('a magnet link leads to the seed it names, and it is told how the download went', async ({
    world,
    skip,
  }) => {
    need(skip, tracker, libtorrent);
    const share = await makeShare(world, tracker, protocol);
    const { torrent } = share;
    const peer = await libtorrent.start(world);
    await peer.seed(torrent, dirname(share.path));
    await until('the seed is known', async () =>
      (await share.tracker.counts(torrent.infoHash)).seeds === 1 ? true : undefined,
    );
    const folder = world.newFolder('copy');
    await download(world, { source: torrent.magnet, folder }).complete();
    expect(contentsOf(join(folder, NAME))).toEqual(contentsOf(share.path));
    const counts = await share.tracker.counts(torrent.infoHash);
    expect(counts).toEqual({ seeds: 1, leeches: 0, completed: 1 });
  });

  test('another client finds our seed through it', async ({ world, skip }) => {
    need(skip, tracker, finder);
    const share = await makeShare(world, tracker, protocol);
    const { torrent } = share;
    await seed(world, torrent, dirname(share.path));
    await until('our seed is known', async () =>
      (await share.tracker.counts(torrent.infoHash)).seeds === 1 ? true : undefined,
    );
    const peer = await finder.start(world);
    const folder = world.newFolder('copy');
    await peer.fetch(torrent, folder, 'file');
    await peer.complete();
    expect(contentsOf(join(folder, NAME))).toEqual(contentsOf(share.path));
  });
});
