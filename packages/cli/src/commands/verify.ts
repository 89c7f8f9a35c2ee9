/** `jstorrent verify`: compares a torrent with what is on disk, and writes nothing. Decides how the result is told. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { clearInterval, setInterval } from 'node:timers';
import { EngineError, type Priority, type ResumeData, type TorrentId } from '@jstorrent/engine';
import type { Info } from '@jstorrent/protocol';
import { beginDaemon, ROOT } from '../early-daemon.ts';
import { CliError, EXIT, type ExitCode } from '../errors.ts';
import { existingFolder } from '../folder.ts';
import { hearInterrupts } from '../interrupt.ts';
import { takeInventory, type FileInventory, type Inventory } from '../inventory.ts';
import type { Output } from '../output.ts';
import { describeFailure, statusLine } from '../progress.ts';
import { openSession, type Session } from '../session.ts';
import { readTorrentFile } from '../source.ts';
import { count, formatPercent, plain } from '../text.ts';

const SHOW_MS = 500;
/** Files that are named one by one to people. */
const NAMED_FILES = 50;

/** Check the data of the .torrent file at `path` in `dir`. */
export async function runVerify(path: string, dir: string, output: Output): Promise<ExitCode> {
  const { bytes, metainfo } = readTorrentFile(path);
  const folder = existingFolder(dir);
  const interrupt = hearInterrupts(() => {});
  let found: ResumeData | null = null;
  const session = await openSession({
    daemon: beginDaemon({ [ROOT]: folder }),
    onEvent: (event) => {
      if (event.type === 'resume') found = event.data;
    },
    onLog: (line) => output.notice(plain(line)),
  });
  try {
    const id = addStopped(session, bytes, wantedThere(metainfo.info, folder));
    const timer = setInterval(() => output.status(statusLine(session.engine.view(id))), SHOW_MS);
    const checked = check(session, id).finally(() => clearInterval(timer));
    const isInterrupted = await Promise.race([checked, interrupt.raised.then(() => true)]);
    if (isInterrupted) return EXIT.interrupted;
  } finally {
    await session.stopTorrents();
    await session.close();
    interrupt.close();
  }
  const { pieces, files } = found ?? { pieces: new Uint8Array(), files: [] };
  const inventory = takeInventory(metainfo.info, pieces, files);
  output.event({ name: metainfo.info.name, folder, ...inventory });
  for (const line of linesOf(metainfo.info.name, inventory)) output.line(line);
  return inventory.complete ? EXIT.done : EXIT.disk;
}

/**
 * Files that are there, as the ones that were chosen: bytes of others that chosen ones share pieces with are in part files,
 * and are read from there.
 */
function wantedThere({ files }: Info, folder: string): Priority[] {
  return files.map(({ path }) => (existsSync(join(folder, ...path)) ? 2 : 0));
}

function addStopped({ engine }: Session, metainfo: Uint8Array, priorities: readonly Priority[]): TorrentId {
  try {
    return engine.add({ metainfo }, { root: ROOT, start: false, noTrackers: true, priorities });
  } catch (error) {
    if (error instanceof EngineError) throw new CliError(EXIT.source, error.code, error.message);
    throw error;
  }
}

/** Hash everything; a stopped torrent stays offline. Resolved with false when it is done. */
async function check(session: Session, id: TorrentId): Promise<boolean> {
  const { engine } = session;
  engine.recheck(id);
  await session.until(() => ['stopped', 'failed'].includes(engine.view(id).state.kind));
  const { state } = engine.view(id);
  if (state.kind === 'failed') throw new CliError(EXIT.disk, state.code, describeFailure(state));
  return false;
}

function linesOf(name: string, inventory: Inventory): string[] {
  const { complete, good, bad, missing, pieceCount, files } = inventory;
  if (complete) return [`${plain(name)}: all ${count(pieceCount, 'piece')} are good, nothing is missing.`];
  const damaged = files.filter((file) => !file.complete);
  const lines = damaged.slice(0, NAMED_FILES).map(lineOf);
  if (damaged.length > NAMED_FILES) lines.push(`  and ${damaged.length - NAMED_FILES} more files`);
  const whole = `${files.length - damaged.length} of ${count(files.length, 'file')} are complete`;
  const tally = `${good} of ${count(pieceCount, 'piece')} are good, ${bad} bad, ${missing} missing`;
  return [`${plain(name)}: ${tally}; ${whole}.`, ...lines, '"jstorrent download" fetches what is not good.'];
}

function lineOf({ path, length, size, pieces, goodPieces }: FileInventory): string {
  if (size < 0) return `  ${plain(path)}: not there`;
  const share = pieces === 0 ? '' : `, ${formatPercent(goodPieces, pieces)} good`;
  return `  ${plain(path)}: ${size} of ${length} bytes${share}`;
}
