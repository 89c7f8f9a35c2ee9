/** `pnpm bench`: this client beside others on the same torrents, run in turn. See docs/PERFORMANCE.md. */
import { rmSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import process from 'node:process';
import { aria2 } from './clients/aria2.ts';
import type { Client } from './clients/client.ts';
import { jstorrent, libtorrent } from './clients/controlled.ts';
import { prepareContent } from './content.ts';
import { measureList } from './list.ts';
import { parseOptions, USAGE, UsageError, type BenchOptions } from './options.ts';
import { startPeer } from './peer-process.ts';
import { ratios, runLine, summary } from './report.ts';
import { runOnce, type RunFigures, type RunSetting } from './run.ts';
import { soak } from './soak.ts';
import { measureStart } from './start-up.ts';
import { startTracker } from './tracker.ts';

const CLIENTS: readonly Client[] = [jstorrent, libtorrent, aria2];

const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

/** The clients asked for that are installed. */
function findClients(names: readonly string[]): Client[] {
  return names.flatMap((name) => {
    const client = CLIENTS.find((one) => one.name === name);
    if (client === undefined) throw new UsageError(`no client ${name}`);
    const version = client.version();
    print(version === null ? `${name}: skipped, ${client.install} is not installed` : `${name}: ${version}`);
    return version === null ? [] : [client];
  });
}

async function runAll(setting: RunSetting, clients: readonly Client[]): Promise<RunFigures[][]> {
  const rounds: RunFigures[][] = [];
  for (let round = 0; round < setting.options.runs; round += 1) {
    const figures: RunFigures[] = [];
    // Everybody comes first once: what the one before leaves behind hits nobody more than others.
    const shift = round % clients.length;
    for (const client of [...clients.slice(shift), ...clients.slice(0, shift)]) {
      try {
        const run = await runOnce(client, setting);
        figures.push(run);
        print(`round ${round + 1}, ${runLine(run)}`);
      } catch (error) {
        process.exitCode = 1;
        print(
          `round ${round + 1}, ${client.name} failed: ${error instanceof Error ? error.message : String(error)}`,
        );
      }
    }
    rounds.push(clients.flatMap(({ name }) => figures.filter(({ client }) => client === name)));
  }
  return rounds;
}

async function bench(options: BenchOptions): Promise<void> {
  const { torrent, action, peers, cacheDir } = options;
  const memory = Math.round(totalmem() / 2 ** 30);
  print(
    `${availableParallelism()} cores (${cpus()[0]?.model ?? 'unknown'}), ${memory} GiB, load ${loadavg()[0]?.toFixed(1)}`,
  );
  const clients = findClients(options.clients);
  const tracker = await startTracker();
  const content = prepareContent(torrent, cacheDir, tracker.announceUrl);
  const kind = action === 'upload' ? 'leecher' : 'seeder';
  const peer = action === 'check' ? null : await startPeer(kind, content, peers);
  if (kind === 'seeder' && peer !== null) tracker.setPeers(peer.addresses, peer.port);
  try {
    const rounds = await runAll({ options, content, peer }, clients);
    const who =
      action === 'check'
        ? ''
        : ` with ${peers} ${kind === 'seeder' ? 'seeder' : 'connection'}${peers > 1 ? 's' : ''}`;
    print(`\n${action} of ${torrent}${who}: medians of ${options.runs} interleaved runs`);
    print(summary(rounds.flat()));
    print(`\n${ratios(rounds)}`);
  } finally {
    peer?.stop();
    tracker.close();
    rmSync(content.torrentFile, { force: true });
  }
}

try {
  if (process.platform !== 'linux') throw new UsageError('the benchmark reads /proc: it needs Linux');
  const options = parseOptions(process.argv.slice(2));
  if (options === null) print(USAGE);
  else if (options.action === 'start') await measureStart({ ...options, print });
  else if (options.action === 'list') await measureList({ ...options, torrents: options.count, print });
  else if (options.action !== 'soak') await bench(options);
  else if (!(await soak({ ...options, print }))) process.exitCode = 1;
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  process.stderr.write(`${error.message}\n\n${USAGE}`);
  process.exitCode = 2;
}
