/**
 * What one seed of the simulator stands for: a torrent, who takes part, the lines between them, bad company and what
 * happens. Decides what is drawn and how often; nothing runs here.
 */
import type { Settings } from '@jstorrent/engine';
import type { LinkSettings } from '../net/routes.ts';
import { SeededRandom } from '../random.ts';
import { VILLAINS } from '../swarm/villains.ts';
import type { TorrentShape } from '../torrents.ts';
import { ACTS, type ActName } from './acts.ts';
import { SHAPE_WEIGHTS, SHAPES, type ShapeName } from './shapes.ts';

/** A badly behaved peer. */
export interface PlannedVillain {
  /** A key of VILLAINS. */
  readonly name: string;
  /** Waits to be dialled, or dials everybody, again and again. */
  readonly way: 'waits' | 'dials';
}

/** Something that happens. */
interface PlannedAct {
  readonly name: ActName;
  readonly atMs: number;
  readonly lastsMs: number;
  /** An index among seeders and then leechers. */
  readonly client: number;
}

/** One run, as drawn. */
export interface Plan {
  readonly seed: number;
  readonly shape: ShapeName;
  readonly torrent: TorrentShape;
  readonly seeders: number;
  readonly leechers: number;
  readonly isMagnet: boolean;
  /** How leechers find others: told by the user, or by a tracker. */
  readonly meeting: 'told' | 'http' | 'udp';
  readonly network: Partial<LinkSettings>;
  readonly arenaBytes: number;
  readonly diskLatencyMs: number;
  /** Each folder of downloads is a file system of its own. */
  readonly hasManyFileSystems: boolean;
  /** How long owners take to keep where files are. */
  readonly keepsPlacesAfterMs: number;
  readonly link: 'direct' | 'frames';
  readonly settings: Partial<Settings>;
  readonly isSequential: boolean;
  readonly company: 'none' | 'some' | 'crowd of one kind' | 'mixed crowd';
  readonly villains: readonly PlannedVillain[];
  readonly acts: readonly PlannedAct[];
}

const KIB = 1024;
/** One honest seed beside them makes it 19 of 20. */
const CROWD = 19;
const ACTS_MAX = 5;

/** The plan of a seed; always the same. */
export function drawPlan(seed: number): Plan {
  const random = new SeededRandom(`plan ${seed}`);
  const shape = pickWeighted(random, Object.keys(SHAPES) as ShapeName[], (name) => SHAPE_WEIGHTS[name]);
  const torrent = SHAPES[shape](random);
  const company = pickWeighted(
    random,
    ['none', 'some', 'crowd of one kind', 'mixed crowd'] as const,
    (kind) => ({ none: 30, some: 55, 'crowd of one kind': 8, 'mixed crowd': 7 })[kind],
  );
  const isCrowded = company === 'crowd of one kind' || company === 'mixed crowd';
  const seeders = isCrowded ? 1 : 1 + random.below(2);
  const leechers = isCrowded ? 1 : 1 + random.below(3);
  return {
    seed,
    shape,
    torrent,
    seeders,
    leechers,
    isMagnet: random.chance(0.3),
    meeting: random.pick(['told', 'told', 'told', 'http', 'udp']),
    network: {
      latencyMs: random.pick([1, 10, 50, 300]),
      jitterMs: random.pick([0, 0, 20]),
      bytesPerSecond: random.pick([0, 50_000, 200_000, 1_000_000]),
      loss: random.pick([0, 0, 0.02]),
      chunkBytes: random.pick([1400, 16 * KIB, 65_536]),
    },
    arenaBytes: random.pick([256 * KIB, 512 * KIB, 4096 * KIB]),
    diskLatencyMs: random.pick([0.2, 5, 40]),
    hasManyFileSystems: random.chance(0.5),
    keepsPlacesAfterMs: random.pick([0, 20, 2000]),
    link: random.pick(['direct', 'frames']),
    settings: {
      connectionsPerTorrent: random.pick([4, 150]),
      endgamePercent: random.pick([5, 100]),
    },
    isSequential: random.chance(0.2),
    company,
    villains: drawVillains(random, company),
    acts: drawActs(random, seeders, leechers),
  };
}

function drawVillains(random: SeededRandom, company: Plan['company']): PlannedVillain[] {
  const names = Object.keys(VILLAINS);
  const common = random.pick(names);
  const count = { none: 0, some: 1 + random.below(3), 'crowd of one kind': CROWD, 'mixed crowd': CROWD }[
    company
  ];
  return Array.from({ length: count }, () => ({
    name: company === 'crowd of one kind' ? common : random.pick(names),
    way: random.pick(['waits', 'waits', 'dials'] as const),
  }));
}

function drawActs(random: SeededRandom, seeders: number, leechers: number): PlannedAct[] {
  const names = Object.keys(ACTS) as ActName[];
  const spanMs = random.pick([1000, 5000, 20_000]);
  const acts = Array.from({ length: random.below(ACTS_MAX + 1) }, (): PlannedAct => {
    const name = pickWeighted(random, names, (one) => ACTS[one].weight);
    const isAnybody = ACTS[name].victims === 'everybody' && random.chance(0.4);
    return {
      name,
      atMs: random.below(spanMs),
      lastsMs: 1 + random.below(random.pick([300, 5000, 30_000, 90_000])),
      client: isAnybody ? random.below(seeders + leechers) : seeders + random.below(leechers),
    };
  });
  return acts.toSorted((a, b) => a.atMs - b.atMs);
}

function pickWeighted<T>(random: SeededRandom, items: readonly T[], weightOf: (item: T) => number): T {
  let left = random.fraction() * items.reduce((sum, item) => sum + weightOf(item), 0);
  for (const item of items) {
    left -= weightOf(item);
    if (left < 0) return item;
  }
  return items.at(-1) as T;
}

/** A plan in words, a line for each thing. */
export function describePlan(plan: Plan): string[] {
  const { torrent, network, settings } = plan;
  const bytes = torrent.files.reduce((sum, { length }) => sum + length, 0);
  const pieces = Math.ceil(bytes / torrent.pieceLength);
  const kinds = new Map<string, number>();
  for (const { name, way } of plan.villains) {
    const key = `${name} (${way})`;
    kinds.set(key, (kinds.get(key) ?? 0) + 1);
  }
  return [
    `torrent: ${plan.shape}, ${torrent.files.length} files, ${bytes} bytes, ${pieces} pieces of ${torrent.pieceLength}`,
    `swarm: ${plan.seeders} seeders, ${plan.leechers} leechers, ${plan.isMagnet ? 'magnet' : '.torrent'}, met by ${plan.meeting}${plan.isSequential ? ', sequential' : ''}`,
    `network: ${JSON.stringify(network)}`,
    `hosts: arena ${plan.arenaBytes}, disk ${plan.diskLatencyMs} ms, ${plan.hasManyFileSystems ? 'many file systems' : 'one file system'}, places kept after ${plan.keepsPlacesAfterMs} ms, plane ${plan.link}, ${JSON.stringify(settings)}`,
    ...[...kinds].map(([name, count]) => `villain: ${count > 1 ? `${count} x ` : ''}${name}`),
    ...plan.acts.map(
      ({ name, atMs, lastsMs, client }) => `act: ${name} of client ${client} at ${atMs} ms for ${lastsMs} ms`,
    ),
  ];
}
