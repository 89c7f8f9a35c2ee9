/**
 * What can happen during a simulated run: to hosts, daemons, lines, disks and trackers, and what users do meanwhile. Each
 * act ends by itself; after the last one everything works and everybody wants the torrent.
 */
import type { Priority } from '@jstorrent/engine';
import type { Place } from '@jstorrent/engine/ports';
import type { Client } from '../client.ts';
import { DiskFault } from '../disk/volume.ts';
import type { SeededRandom } from '../random.ts';
import type { MemorySwarm } from '../swarm.ts';
import type { MemoryTracker } from '../tracker.ts';

const KIB = 1024;
const PORT = 6881;
const ROOT = 'downloads';
/** Where torrents are moved to and fro. */
const PLACES: readonly Place[] = [
  { root: ROOT, folder: [] },
  { root: ROOT, folder: ['tv'] },
  { root: 'other', folder: [] },
  { root: 'other', folder: ['films', 'new'] },
];
/** Whoever cannot listen now is asked again after this time. */
const AGAIN_MS = 1000;

/** Where an act happens. */
interface ActStage {
  readonly swarm: MemorySwarm;
  readonly tracker: MemoryTracker | null;
  readonly victim: Client;
  readonly lastsMs: number;
  readonly random: SeededRandom;
  /** Which files each leecher wants; without an entry, all. Programs that start again ask for these. */
  readonly chosen: Map<Client, readonly Priority[]>;
  /** How much of all acts is still to happen. */
  readonly open: { count: number };
}

interface ActKind {
  /** Whom it can hit. */
  readonly victims: 'leechers' | 'everybody';
  /** How often it is drawn, compared with others. */
  readonly weight: number;
  readonly run: (stage: ActStage) => void;
}

/** Whether somebody can be told something about the torrent. */
const listens = ({ swarm, victim }: ActStage): boolean =>
  !victim.isDown && !victim.isSuspended && victim.engine.ids.includes(swarm.id);

function after(stage: ActStage, delayMs: number, callback: () => void): void {
  stage.open.count += 1;
  stage.swarm.world.clock.after(delayMs, () => {
    callback();
    stage.open.count -= 1;
  });
}

const later = (stage: ActStage, callback: () => void): void => after(stage, stage.lastsMs, callback);

/** Do it as soon as the victim listens. */
function tell(stage: ActStage, wish: () => void): void {
  if (listens(stage)) wish();
  else after(stage, AGAIN_MS, () => tell(stage, wish));
}

function join(stage: ActStage): void {
  const { swarm, victim, chosen } = stage;
  const priorities = chosen.get(victim);
  swarm.add(victim, priorities === undefined ? {} : { priorities });
  if (stage.tracker === null) swarm.introduce(victim);
}

function startAgain(stage: ActStage): void {
  const { victim, swarm, random } = stage;
  // The state folder may be gone while the data is not.
  if (random.chance(0.2)) victim.saved.delete(swarm.id);
  victim.restart();
  victim.engine.listen('0.0.0.0', PORT);
  join(stage);
}

function powerCut(stage: ActStage): void {
  const { victim, swarm, random } = stage;
  if (victim.isDown) return;
  victim.kill();
  swarm.world.disk(victim.host).crash(random.pick([0, 0.5]));
  later(stage, () => startAgain(stage));
}

function remove(stage: ActStage): void {
  const { victim, swarm, random } = stage;
  if (!listens(stage)) return;
  const deletes = random.chance(0.5);
  const { engine } = victim;
  const removals = (): number => victim.events.filter(({ type }) => type === 'removed').length;
  const before = removals();
  engine.remove(swarm.id, deletes);
  const addAgain = (): void => {
    // A program that was killed meanwhile has it again, removed or not.
    if (victim.engine !== engine || victim.isDown) return;
    if (victim.isSuspended || removals() === before) {
      after(stage, AGAIN_MS, addAgain);
      return;
    }
    if (engine.ids.includes(swarm.id)) return;
    if (deletes || random.chance(0.5)) victim.saved.delete(swarm.id);
    join(stage);
  };
  later(stage, addAgain);
}

/** Some files are skipped for a while, or for good; at least one stays wanted. */
function choose(stage: ActStage): void {
  const { victim, swarm, random, chosen } = stage;
  if (!listens(stage)) return;
  const { files } = swarm.torrent.layout;
  const drawn = files.map((): Priority => random.pick([0, 0, 1, 2, 3]));
  const kept = random.pick([...files.keys()].filter((index) => files[index]?.kind === 'file'));
  drawn[kept] = 3;
  const picking = { sequential: random.chance(0.5), endsFirst: random.chance(0.5) };
  chosen.set(victim, drawn);
  victim.engine.choose(swarm.id, drawn, picking);
  if (random.chance(0.3)) return;
  later(stage, () => {
    chosen.delete(victim);
    const all = files.map((): Priority => 2);
    tell(stage, () => victim.engine.choose(swarm.id, all, { sequential: false, endsFirst: false }));
  });
}

/** Somebody deletes or damages a file behind our back, and has the data checked afterwards. */
function damage(stage: ActStage, hurt: (root: string, path: string) => void): void {
  const { victim, swarm, random } = stage;
  const root = rootOf(stage);
  const paths = swarm.world.disk(victim.host).volume(root).paths();
  if (paths.length === 0) return;
  try {
    hurt(root, random.pick(paths));
  } catch (error) {
    // The drive is away or says no.
    if (error instanceof DiskFault) return;
    throw error;
  }
  const check = (): void => {
    const { kind } = victim.engine.view(swarm.id).state;
    // Who looks or leaves already takes no wish to look.
    if (kind === 'checking' || kind === 'stopping') later(stage, () => tell(stage, check));
    else victim.engine.recheck(swarm.id);
  };
  later(stage, () => tell(stage, check));
}

/** A root in which files of the torrent may be. */
const rootOf = ({ victim, swarm }: ActStage): string => victim.places.get(swarm.id)?.root ?? ROOT;

/** Files go to another place, and sometimes they are called back on the way. */
function move(stage: ActStage): void {
  const { victim, swarm, random } = stage;
  if (!listens(stage)) return;
  victim.engine.disk.move(swarm.id, random.pick(PLACES), () => {});
  if (random.chance(0.3)) later(stage, () => tell(stage, () => victim.engine.disk.cancelMove(swarm.id)));
}

/** A file or a folder gets another name. */
function rename(stage: ActStage): void {
  const { victim, swarm, random } = stage;
  if (!listens(stage)) return;
  const name = `renamed ${random.below(3)}`;
  const isFolder = random.chance(0.3);
  const { files } = swarm.torrent.layout;
  const index = random.pick([...files.keys()].filter((file) => files[file]?.kind === 'file'));
  if (isFolder) {
    // By what it is called by now.
    const path = victim.engine.files(swarm.id).find((file) => file.index === index)?.path ?? [name];
    const from = path.slice(0, Math.max(1, random.below(path.length)));
    return victim.engine.disk.renameFolder(swarm.id, { from, to: [...from.slice(0, -1), name] }, () => {});
  }
  const folder = files[index]?.path.slice(0, -1) ?? [];
  victim.engine.disk.renameFile(swarm.id, index, [...folder, name], () => {});
}

function stopTracker(stage: ActStage): void {
  const { tracker, random } = stage;
  if (tracker === null) return;
  tracker.settings.answer = random.pick(['hang', 'garbage', 'huge', { failure: 'closed' }] as const);
  later(stage, () => {
    tracker.settings.answer = 'normal';
  });
}

/** Everything that can happen, by name. */
export const ACTS = {
  killHost: {
    victims: 'everybody',
    weight: 4,
    run: (stage) => {
      if (stage.victim.isDown) return;
      stage.victim.kill();
      later(stage, () => startAgain(stage));
    },
  },
  powerCut: { victims: 'leechers', weight: 3, run: powerCut },
  loseDaemon: {
    victims: 'everybody',
    weight: 4,
    run: ({ victim, lastsMs }) => victim.losePlane(lastsMs),
  },
  suspend: { victims: 'everybody', weight: 3, run: ({ victim, lastsMs }) => victim.suspend(lastsMs) },
  jumpClock: {
    victims: 'everybody',
    weight: 1,
    run: ({ swarm, random }) =>
      swarm.world.clock.setWallClock(random.pick([-1, 1]) * random.below(100_000_000)),
  },
  cutLines: {
    victims: 'everybody',
    weight: 3,
    run: (stage) => {
      const { internet } = stage.swarm.world;
      internet.isolate(stage.victim.host);
      later(stage, () => internet.heal());
    },
  },
  resetConnections: {
    victims: 'everybody',
    weight: 2,
    run: ({ swarm, victim, random }) =>
      swarm.world.internet.resetAll(random.chance(0.5) ? victim.host : undefined),
  },
  slowLine: {
    victims: 'everybody',
    weight: 2,
    run: (stage) => {
      const { internet } = stage.swarm.world;
      const bytesPerSecond = 2000 + stage.random.below(20_000);
      const { host } = stage.victim;
      internet.setHost(host, { upBytesPerSecond: bytesPerSecond, downBytesPerSecond: bytesPerSecond });
      later(stage, () => internet.setHost(host, { upBytesPerSecond: 0, downBytesPerSecond: 0 }));
    },
  },
  lossyLines: {
    victims: 'everybody',
    weight: 1,
    run: (stage) => {
      const { internet } = stage.swarm.world;
      internet.setAllLinks({ loss: 0.3 });
      later(stage, () => internet.setAllLinks({ loss: 0 }));
    },
  },
  fillDisk: {
    victims: 'leechers',
    weight: 3,
    run: (stage) => {
      const disk = stage.swarm.world.disk(stage.victim.host);
      disk.setCapacity(stage.random.pick([0, disk.usedBytes + stage.random.below(200 * KIB)]));
      later(stage, () => disk.setCapacity(Number.POSITIVE_INFINITY));
    },
  },
  breakDisk: {
    victims: 'leechers',
    weight: 4,
    run: (stage) => {
      const { random } = stage;
      const disk = stage.swarm.world.disk(stage.victim.host);
      const code = random.pick(['DISK_ERROR', 'DENIED', 'TOO_MANY_FILES', 'READ_ONLY'] as const);
      const operation = random.pick([
        'any',
        'any',
        'open',
        'finish',
        'write',
        'read',
        'sync',
        'close',
      ] as const);
      disk.fail(operation, { code, after: random.below(5), times: 1 + random.below(4) });
      later(stage, () => disk.repair());
    },
  },
  denyFiles: {
    victims: 'leechers',
    weight: 2,
    run: (stage) => {
      const { swarm, random, victim } = stage;
      const volume = swarm.world.disk(victim.host).volume(rootOf(stage));
      const path = random.pick(['', ...volume.paths()]);
      volume.deny(path, random.pick(['DENIED', 'READ_ONLY'] as const));
      later(stage, () => volume.allow(path));
    },
  },
  unplugDrive: {
    victims: 'leechers',
    weight: 2,
    run: (stage) => {
      const volume = stage.swarm.world.disk(stage.victim.host).volume(rootOf(stage));
      volume.isGone = true;
      later(stage, () => {
        volume.isGone = false;
      });
    },
  },
  slowDisk: {
    victims: 'everybody',
    weight: 1,
    run: (stage) => {
      const disk = stage.swarm.world.disk(stage.victim.host);
      disk.setLatency(500);
      later(stage, () => disk.setLatency(1));
    },
  },
  removeFile: {
    victims: 'leechers',
    weight: 2,
    run: (stage) =>
      damage(stage, (root, path) => stage.swarm.world.disk(stage.victim.host).volume(root).remove(path)),
  },
  rotFile: {
    victims: 'leechers',
    weight: 1,
    run: (stage) => {
      const disk = stage.swarm.world.disk(stage.victim.host);
      damage(stage, (root, path) => {
        if (disk.readFile(root, path).length > 0) disk.rot(root, path, 3);
      });
    },
  },
  stopTracker: { victims: 'everybody', weight: 3, run: stopTracker },
  recheck: {
    victims: 'everybody',
    weight: 3,
    run: (stage) => {
      if (listens(stage)) stage.victim.engine.recheck(stage.swarm.id);
    },
  },
  stop: {
    victims: 'everybody',
    weight: 3,
    run: (stage) => {
      const { victim, swarm } = stage;
      if (!listens(stage)) return;
      victim.engine.stop(swarm.id);
      later(stage, () => tell(stage, () => victim.engine.start(swarm.id)));
    },
  },
  stopAndStart: {
    victims: 'everybody',
    weight: 1,
    run: (stage) => {
      const { victim, swarm } = stage;
      if (!listens(stage)) return;
      victim.engine.stop(swarm.id);
      victim.engine.start(swarm.id);
    },
  },
  remove: { victims: 'leechers', weight: 2, run: remove },
  choose: { victims: 'leechers', weight: 4, run: choose },
  move: { victims: 'everybody', weight: 5, run: move },
  rename: { victims: 'everybody', weight: 3, run: rename },
  limitRates: {
    victims: 'everybody',
    weight: 2,
    run: (stage) => {
      const { victim, swarm, random } = stage;
      if (!listens(stage)) return;
      const [downLimit, upLimit] = [1000 + random.below(50_000), 1000 + random.below(50_000)];
      victim.engine.limit(swarm.id, { downLimit, upLimit });
      victim.engine.configure({ downloadLimit: 40_000, connectionsPerTorrent: 3 });
      later(stage, () =>
        tell(stage, () => {
          victim.engine.limit(swarm.id, { downLimit: 0, upLimit: 0 });
          victim.engine.configure({ downloadLimit: 0, connectionsPerTorrent: 50 });
        }),
      );
    },
  },
} as const satisfies Readonly<Record<string, ActKind>>;

/** What can happen. */
export type ActName = keyof typeof ACTS;
