/** `jstorrent create`: makes a .torrent of a file or folder. Decides what goes in and where the result is written. */
import { existsSync, realpathSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import type { CreationRequest } from '@jstorrent/engine';
import { choosePieceLength, safeComponent, TRACKER_SCHEMES, WEB_SEED_SCHEMES } from '@jstorrent/protocol';
import { writeAtomically } from '../atomic-file.ts';
import { checkUrl } from '../check-url.ts';
import { beginDaemon, ROOT } from '../early-daemon.ts';
import { CliError, diskError, EXIT, usageError, type ExitCode } from '../errors.ts';
import { hearInterrupts } from '../interrupt.ts';
import type { Output } from '../output.ts';
import { openSession } from '../session.ts';
import { parseTorrent } from '../source.ts';
import { describeMetainfo } from '../describe.ts';
import { count, formatBytes, formatPercent, plain } from '../text.ts';
import { CLIENT_VERSION } from '../version.ts';
import { walkFiles, type Walk } from '../walk.ts';

/** Options of `create`, already checked. */
export interface CreateOptions {
  readonly output?: string;
  readonly tracker: readonly string[];
  readonly webSeed: readonly string[];
  /** Bytes. */
  readonly pieceLength?: number;
  readonly private: boolean;
  readonly comment?: string;
  readonly force: boolean;
}

/** Make a .torrent of `path`. */
export async function runCreate(path: string, options: CreateOptions, output: Output): Promise<ExitCode> {
  for (const url of options.tracker) checkUrl(url, TRACKER_SCHEMES, '--tracker');
  for (const url of options.webSeed) checkUrl(url, WEB_SEED_SCHEMES, '--web-seed');
  const source = realPath(path);
  const name = basename(source);
  if (name === '') throw usageError(`${path} has no name to give to the torrent; choose a folder inside it`);
  const target = resolve(options.output ?? `${name}.torrent`);
  if (!options.force) assertFree(target);
  const walk = walkFiles(source, target);
  tellDoubts(walk, name, output);
  const length = walk.files.reduce((sum, file) => sum + file.length, 0);
  if (length === 0) throw new CliError(EXIT.source, 'TORRENT_EMPTY', `${source} has no data to share`);
  const pieceLength = options.pieceLength ?? choosePieceLength(length);

  const metainfo = await hash(dirname(source), output, {
    root: ROOT,
    name,
    files: walk.files,
    pieceLength,
    options: {
      trackers: options.tracker.map((url) => [url]),
      webSeeds: options.webSeed,
      private: options.private,
      ...(options.comment === undefined ? {} : { comment: options.comment }),
      createdBy: CLIENT_VERSION,
      creationDate: Math.floor(Date.now() / 1000),
    },
  });
  if (metainfo === null) return EXIT.interrupted;
  await write(target, metainfo, options.force);

  const facts = describeMetainfo(parseTorrent(metainfo, target));
  output.event({ file: target, ...facts });
  const files = `${count(walk.files.length, 'file')}, ${formatBytes(length)}`;
  output.line(
    `${plain(target)}: ${files} in ${count(facts.pieceCount ?? 0, 'piece')} of ${formatBytes(pieceLength)}`,
  );
  output.line(`Info-hash: ${facts.infoHash}`);
  return EXIT.done;
}

/** The finished .torrent, or null when the user ended it. */
async function hash(
  folder: string,
  output: Output,
  request: Omit<CreationRequest, 'onProgress' | 'onDone' | 'onFailed'>,
): Promise<Uint8Array | null> {
  const interrupt = hearInterrupts(() => {});
  const session = await openSession({
    daemon: beginDaemon({ [ROOT]: folder }),
    onEvent: () => {},
    onLog: (line) => output.notice(plain(line)),
  });
  try {
    const made = Promise.withResolvers<Uint8Array>();
    session.engine.create({
      ...request,
      onProgress: (done, all) => output.status(`hashing ${plain(request.name)}  ${formatPercent(done, all)}`),
      onDone: made.resolve,
      onFailed: (code, detail) => made.reject(new CliError(EXIT.disk, code, detail)),
    });
    return await Promise.race([made.promise, interrupt.raised.then(() => null)]);
  } finally {
    await session.close();
    interrupt.close();
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    throw diskError(path, error);
  }
}

function assertFree(target: string): void {
  if (existsSync(target)) throw taken(target);
}

function taken(target: string): CliError {
  return new CliError(
    EXIT.disk,
    'EXISTS',
    `${target} is there already; choose another with -o, or add --force`,
  );
}

async function write(target: string, bytes: Uint8Array, force: boolean): Promise<void> {
  try {
    if (force) await writeAtomically(target, bytes);
    else await writeFile(target, bytes, { flag: 'wx' });
  } catch (error) {
    const isTaken = error instanceof Error && 'code' in error && error.code === 'EEXIST';
    throw isTaken ? taken(target) : diskError(target, error);
  }
}

/** What the maker should know before others complain. */
function tellDoubts(walk: Walk, name: string, output: Output): void {
  for (const path of walk.skipped) output.notice(`Left out, because it is a link or no file: ${plain(path)}`);
  const components = new Set([name, ...walk.files.flatMap(({ path }) => path)]);
  for (const component of components) {
    const safe = safeComponent(component);
    if (safe === component) continue;
    output.notice(`"${plain(component)}" is not possible on every system; others will see "${safe ?? '_'}"`);
  }
}
