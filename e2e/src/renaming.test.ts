/** Folders of a torrent that get other names while it is fetched, and while everything is killed. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { create } from './clients/jstorrent.ts';
import { contentsOf, writeFile } from './harness/content.ts';
import { startSeed } from './harness/raw-seed.ts';
import { until } from './harness/until.ts';
import { test, type World } from './harness/world.ts';

const PROGRAM = fileURLToPath(new URL('../../bin/jstorrent', import.meta.url));
const KIB = 1024;
const PIECE_LENGTH = 64 * KIB;
/** In the order of the torrent. */
const FILES = [
  ['c.bin', 700 * KIB],
  ['s01/a.bin', 1500 * KIB],
  ['s01/extra/b.bin', 900 * KIB + 7],
  ['s01/extra/empty', 0],
] as const;
const LENGTH = FILES.reduce((sum, [, length]) => sum + length, 0);
/** What may be fetched twice after a kill: pieces under way or not yet written. */
const LOST_BYTES = 8 * PIECE_LENGTH;

interface Row {
  readonly state: string;
  readonly bytesLeft: number;
}

/** The service of a test, as the command line drives it. */
interface Session {
  readonly downloads: string;
  readonly run: (...words: readonly string[]) => Promise<string>;
  row(): Promise<Row>;
  /** Paths of the torrent's files, as they are listed. */
  paths(): Promise<readonly string[]>;
  /** Service and daemon, as a power cut does. */
  killAll(): Promise<void>;
}

function openSession(world: World): Session {
  const downloads = world.newFolder('downloads');
  const env = { ...process.env, JSTORRENT_HOME: world.newFolder('state'), HOME: world.newFolder('home') };
  const run = async (...words: readonly string[]): Promise<string> =>
    (await promisify(execFile)(PROGRAM, words, { env })).stdout;
  const read = async (...words: readonly string[]): Promise<unknown> =>
    JSON.parse(await run(...words, '--json'));
  const killAll = async (): Promise<void> => {
    const status = (await read('service', 'status')) as {
      readonly pid?: number;
      readonly daemonPid?: number;
    };
    for (const pid of [status.pid, status.daemonPid]) if (typeof pid === 'number') end(pid);
    if (status.pid !== undefined) await gone(status.pid);
  };
  world.atEnd(killAll);
  return {
    downloads,
    run,
    killAll,
    row: async () => ((await read('list')) as readonly Row[])[0] ?? { state: 'absent', bytesLeft: -1 },
    paths: async () =>
      ((await read('files', 'Show')) as readonly { readonly path: readonly string[] }[]).map(({ path }) =>
        path.join('/'),
      ),
  };
}

function end(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has gone with the other one.
  }
}

async function gone(pid: number): Promise<void> {
  await until('the service is gone', async () => {
    try {
      process.kill(pid, 0);
      return undefined;
    } catch {
      return true;
    }
  });
}

async function isComplete(session: Session): Promise<void> {
  await until('everything is there', async () =>
    (await session.row()).state === 'seeding' ? true : undefined,
  );
}

test.concurrent('a download whose folder is renamed completes in it, whatever is killed', async ({
  world,
}) => {
  const original = join(world.newFolder('original'), 'Show');
  const files = FILES.map(([name, length]) => writeFile(original, name, length));
  const torrent = await create(world, original);
  const content = Buffer.concat(files.map((file) => readFileSync(file)));
  const share = { torrent, path: original, content, pieceLength: PIECE_LENGTH };
  const seed = await startSeed(world, share, { allowance: 1000 * KIB });
  const session = openSession(world);
  const { downloads, run } = session;
  const meet = (): Promise<string> => run('peers', 'Show', '--add', `127.0.0.1:${seed.port}`);
  const arrived = (bytes: number): Promise<unknown> =>
    until(`${bytes} bytes arrive`, async () =>
      (await session.row()).bytesLeft <= LENGTH - bytes ? true : undefined,
    );
  const listed = (folder: string): readonly string[] =>
    FILES.map(([name]) => `Show/${name.replace(/^s01/, folder)}`).toSorted();
  const isRight = (folder: string): void => {
    expect(contentsOf(join(downloads, 'Show', folder))).toEqual(contentsOf(join(original, 's01')));
    expect(contentsOf(join(downloads, 'Show'))).toHaveLength(FILES.length);
  };

  await run('set', 'global', 'net.port=0');
  await run('add', '--dir', downloads, torrent.file);
  await meet();
  await arrived(900 * KIB);
  await run('rename', 'Show', 'Show/s01', 'Season 1');
  expect(existsSync(join(downloads, 'Show', 's01'))).toBe(false);
  seed.allow(700 * KIB);
  await arrived(1500 * KIB);
  expect(seed.guests).toBe(1);

  await session.killAll();
  expect((await session.paths()).toSorted()).toEqual(listed('Season 1'));
  // Killed while it is renamed, it has one name or the other.
  mkdirSync(join(downloads, 'Show', 'Season 2'));
  const renaming = run('rename', 'Show', 'Show/Season 1', 'Season 2').catch(() => '');
  await until('a file has its new name', async () =>
    existsSync(join(downloads, 'Show', 'Season 2', 'a.bin')) ? true : undefined,
  );
  await session.killAll();
  await renaming;
  const names = (await session.paths()).toSorted();
  expect([listed('Season 1'), listed('Season 2')]).toContainEqual(names);
  if (!names.includes('Show/Season 2/a.bin')) await run('rename', 'Show', 'Show/Season 1', 'Season 2');

  await meet();
  seed.allow(Infinity);
  await isComplete(session);
  isRight('Season 2');
  expect(seed.bytes).toBeLessThan(LENGTH + 2 * LOST_BYTES);

  await session.killAll();
  await isComplete(session);
  expect((await session.paths()).toSorted()).toEqual(listed('Season 2'));
  isRight('Season 2');
  expect(seed.bytes).toBeLessThan(LENGTH + 2 * LOST_BYTES);
  await run('rename', 'Show', 'Show/Season 2', 's01');
  isRight('s01');
  await run('remove', 'Show', '--delete-files');
  await until('nothing is left', async () => (existsSync(join(downloads, 'Show')) ? undefined : true));
});
