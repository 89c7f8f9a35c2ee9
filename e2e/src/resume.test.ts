import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { describe, expect } from 'vitest';
import { need, type Torrent } from './clients/client.ts';
import { libtorrent } from './clients/controlled.ts';
import { create, download, type Jstorrent } from './clients/jstorrent.ts';
import { contentsOf, writeFile } from './harness/content.ts';
import { until } from './harness/until.ts';
import { test, type World } from './harness/world.ts';

const MIB = 1024 * 1024;
const KIB = 1024;
const NAME = 'shared';
const LENGTH = 20 * MIB + 777;
const PIECE_LENGTH = 64 * KIB;
/** Slow enough to be killed half-way on any machine. */
const SLOWLY = ['--max-down', '4MiB'];
/** What may be fetched twice after a kill: pieces that were under way or not yet written. */
const LOST_PIECES = 8;

async function makeShare(world: World): Promise<{ readonly path: string; readonly torrent: Torrent }> {
  const path = join(world.newFolder('original'), NAME);
  writeFile(path, 'data.bin', LENGTH);
  return { path, torrent: await create(world, path) };
}

/** Resolved when more than a third is there. */
async function halfWay(run: Jstorrent): Promise<void> {
  const { havePieces = 0, pieceCount = 0 } = await run.event(
    'half-way',
    ({ event, havePieces: have = 0, pieceCount: all = 1 }) => event === 'progress' && have > all / 3,
  );
  expect(havePieces).toBeLessThan(pieceCount);
}

/** Bytes of the pieces it had when it last told. */
function kept(run: Jstorrent): number {
  return (run.events('progress').at(-1)?.havePieces ?? 0) * PIECE_LENGTH;
}

/** Bytes of pieces it got from peers. */
function fetched(run: Jstorrent): number {
  return run.events('progress').at(-1)?.downloadedThisRun ?? Infinity;
}

/** The processes that a process started. */
function childrenOf(pid: number): readonly number[] {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  const pairs = stdout.split('\n').map((line) => line.trim().split(/\s+/).map(Number));
  return pairs.filter(([, parent]) => parent === pid).map(([child = 0]) => child);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe.concurrent.each(['file', 'magnet'] as const)('a download begun from a %s', (kind) => {
  test('goes on after host and daemon were killed, and fetches little twice', async ({ world, skip }) => {
    need(skip, libtorrent);
    const { path, torrent } = await makeShare(world);
    const seeder = await libtorrent.start(world);
    await seeder.seed(torrent, dirname(path));
    const folder = world.newFolder('copy');
    const state = world.newFolder('state');
    const common = {
      source: kind === 'file' ? torrent.file : torrent.magnet,
      folder,
      peers: [seeder],
      state,
    };

    const first = download(world, { ...common, options: SLOWLY });
    await halfWay(first);
    await first.child.kill();
    const second = download(world, common);
    await second.complete();
    expect(contentsOf(join(folder, NAME))).toEqual(contentsOf(path));
    expect(fetched(second)).toBeLessThan(LENGTH - kept(first) + LOST_PIECES * PIECE_LENGTH);
  });
});

test.concurrent('a daemon whose host was killed leaves, and the download goes on from there', async ({
  world,
  skip,
}) => {
  need(skip, libtorrent);
  const { path, torrent } = await makeShare(world);
  const seeder = await libtorrent.start(world);
  await seeder.seed(torrent, dirname(path));
  const folder = world.newFolder('copy');
  const state = world.newFolder('state');
  const common = { source: torrent.file, folder, peers: [seeder], state };

  const first = download(world, { ...common, options: SLOWLY });
  await halfWay(first);
  const daemons = childrenOf(first.child.pid);
  expect(daemons).toHaveLength(1);
  first.child.signal('SIGKILL');
  await until('the daemon is gone', async () => (daemons.some(isAlive) ? undefined : true));
  const second = download(world, common);
  await second.complete();
  expect(contentsOf(join(folder, NAME))).toEqual(contentsOf(path));
  expect(fetched(second)).toBeLessThan(LENGTH - kept(first) + LOST_PIECES * PIECE_LENGTH);
});

test.concurrent('a download survives its daemon being killed', async ({ world, skip }) => {
  need(skip, libtorrent);
  const { path, torrent } = await makeShare(world);
  const seeder = await libtorrent.start(world);
  await seeder.seed(torrent, dirname(path));
  const folder = world.newFolder('copy');
  const run = download(world, { source: torrent.file, folder, peers: [seeder], options: SLOWLY });
  await halfWay(run);
  for (const daemon of childrenOf(run.child.pid)) process.kill(daemon, 'SIGKILL');
  await run.complete();
  expect(contentsOf(join(folder, NAME))).toEqual(contentsOf(path));
  expect(fetched(run)).toBeLessThan(LENGTH + LOST_PIECES * PIECE_LENGTH);
});
