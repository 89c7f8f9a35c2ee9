/**
 * One torrent, downloaded again and again until it is complete while its processes are killed at random moments. Decides
 * when shots fall, and judges from the outside what must hold after each: nothing is claimed that is not right on disk,
 * nothing that was saved is forgotten, little is fetched twice, and the download always goes on.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { readClaims } from './claims.ts';
import type { Dice } from './dice.ts';
import { falseClaims, isComplete, readContent, rollShape, type Shape, writeShape } from './shape.ts';
import { endSeed, makeTorrent, portOf, startSeed, type Target, Victim } from './victim.ts';

const MIB = 1024 * 1024;
/** Shots fall soon after the start, or around the time when progress is saved (every 5 s). */
const WAIT_MS_MAX = [1500, 9000] as const;
/** A daemon that dies more often in a run is started again only after a pause that grows. */
const DAEMON_SHOTS_MAX = 2;
/** Verified pieces may be forgotten that are younger: 5 s between saves, and what saving takes on a busy machine. */
const UNSAVED_MS_MAX = 8000;
/** What a kill may cost beside that: pieces under way. */
const PARTIAL_PIECES = 4;
/** What takes a piece from its last block to being verified. */
const VERIFY_MS = 500;
/** And payload that came after the last word of the run, one second after the one before. */
const SILENT_MS = 1500;
/** And payload that was in the buffers between the two programs. */
const BUFFER_BYTES = 4 * MIB;

const TARGETS: readonly Target[] = ['daemon', 'host', 'both', 'host', 'both', 'nobody'];

/** What happened so far. */
export interface Tally {
  shots: number;
  readonly targets: Record<Target, number>;
  torrents: number;
  runs: number;
  /** Bytes of the completed torrents. */
  torrentBytes: number;
  /** Bytes fetched for them. */
  fetchedBytes: number;
  /** Bytes that may have been fetched for them. */
  boundBytes: number;
  /** The oldest verified piece that a kill made the program forget. */
  unsavedMsMax: number;
}

/** What a siege is given. */
export interface SiegeOptions {
  readonly dice: Dice;
  /** An empty folder. */
  readonly folder: string;
  /** The torrent has this many MiB to twice as many. */
  readonly leastMib: number;
  readonly shotsMax: number;
  readonly tally: Tally;
  readonly onLine: (line: string) => void;
}

/** Download one torrent under fire. Rejects when something does not hold, with what was said last. */
export async function besiege(options: SiegeOptions): Promise<void> {
  const { dice, folder, tally } = options;
  const shape = rollShape(dice, options.leastMib);
  const torrent = join(folder, 'made.torrent');
  const original = join(folder, 'original');
  await makeTorrent(writeShape(original, shape), torrent, shape.pieceLength);
  const seed = await startSeed(torrent, original, join(folder, 'seed-state'));
  try {
    const boundBytes = await new Siege(options, shape, torrent, portOf(seed)).run();
    const fetchedBytes = await endSeed(seed);
    if (fetchedBytes > boundBytes) {
      throw new Error(`${fetchedBytes} bytes were fetched, ${boundBytes} are the most that may be`);
    }
    tally.torrents += 1;
    tally.torrentBytes += shape.length;
    tally.fetchedBytes += fetchedBytes;
    tally.boundBytes += boundBytes;
  } finally {
    await seed.kill();
  }
}

class Siege {
  readonly #options: SiegeOptions;
  readonly #shape: Shape;
  readonly #content: Buffer;
  readonly #torrent: string;
  readonly #port: number;
  readonly #rate: number;
  readonly #copy: string;
  readonly #state: string;
  /** Pieces that are claimed. */
  #claimed = 0;
  /** Pieces that were claimed when the present run began. */
  #runBegan = 0;
  #shots = 0;
  /** Bytes that may be fetched so far. */
  #bound: number;

  constructor(options: SiegeOptions, shape: Shape, torrent: string, port: number) {
    this.#options = options;
    this.#shape = shape;
    this.#content = readContent(shape, join(options.folder, 'original'));
    this.#torrent = torrent;
    this.#port = port;
    this.#rate = options.dice.pick([2, 4, 8]) * MIB;
    this.#copy = join(options.folder, 'copy');
    this.#state = join(options.folder, 'state');
    this.#bound = shape.length;
    mkdirSync(this.#copy);
  }

  /** Shoot until it is complete; answers how many bytes may have been fetched for that. */
  async run(): Promise<number> {
    const { onLine } = this.#options;
    const { files, length, pieceLength } = this.#shape;
    const pieces = Math.ceil(length / pieceLength);
    const rate = `${this.#rate / MIB} MiB/s`;
    onLine(`${files.length} files, ${pieces} pieces of ${pieceLength / 1024} KiB, ${rate}`);
    while (!(await this.#oneRun()));
    if (!isComplete(this.#shape, this.#content, this.#copy))
      throw new Error('complete, but not right on disk');
    const claims = readClaims(this.#state);
    if (claims?.pieces.length !== pieces) throw new Error('complete, but not claimed');
    return this.#bound;
  }

  /** One run of the program; whether it ended with everything there. */
  async #oneRun(): Promise<boolean> {
    const job = { torrent: this.#torrent, folder: this.#copy, state: this.#state };
    const victim = new Victim({ ...job, port: this.#port, rate: this.#rate });
    this.#options.tally.runs += 1;
    try {
      const { complete, daemonShots } = await this.#underFire(victim);
      this.#judgeRun(victim, daemonShots);
      return complete;
    } catch (error) {
      throw victim.child.error(error instanceof Error ? error.message : String(error));
    } finally {
      await victim.child.kill();
    }
  }

  async #underFire(victim: Victim): Promise<{ readonly complete: boolean; readonly daemonShots: number }> {
    const { dice, shotsMax, tally } = this.#options;
    let daemonShots = 0;
    for (;;) {
      const isOver = this.#shots >= shotsMax;
      const waitMs = isOver ? Infinity : dice.between(50, dice.pick(WAIT_MS_MAX));
      if (!(await victim.survive(waitMs))) {
        if (victim.child.ended?.code !== 0) throw new Error('did not go on');
        return { complete: true, daemonShots };
      }
      const target = dice.pick(daemonShots < DAEMON_SHOTS_MAX ? TARGETS : TARGETS.slice(1));
      if (!(await victim.shoot(target))) continue;
      this.#shots += 1;
      tally.shots += 1;
      tally.targets[target] += 1;
      this.#judgeShot(victim, target, daemonShots);
      if (target !== 'daemon') return { complete: false, daemonShots };
      daemonShots += 1;
    }
  }

  /** What must hold on disk after a shot. */
  #judgeShot(victim: Victim, target: Target, daemonShots: number): void {
    const nowMs = performance.now();
    const { onLine, tally } = this.#options;
    const claims = readClaims(this.#state);
    const wrong = claims === null ? [] : falseClaims(this.#shape, this.#content, this.#copy, claims);
    if (wrong.length > 0) throw new Error(`claimed but not right on disk: ${wrong.join(', ')}`);
    const claimed = claims?.pieces.length ?? 0;
    if (claimed < this.#claimed) throw new Error(`${this.#claimed} pieces were claimed, now ${claimed}`);
    const have = victim.last?.havePieces ?? 0;
    onLine(`  shot ${tally.shots} at ${target}: ${have} pieces verified, ${claimed} saved`);
    if (target === 'nobody' && daemonShots === 0 && claimed < have) {
      // Between two daemons nobody can save.
      throw new Error('stopped in order, and not all is saved');
    }
    this.#bound += PARTIAL_PIECES * this.#shape.pieceLength + (this.#rate * SILENT_MS) / 1000 + BUFFER_BYTES;
    if (target === 'daemon') return;
    const forgotten = victim.samples.find(({ havePieces }) => havePieces > claimed);
    if (forgotten !== undefined) {
      const unsavedMs = nowMs - forgotten.atMs;
      tally.unsavedMsMax = Math.max(tally.unsavedMsMax, unsavedMs);
      if (unsavedMs > UNSAVED_MS_MAX) throw new Error(`verified ${unsavedMs} ms ago and not saved`);
      this.#bound += (have - claimed) * this.#shape.pieceLength;
    }
    this.#claimed = claimed;
  }

  /**
   * What must hold over a run: it begins with what was saved, keeps what it has, and what it fetches is what it lacks, but
   * for what was under way when its daemon was killed.
   */
  #judgeRun(victim: Victim, daemonShots: number): void {
    const { pieceLength } = this.#shape;
    const underWay = (1 + daemonShots) * (PARTIAL_PIECES * pieceLength + (this.#rate * VERIFY_MS) / 1000);
    let before = this.#runBegan;
    for (const { havePieces, fetched } of victim.samples) {
      if (havePieces < before) throw new Error(`had ${before} pieces, then ${havePieces}`);
      const gained = (havePieces - this.#runBegan) * pieceLength;
      if (fetched > gained + underWay) throw new Error(`fetched ${fetched} bytes and gained ${gained}`);
      before = havePieces;
    }
    this.#runBegan = this.#claimed;
  }
}
