/** Sieges one after the other until enough shots have fallen. Decides the order, and sums up. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Dice } from './dice.ts';
import { besiege, type Tally } from './siege.ts';

/** How much is done. */
export interface RoundsOptions {
  /** An empty folder. */
  readonly folder: string;
  readonly seed: number;
  /** Shots. */
  readonly rounds: number;
  /** Every torrent has this many MiB to twice as many. */
  readonly leastMib: number;
  readonly onLine: (line: string) => void;
}

/** Shoot until all rounds are done and the last torrent is complete; answers a summary. */
export async function runRounds({ folder, seed, rounds, leastMib, onLine }: RoundsOptions): Promise<string> {
  const dice = new Dice(seed);
  const targets = { host: 0, daemon: 0, both: 0, nobody: 0 };
  const tally: Tally = {
    shots: 0,
    targets,
    torrents: 0,
    runs: 0,
    torrentBytes: 0,
    fetchedBytes: 0,
    boundBytes: 0,
    unsavedMsMax: 0,
  };
  while (tally.shots < rounds) {
    const place = join(folder, String(tally.torrents));
    mkdirSync(place);
    await besiege({ dice, folder: place, leastMib, shotsMax: rounds - tally.shots, tally, onLine });
    rmSync(place, { recursive: true, force: true, maxRetries: 5 });
  }
  return summaryOf(tally);
}

function summaryOf(tally: Tally): string {
  const { shots, targets, torrents, runs } = tally;
  const mib = (bytes: number): string => (bytes / 1024 / 1024).toFixed(1);
  return [
    `${shots} shots (${targets.host} at the host, ${targets.daemon} at the daemon, ${targets.both} at both, ${targets.nobody} stopped in order) in ${runs} runs`,
    `${torrents} torrents complete and right, ${mib(tally.torrentBytes)} MiB; nothing claimed that was not on disk`,
    `${mib(tally.fetchedBytes)} MiB fetched, at most ${mib(tally.boundBytes)} MiB allowed`,
    `oldest verified piece forgotten by a kill: ${(tally.unsavedMsMax / 1000).toFixed(1)} s`,
  ].join('\n');
}
