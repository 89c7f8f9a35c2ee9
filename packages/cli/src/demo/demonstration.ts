/**
 * The demonstration: a sample torrent goes from one process to another through a tracker and a magnet link, all on this
 * machine and with everything a real download takes. Decides what is shown and said; nothing of it stays.
 */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { styleText } from 'node:util';
import { buildMagnet } from '@jstorrent/protocol';
import { runCreate } from '../commands/create.ts';
import { runDownload } from '../commands/download.ts';
import { beginDaemon, ROOT } from '../early-daemon.ts';
import { CliError, EXIT, type ExitCode } from '../errors.ts';
import type { Output } from '../output.ts';
import { readTorrentFile } from '../source.ts';
import { formatBytes } from '../text.ts';
import { findDifference, SAMPLE_FILE_COUNT, writeSample } from './sample.ts';
import { startSeeder, type Seeder } from './seeder.ts';
import { startTracker, type DemoTracker } from './tracker.ts';

const NAME = 'jstorrent-sample';
/** Nothing on one machine takes longer than this to begin. */
const TIMEOUT_SECONDS = 60;

/** Show a download from end to end. */
export async function runDemonstration(output: Output): Promise<ExitCode> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'jstorrent-demo-')));
  const cleanUp = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', cleanUp);
  process.env['JSTORRENT_HOME'] = join(folder, 'state');
  const stage: Stage = { folder, output, tracker: null, seeder: null };
  try {
    return await perform(stage);
  } finally {
    await stage.seeder?.stop();
    stage.tracker?.close();
    cleanUp();
  }
}

interface Stage {
  readonly folder: string;
  readonly output: Output;
  tracker: DemoTracker | null;
  seeder: Seeder | null;
}

async function perform(stage: Stage): Promise<ExitCode> {
  const { folder, output } = stage;
  output.line(heading('JSTorrent: a download from end to end, all on this machine'));
  output.line('');
  const original = join(folder, 'seeder', NAME);
  const torrent = join(folder, 'sample.torrent');
  output.status('making a sample…');
  const length = writeSample(original);
  output.line(`1. A sample of ${formatBytes(length)} in ${SAMPLE_FILE_COUNT} files stands in ${original}`);

  stage.tracker = await startTracker();
  const { announceUrl } = stage.tracker;
  output.line(`2. A tracker runs at ${announceUrl}`);

  const made = await runCreate(
    original,
    { output: torrent, tracker: [announceUrl], webSeed: [], private: false, force: false },
    { ...output, line: () => {} },
  );
  if (made !== EXIT.done) return made;
  stage.seeder = await startSeeder(torrent, join(folder, 'seeder'));
  await stage.tracker.firstAnnounce;
  output.line(`3. A second process seeds the sample at port ${stage.seeder.port}, as the tracker now knows`);

  const { info } = readTorrentFile(torrent).metainfo;
  const magnet = buildMagnet({ infoHash: info.infoHash, name: info.name, trackers: [announceUrl] });
  output.line(
    '4. This process gets nothing but a magnet link: it asks the tracker for peers, the peers for the list of',
  );
  output.line('   files, and fetches, checks and writes every piece:');
  output.line(`   ${magnet}`);
  const copies = join(folder, 'downloads');
  const options = {
    dir: copies,
    peer: [],
    webSeed: [],
    port: 0,
    sequential: false,
    seed: false,
    maxDown: 0,
    maxUp: 0,
  };
  const fetched = await runDownload(
    magnet,
    { ...options, trackers: true, timeout: TIMEOUT_SECONDS },
    { output, daemon: beginDaemon({ [ROOT]: copies }) },
  );
  if (fetched !== EXIT.done) return fetched;

  const difference = findDifference(original, join(copies, NAME));
  if (difference !== null) {
    throw new CliError(EXIT.broken, 'DIFFERENT', `${difference} is not what was sent; please report this`);
  }
  output.line(
    `5. Compared byte for byte: all ${SAMPLE_FILE_COUNT} files are the same. Everything is removed again.`,
  );
  sayWhatNext(output);
  return EXIT.done;
}

function sayWhatNext(output: Output): void {
  output.line('');
  output.line(heading('What to type next'));
  output.line("  npx -y pnpm@12 start '<magnet link, .torrent file or address>'   fetch it into ./downloads");
  output.line(
    '  bin/jstorrent create <folder>                                     make a torrent of your own',
  );
  output.line('  bin/jstorrent --help                                              everything else');
}

function heading(text: string): string {
  return styleText('bold', text, { stream: process.stdout });
}
