/** Sieges of services, one after the other until enough shots have fallen. Decides their length, and sums up. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { besiegeService, type Tally } from './siege.ts';

/** Shots at one session: enough for a history, few enough for a fresh start now and then. */
const SIEGE_ROUNDS = 20;

/** How much is done. */
export interface ServiceRoundsOptions {
  /** An empty folder. */
  readonly folder: string;
  readonly seed: number;
  /** The first round: with it a failing siege is replayed without those before. */
  readonly from: number;
  /** Shots. */
  readonly rounds: number;
  /** Every torrent has this many KiB to twice as many. */
  readonly leastKib: number;
  readonly pauseMsMax: number;
  readonly onLine: (line: string) => void;
}

/** Shoot until all rounds are done; answers a summary. Rejects when something does not hold. */
export async function runServiceRounds(options: ServiceRoundsOptions): Promise<string> {
  const tally: Tally = {
    rounds: 0,
    targets: { service: 0, daemon: 0, both: 0, nobody: 0 },
    commands: 0,
    inDoubt: 0,
    full: 0,
    completed: 0,
    fetchedBytes: 0,
  };
  const end = options.from + options.rounds;
  for (let round = options.from; round < end; round += SIEGE_ROUNDS) {
    const folder = join(options.folder, String(round));
    mkdirSync(folder);
    const closers: (() => Promise<void>)[] = [];
    try {
      await besiegeService({
        ...options,
        folder,
        round,
        rounds: Math.min(SIEGE_ROUNDS, end - round),
        world: { atEnd: (close) => closers.push(close) },
        tally,
      });
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      throw new Error(`siege from round ${round}: ${words}`, { cause: error });
    } finally {
      await Promise.all(closers.map((close) => close()));
    }
  }
  return summaryOf(tally);
}

function summaryOf(tally: Tally): string {
  const { rounds, targets, commands, inDoubt, full, completed, fetchedBytes } = tally;
  return [
    `${rounds} shots (${targets.service} at the service, ${targets.daemon} at the daemon, ${targets.both} at both, ${targets.nobody} stopped in order, ${full} with a full disk) and ${commands} commands, ${inDoubt} of them unanswered`,
    `no torrent lost, none back, nothing claimed that was not on disk, nothing saved fetched again, nothing left that was to be deleted`,
    `${completed} torrents complete and right, ${(fetchedBytes / 1024 / 1024).toFixed(1)} MiB fetched`,
  ].join('\n');
}
