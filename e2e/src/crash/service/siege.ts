/**
 * A session with a service that is killed again and again while torrents are added, removed, steered, moved and
 * downloaded. Decides when commands are given and shots fall, all by dice: round n of a seed is always the same plan.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../../harness/until.ts';
import type { World } from '../../harness/world.ts';
import { Dice } from '../dice.ts';
import { rollCommand, type Command, type RootKeys } from './commands.ts';
import { Gone, Refusal } from './front-end.ts';
import { OtherDisk } from './disk.ts';
import { makeGoods, type Goods } from './goods.ts';
import { Judge } from './judge.ts';
import { contentIn, readSaved } from './saved.ts';
import type { Session, Wish } from './session.ts';
import { Victim, type Target } from './victim.ts';

const TARGETS: readonly Target[] = ['service', 'service', 'both', 'both', 'daemon', 'nobody'];
/** Torrents of a siege. */
const GOODS = 9;
/** How often seeds are named to the service, and progress is noted. */
const FEED_MS = 500;
/** Commands of a round. */
const COMMANDS_MAX = 6;
/** How often the other disk fills up, and bytes that are left then. */
const FILL = 0.2;
const LEFT_MAX = 512 * 1024;

/** What happened so far. */
export interface Tally {
  rounds: number;
  readonly targets: Record<Target, number>;
  commands: number;
  /** Commands of which nobody knows whether they were carried out. */
  inDoubt: number;
  /** Rounds with a full disk. */
  full: number;
  completed: number;
  fetchedBytes: number;
}

/** What a siege is given. */
export interface SiegeOptions {
  readonly seed: number;
  /** Of the first round. */
  readonly round: number;
  readonly rounds: number;
  /** An empty folder. */
  readonly folder: string;
  /** Every torrent has this many KiB to twice as many. */
  readonly leastKib: number;
  /** Longest pause between the last command and the shot. */
  readonly pauseMsMax: number;
  readonly world: Pick<World, 'atEnd'>;
  readonly tally: Tally;
  readonly onLine: (line: string) => void;
}

/** Hold a session under fire, then let everything complete. Rejects when something does not hold. */
export async function besiegeService(options: SiegeOptions): Promise<void> {
  const dice = new Dice(options.seed * 7919 + options.round);
  const names = Array.from({ length: GOODS }, (_, index) => `goods-${index}`);
  const goods: Goods[] = [];
  for (const name of names) goods.push(await makeGoods(dice, name, options.leastKib, options.world));
  const disk = await OtherDisk.make(join(options.folder, 'b'), options.world);
  await new Siege(options, goods, disk).run(dice);
}

class Siege {
  readonly #options: SiegeOptions;
  readonly #goods: readonly Goods[];
  readonly #state: string;
  readonly #disk: OtherDisk;
  readonly #folders = new Map<string, string>();
  /** Root of what was removed; null when its files may be in both. */
  readonly #leftIn = new Map<string, string | null>();
  /** Torrents whose files have to go. */
  readonly #going = new Set<string>();
  /** Names that single files were given, by torrent. */
  readonly #names = new Map<string, string[]>();
  #roots: RootKeys = ['', ''];
  #judge: Judge;
  #victim: Victim;

  constructor(options: SiegeOptions, goods: readonly Goods[], disk: OtherDisk) {
    this.#options = options;
    this.#goods = goods;
    this.#disk = disk;
    this.#state = join(options.folder, 'state');
    this.#judge = new Judge(goods, this.#folders, { wishes: [], upLimit: 0, before: null });
    mkdirSync(this.#state, { mode: 0o700 });
    this.#victim = new Victim(options.folder, disk.mounts);
  }

  async run(dice: Dice): Promise<void> {
    try {
      await this.#prepare(dice);
      const { round, rounds } = this.#options;
      for (let at = round; at < round + rounds; at += 1) await this.#round(at);
      await this.#finish();
    } finally {
      await this.#victim.close();
    }
  }

  async #prepare(dice: Dice): Promise<void> {
    await this.#victim.begin();
    const { front } = this.#victim;
    const keys: string[] = [];
    const own = join(this.#options.folder, 'a');
    mkdirSync(own);
    for (const [path, seen] of [
      [own, own],
      [this.#disk.folder, this.#disk.path],
    ] as const) {
      const key = String((await front.call('folders.addRoot', { path }))['key']);
      keys.push(key);
      this.#folders.set(key, seen);
    }
    this.#roots = [keys[0] ?? '', keys[1] ?? ''];
    await front.call('settings.set', {
      'net.port': 0,
      'seeding.goals': { ratio: null, seedMinutes: null, idleMinutes: null, action: 'stop' },
      'service.keepRunning': 'always',
      'queue.downloads': dice.between(2, 5),
      'limits.down': dice.pick([1, 2, 4]) * 1024 * 1024,
    });
  }

  /** Some commands, then a shot: between two commands, or while one is under way. */
  async #round(round: number): Promise<void> {
    const { seed, tally, pauseMsMax, onLine } = this.#options;
    const dice = new Dice(seed * 104_729 + round);
    await this.#fillOrRelieve(dice);
    for (let left = dice.between(1, COMMANDS_MAX); left > 0; left -= 1) {
      await this.#give(this.#roll(dice));
      await this.#wait(dice.between(0, dice.pick([50, 700])));
    }
    const target = dice.pick(TARGETS);
    const isBehind = dice.fraction() < 0.25;
    const last = dice.fraction() < 0.5 ? this.#roll(dice) : null;
    const delayMs = dice.between(0, last === null ? dice.pick([500, pauseMsMax]) : dice.pick([1, 20]));
    await this.#victim.look();
    const given = last === null ? Promise.resolve() : this.#give(last);
    await (last === null ? this.#wait(delayMs) : sleep(delayMs));
    tally.rounds += 1;
    tally.targets[target] += 1;
    const doing = last === null ? '' : ` during ${wordsOf(last)}`;
    const full = this.#disk.isFull ? ', a disk is full' : '';
    onLine(`round ${round}: ${this.#judge.session.wishes.length} torrents, shot at ${target}${doing}${full}`);
    await this.#shoot(target, isBehind, given);
    await this.#judgeList();
  }

  /** A full disk gets room again after a round or some. */
  async #fillOrRelieve(dice: Dice): Promise<void> {
    const { tally } = this.#options;
    const [isFilled, isRelieved, left] = [
      dice.fraction() < FILL,
      dice.fraction() < 0.5,
      dice.between(0, LEFT_MAX),
    ];
    if (this.#disk.isFull && isRelieved) await this.#disk.relieve();
    else if (isFilled) await this.#disk.fill(left);
    if (!this.#disk.isFull) return;
    tally.full += 1;
    this.#judge.full(this.#roots[1]);
    // What arrives there waits in memory for room.
    for (const { id } of this.#victim.front.rows.values()) this.#judge.forget(id, false);
  }

  #roll(dice: Dice): Command {
    const { session } = this.#judge;
    return rollCommand(dice, { session, roots: this.#roots, goods: this.#goods, leftIn: this.#leftIn });
  }

  /** Give a command, and note what came of it. */
  async #give(command: Command): Promise<void> {
    const { tally, onLine } = this.#options;
    tally.commands += 1;
    let isConfirmed = true;
    try {
      const { failedCount } = await this.#victim.front.call(command.call, command.params);
      if (Number(failedCount ?? 0) > 0) throw new Error(`${wordsOf(command)} failed`);
      onLine(`  ${wordsOf(command)}`);
    } catch (error) {
      const mayRefuse = error instanceof Refusal && command.mayRefuse?.includes(error.code) === true;
      if (mayRefuse) return onLine(`  ${wordsOf(command)}: ${error.message}`);
      // A daemon that died did it, or did not.
      const isDoubtful = error instanceof Gone || (error instanceof Refusal && error.code === 'DISK_ERROR');
      if (error instanceof Refusal && !isDoubtful) throw new Error(`${wordsOf(command)}: ${error.message}`);
      if (!isDoubtful) throw error;
      isConfirmed = false;
      tally.inDoubt += 1;
    }
    const wishes = new Map(this.#judge.session.wishes.map((wish) => [wish.id, wish]));
    this.#judge.command((session) => afterCommand(command, session), isConfirmed);
    if (this.#disk.isFull) this.#judge.full(this.#roots[1]);
    for (const id of command.ids) this.#note(command, id, wishes.get(id));
  }

  #note({ call, deletesFiles, path, params }: Command, id: string, wish: Wish | undefined): void {
    if (call === 'torrent.recheck' || call === 'torrent.setFiles') this.#judge.forget(id, false);
    if (path?.length === 1) this.#names.set(id, [...(this.#names.get(id) ?? []), ...path]);
    if (call === 'torrent.restore') this.#going.delete(id);
    if (call === 'torrent.add') this.#going.delete(id);
    if (call !== 'torrent.remove') return;
    this.#judge.forget(id, true);
    if (deletesFiles === true) this.#going.add(id);
    const isWhole = wish?.movingTo === null && wish.renamed.size === 0 && params['undoMs'] === undefined;
    if (wish !== undefined) this.#leftIn.set(id, isWhole ? wish.root : null);
  }

  async #shoot(target: Target, isBehind: boolean, given: Promise<void>): Promise<void> {
    if (target === 'daemon') {
      await this.#victim.shootDaemon();
      await given;
      return this.#judge.forgetProgress();
    }
    if (isBehind && target !== 'nobody') {
      await this.#victim.shootBehind(target);
      await given;
      this.#judge.forgetProgress();
      this.#judge.restarted();
      await this.#victim.begin();
      return;
    }
    if (target === 'nobody') await given;
    const diedMs = performance.now();
    await this.#victim.end(target);
    await given;
    this.#judgeDead(diedMs, target !== 'nobody');
    this.#victim = new Victim(this.#options.folder, this.#disk.mounts);
    await this.#victim.begin();
  }

  #judgeDead(diedMs: number, wasKilled: boolean): void {
    const saved = readSaved(this.#state, join(this.#options.folder, 'scratch'));
    this.#judge.judgeSaved(saved, diedMs, wasKilled);
    this.#judge.judgeSeeds();
  }

  /** Torrents that were to go with their files, and of which something is left. */
  #lingering(): string[] {
    const listed = new Set(this.#judge.session.wishes.map(({ id }) => id));
    const gone = this.#goods.filter(({ id }) => this.#going.has(id) && !listed.has(id));
    const folders = [...this.#folders.values()];
    return gone
      .flatMap(({ id, name }) => [name, ...(this.#names.get(id) ?? [])])
      .filter((name) => folders.some((folder) => existsSync(join(folder, name))));
  }

  async #judgeList(): Promise<void> {
    const { front } = this.#victim;
    await this.#feed();
    await front.listAnew();
    const settings = await front.call('settings.get', {});
    this.#judge.judgeList([...front.rows.values()], Number(settings['limits.up']));
  }

  /** Let time pass: seeds are named again and again, as trackers would. */
  async #wait(ms: number): Promise<void> {
    const endMs = performance.now() + ms;
    do {
      await this.#feed();
      await sleep(Math.max(0, Math.min(FEED_MS, endMs - performance.now())));
    } while (performance.now() < endMs);
  }

  async #feed(): Promise<void> {
    const { front } = this.#victim;
    if (!this.#disk.isFull) this.#judge.sample(front.rows.values(), performance.now());
    this.#judge.judgeMoves(front.rows.values());
    const calls = this.#judge.session.wishes.map(({ id }) => {
      const seed = this.#goods.find((goods) => goods.id === id)?.seed;
      const peers = [{ host: '127.0.0.1', port: seed?.port ?? 0 }];
      return front.call('torrent.addPeers', { id, peers }).catch(() => {});
    });
    await Promise.all(calls);
  }

  /** Everything completes, ends up where it was asked to be, and is right on disk. */
  async #finish(): Promise<void> {
    const { front } = this.#victim;
    await this.#disk.relieve();
    await front.call('settings.set', {
      'limits.down': 0,
      'queue.downloads': 50,
      'queue.seeds': 50,
      'queue.active': 100,
    });
    await front.call('session.startAll', {});
    this.#judge.command((session) => {
      const wishes = session.wishes.map((wish) =>
        wish.intent === 'stop' ? { ...wish, intent: 'run' as const } : wish,
      );
      return { ...session, wishes };
    }, true);
    try {
      await until('everything is complete', async () => {
        await this.#feed();
        const isDone = this.#judge.session.wishes.every(({ id, movingTo, mayStay }) => {
          const row = front.rows.get(id);
          const isThere = movingTo === null || (mayStay && row?.moveProgress === null);
          return isThere && row?.bytesLeft === 0 && row.state === 'seeding';
        });
        return isDone && this.#lingering().length === 0 ? true : undefined;
      });
    } catch (error) {
      const rows = [...front.rows.values()].map((row) => `\n  ${JSON.stringify(row)}`);
      const left = this.#lingering().join(', ');
      throw new Error(
        `not everything completes:${rows.join('')}\n${front.notices.join('\n')}\nfiles left: ${left}`,
        {
          cause: error,
        },
      );
    }
    await this.#victim.look();
    const diedMs = performance.now();
    await this.#victim.end('nobody');
    this.#judgeDead(diedMs, false);
    this.#judgeContents();
  }

  #judgeContents(): void {
    const { tally } = this.#options;
    for (const { id } of this.#judge.session.wishes) {
      const goods = this.#goods.find((one) => one.id === id);
      if (goods === undefined) continue;
      if (!contentIn(goods, this.#judge.whereabouts(id)).equals(goods.content)) {
        throw new Error(`${goods.name} is complete, and not right on disk`);
      }
      tally.completed += 1;
    }
    for (const { seed } of this.#goods) tally.fetchedBytes += seed.bytes;
  }
}

/** What a command makes of a session: whatever is done after a removal, it cannot be undone as if nothing had happened. */
function afterCommand({ after, call, params }: Command, session: Session): Session {
  const now = after(session);
  return call === 'torrent.remove' && params['undoMs'] !== undefined ? now : { ...now, before: null };
}

function wordsOf({ call, params, ids }: Command): string {
  const { source: _, ids: __, ...rest } = params;
  return `${call} ${ids.map((id) => id.slice(0, 6)).join(' ')} ${JSON.stringify(rest)}`;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
