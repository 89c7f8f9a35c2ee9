import {
  chmodSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { Jstorrent } from './clients/jstorrent.ts';
import type { Command } from './harness/child.ts';
import { contentsOf } from './harness/content.ts';
import { Mounts, needMounts, withDescriptors, withoutPrivilege } from './harness/mounts.ts';
import { fetchAll } from './harness/raw-leech.ts';
import { observe } from './harness/raw-observer.ts';
import { type RawSeed, startSeed } from './harness/raw-seed.ts';
import { makeFolderShare, makeShare } from './harness/share.ts';
import { until } from './harness/until.ts';
import { BLOCK, type Share } from './harness/wire.ts';
import { test, type World } from './harness/world.ts';

const MIB = 1024 * 1024;
const LENGTH = 3 * MIB + 777;
const PROGRAM = fileURLToPath(new URL('../../bin/jstorrent', import.meta.url));
/** Exit code of the program for whatever is wrong with files. */
const DISK = 4;
/** What a file system rounds up. */
const ROUNDING = 64 * 1024;

interface Download {
  readonly share: Share;
  readonly seeds: readonly RawSeed[];
  readonly folder: string;
  readonly state: string;
  readonly options?: readonly string[];
}

function toCommand({ share, seeds, folder, state, options = [] }: Download): Command {
  const peers = seeds.flatMap(({ host, port }) => ['--peer', `${host}:${port}`]);
  const args = [
    'download',
    share.torrent.file,
    '-d',
    folder,
    '--json',
    '--timeout',
    '45',
    ...peers,
    ...options,
  ];
  return { name: 'jstorrent download', file: PROGRAM, args, env: { JSTORRENT_HOME: state } };
}

function start(world: World, command: Command): Jstorrent {
  return new Jstorrent(world.start(command));
}

/** Resolved when the program has that many pieces. */
async function havePieces(run: Jstorrent, count: number): Promise<void> {
  await run.event(
    `${count} pieces`,
    ({ event, havePieces: have = 0 }) => event === 'progress' && have >= count,
  );
}

/** Resolved when it ended because of its files, with this code and sentence. */
async function expectFailure(run: Jstorrent, code: string, sentence: RegExp): Promise<void> {
  expect(await run.child.exit, run.child.transcript()).toMatchObject({ code: DISK });
  const [error] = run.events('error');
  expect(error).toMatchObject({ code, message: expect.stringMatching(sentence) });
  expect(run.child.transcript()).toContain(`error: ${code}: ${error?.message}`);
}

/** Whether the folder at `path` holds what was shared. */
function expectComplete(share: Share, path: string): void {
  const files = contentsOf(path);
  const original = share.path.endsWith('.bin') ? contentsOf(dirname(share.path)) : contentsOf(share.path);
  expect(files).toEqual(original);
}

/** A download that has begun, to a file system of its own; the seed gives nothing before it is allowed to. */
async function downloadToSmallDisk(world: World, size: number) {
  const share = await makeShare(world, LENGTH);
  const seed = await startSeed(world, share, { allowance: 0 });
  const mounts = new Mounts(world);
  const folder = world.newFolder('copy');
  await mounts.mount(folder, size);
  const command = mounts.inside(toCommand({ share, seeds: [seed], folder, state: world.newFolder('state') }));
  return { share, seed, mounts, folder, command, run: start(world, command) };
}

test.concurrent('a full disk is waited for, says what is missing, and nothing verified is fetched twice', async ({
  world,
  skip,
}) => {
  needMounts(skip);
  const size = 2 * MIB;
  const { share, seed, mounts, folder, run } = await downloadToSmallDisk(world, size);
  const observer = observe(world, share, await run.address());
  await until('the observer is let in', async () => observer.isLetIn || undefined);
  seed.allow(Infinity);

  const { code, missing = 0 } = await run.event('waiting', ({ event }) => event === 'waiting');
  expect(code).toBe('DISK_FULL');
  expect(missing).toBeGreaterThanOrEqual(LENGTH - size);
  // Pieces may be written and not yet known to be good.
  expect(missing).toBeLessThan(LENGTH - size + MIB / 2);
  await until(
    'its sentence',
    async () =>
      run.child.transcript().includes('MiB more must be free; then it goes on by itself') || undefined,
  );
  const verified = [...observer.pieces];
  expect(verified.length).toBeGreaterThan(0);
  await mounts.remount(folder, `size=${size + missing + ROUNDING}`);
  await run.complete();
  expectComplete(share, mounts.outside(folder));
  for (const piece of verified) {
    const end = Math.min((piece + 1) * share.pieceLength, LENGTH);
    for (let at = piece * share.pieceLength; at < end; at += BLOCK) {
      expect(seed.given.get(at), `piece ${piece}`).toBe(1);
    }
  }
});

test.concurrent('a folder that may not be written to ends a download with a word about permissions', async ({
  world,
}) => {
  const share = await makeShare(world, LENGTH);
  const seed = await startSeed(world, share);
  const folder = world.newFolder('copy');
  chmodSync(folder, 0o555);
  const command = toCommand({ share, seeds: [seed], folder, state: world.newFolder('state') });
  await expectFailure(
    start(world, withoutPrivilege(command)),
    'DENIED',
    /^you have no permission to use these files/,
  );
  expect(readdirSync(folder)).toEqual([]);
});

test.concurrent('a disk that turns read-only ends a download with a word about it', async ({
  world,
  skip,
}) => {
  needMounts(skip);
  const { share, seed, mounts, folder, command, run } = await downloadToSmallDisk(world, 8 * MIB);
  await until('the seed is met', async () => seed.guests > 0 || undefined);
  await mounts.remount(folder, 'ro');
  seed.allow(Infinity);
  await expectFailure(run, 'READ_ONLY', /^the disk takes no writes; choose another folder with -d/);
  await mounts.remount(folder, 'rw');
  await start(world, command).complete();
  expectComplete(share, mounts.outside(folder));
});

test.concurrent('a drive that goes away ends a download, and the next run goes on from there when it is back', async ({
  world,
  skip,
}) => {
  needMounts(skip);
  const share = await makeShare(world, LENGTH);
  const seed = await startSeed(world, share, { allowance: MIB });
  const mounts = new Mounts(world);
  const [drive, folder] = [world.newFolder('drive'), world.newFolder('copy')];
  await mounts.mount(drive, 8 * MIB);
  const plug = `mount --bind '${drive}' '${folder}'`;
  await mounts.run(plug);
  const download = { share, seeds: [seed], folder, state: world.newFolder('state') };
  const run = start(world, mounts.inside(toCommand(download)));
  await havePieces(run, 10);
  await mounts.run(`umount -l '${folder}'`);
  seed.allow(MIB);
  await expectFailure(run, 'NOT_FOUND', /^the folder or its drive is gone; bring it back/);
  expect(readdirSync(mounts.outside(folder))).toEqual([]);
  await mounts.run(plug);
  seed.allow(Infinity);
  await start(world, mounts.inside(toCommand(download))).complete();
  expectComplete(share, mounts.outside(folder));
  // What was under way when it was missed, at most.
  expect(seed.bytes).toBeLessThanOrEqual(LENGTH + MIB);
});

// THREATS 34.
for (const what of ['torrent', 'download folder'] as const) {
  test.concurrent(`nothing is written through a link that takes the place of the ${what}`, async ({
    world,
  }) => {
    const share = await makeFolderShare(world, 20, 100_000);
    const seed = await startSeed(world, share, { allowance: MIB });
    const [folder, elsewhere] = [world.newFolder('copy'), world.newFolder('elsewhere')];
    const download = {
      share,
      seeds: [seed],
      folder,
      state: world.newFolder('state'),
      options: ['--sequential'],
    };
    const run = start(world, toCommand(download));
    await havePieces(run, 10);
    const place = what === 'torrent' ? join(folder, 'shared') : folder;
    renameSync(place, join(world.folder, 'moved'));
    symlinkSync(elsewhere, place);
    seed.allow(Infinity);
    await expectFailure(
      run,
      'PATH_ESCAPES',
      /^a file would leave the download folder through a link; remove the link/,
    );
    expect(readdirSync(elsewhere)).toEqual([]);
    rmSync(place);
    renameSync(join(world.folder, 'moved'), place);
    await start(world, toCommand(download)).complete();
    expectComplete(share, join(folder, 'shared'));
  });
}

/** What somebody else does to a file. */
const CHANGES: Readonly<Record<string, (path: string) => void>> = {
  removed: (path) => rmSync(path),
  shortened: (path) => truncateSync(path, 1000),
  replaced: (path) => {
    renameSync(path, `${path}.old`);
    writeFileSync(path, Buffer.alloc(LENGTH, 7));
    rmSync(`${path}.old`);
  },
};

for (const [how, change] of Object.entries(CHANGES)) {
  test.concurrent(`a file that is ${how} while it is fetched is fetched again, and only then complete`, async ({
    world,
  }) => {
    const share = await makeShare(world, LENGTH);
    const seed = await startSeed(world, share, { allowance: MIB });
    const folder = world.newFolder('copy');
    const download = { share, seeds: [seed], folder, state: world.newFolder('state') };
    const run = start(world, toCommand(download));
    await havePieces(run, 10);
    change(join(folder, basename(share.path)));
    seed.allow(Infinity);
    await run.complete();
    expectComplete(share, folder);
    const given = seed.bytes;
    await start(world, toCommand(download)).complete();
    expect(seed.bytes).toBe(given);
    expectComplete(share, folder);
  });
}

test.concurrent('a seed whose file is shortened ends with a word about it, and gives nobody wrong bytes', async ({
  world,
}) => {
  const share = await makeShare(world, LENGTH);
  const args = ['seed', share.torrent.file, '-d', dirname(share.path), '--json'];
  const env = { JSTORRENT_HOME: world.newFolder('state') };
  const run = start(world, { name: 'jstorrent seed', file: PROGRAM, args, env });
  const to = await run.address();
  await run.event('seeding', ({ event }) => event === 'seeding');
  await fetchAll(world, share, to, '127.0.2.1');
  truncateSync(share.path, MIB);
  // Rejects when it gets a wrong byte.
  const fetching = fetchAll(world, share, to, '127.0.2.2');
  await Promise.race([
    fetching,
    expectFailure(run, 'INCOMPLETE', /^data that was there is gone or has changed/),
  ]);
  expect(run.child.ended).toMatchObject({ code: DISK });
});

test.concurrent('too few descriptors are waited for, and 300 files come from 30 peers all the same', async ({
  world,
}) => {
  const share = await makeFolderShare(world, 300, 20_000);
  const hosts = Array.from({ length: 30 }, (_, index) => `127.0.8.${1 + index}`);
  const seeds = await Promise.all(hosts.map((host) => startSeed(world, share, { host })));
  const folder = world.newFolder('copy');
  for (const most of [64, 48]) {
    const command = toCommand({ share, seeds, folder, state: world.newFolder('state') });
    const run = start(world, withDescriptors(command, most));
    await run.complete();
    expectComplete(share, join(folder, 'shared'));
    const codes = run.events('waiting').map(({ code }) => code);
    expect(codes.every((code) => code === 'TOO_MANY_FILES')).toBe(true);
    // More than half of these are for the peers alone.
    if (most === 48) {
      expect(codes.length).toBeGreaterThan(0);
      expect(run.child.transcript()).toContain('too many files are open; raise the limit (ulimit -n)');
    }
    rmSync(folder, { recursive: true });
  }
});
