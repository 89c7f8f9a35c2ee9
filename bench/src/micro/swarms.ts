/** What a block, a turn and a tick cost in the engine, and whether its memory grows. */
import process from 'node:process';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { LIMITS, type Random } from '@jstorrent/engine';
import { Bitfield } from '@jstorrent/protocol';
import { seededRandom } from './chance.ts';
import { FakeSwarm } from './fake-swarm.ts';
import { measure, type Measured } from './measure.ts';

const KIB = 1024;
const BLOCKS = 15_000;
/** Blocks in one turn: what one read of a fast link brings. */
const BLOCKS_PER_TURN = 16;
const TICKS = 40;
const JOINS = 20;

interface Setting {
  readonly pieceCount: number;
  readonly pieceLength: number;
  readonly peers: number;
}

/** A torrent of which nothing is there yet, and peers with what `have` gives them. */
function startSwarm({ pieceCount, pieceLength, peers }: Setting, have: () => Bitfield): FakeSwarm {
  const swarm = new FakeSwarm({ pieceCount, pieceLength });
  swarm.turn(1);
  for (let i = 0; i < peers; i += 1) {
    swarm.addPeer(have());
    swarm.turn(1);
  }
  return swarm;
}

function randomPieces(pieceCount: number, count: number, random: Random): Bitfield {
  const have = new Bitfield(pieceCount);
  for (let n = 0; n < count; n += 1) have.set(random.below(pieceCount));
  return have;
}

/** A block of a download, with its part of everything: choosing, requesting, verifying, telling the others. */
function costPerBlock(setting: Setting): Measured {
  const { pieceCount, pieceLength, peers } = setting;
  const size = `${pieceCount.toLocaleString('en')} pieces of ${pieceLength / KIB} KiB, ${peers} seeds`;
  // What is downloaded stays away from the end, where blocks are asked for twice.
  const blocks = Math.min(4 * BLOCKS, (pieceCount * pieceLength) / (16 * KIB) - 1000);
  return measure(
    `engine, block, ${size}`,
    () => startSwarm(setting, () => Bitfield.full(pieceCount)),
    (swarm) => {
      while (swarm.blocks < blocks) swarm.turn(1, BLOCKS_PER_TURN);
      return swarm.blocks;
    },
  );
}

/** A tick with many peers, with a hundred blocks or with none. */
function costPerTick(name: string, blocks: number, have: () => Bitfield): Measured {
  const peers = 500;
  const pieceCount = 100_000;
  const swarm = startSwarm({ pieceCount, pieceLength: 256 * KIB, peers }, have);
  return measure(
    `engine, tick, 100,000 pieces, ${peers} peers ${name}`,
    () => swarm,
    () => {
      for (let i = 0; i < TICKS; i += 1) swarm.turn(LIMITS.tickMs, blocks);
      return TICKS;
    },
  );
}

/** A peer that joins with half of the pieces, and the pick after it. */
function costOfJoining(pieceCount: number): Measured {
  const have = randomPieces(pieceCount, pieceCount / 2, seededRandom(12));
  const setting = { pieceCount, pieceLength: 256 * KIB, peers: 1 };
  return measure(
    `engine, peer with half of ${pieceCount.toLocaleString('en')} pieces joins`,
    () => startSwarm(setting, () => have),
    (swarm) => {
      for (let i = 0; i < JOINS; i += 1) {
        swarm.addPeer(have);
        swarm.turn(1);
      }
      return JOINS;
    },
  );
}

/** Blocks, turns and ticks. */
export function measureSwarms(): Measured[] {
  const random = seededRandom(11);
  const same = randomPieces(100_000, 100, random);
  return [
    ...[1000, 100_000, 1_000_000].map((pieceCount) =>
      costPerBlock({ pieceCount, pieceLength: 256 * KIB, peers: 8 }),
    ),
    costPerBlock({ pieceCount: 100_000, pieceLength: 16 * KIB, peers: 8 }),
    costPerBlock({ pieceCount: 100_000, pieceLength: 4096 * KIB, peers: 8 }),
    costPerBlock({ pieceCount: 100_000, pieceLength: 256 * KIB, peers: 200 }),
    costOfJoining(10_000),
    costOfJoining(100_000),
    costPerTick('that have half', 100, () => randomPieces(100_000, 50_000, random)),
    costPerTick('that have a thousandth', 100, () => randomPieces(100_000, 100, random)),
    costPerTick('that have the same thousandth and send nothing', 0, () => same),
  ];
}

/** Heap after collections while a swarm with 200 changing peers runs for an hour of virtual time; one text line each. */
export function watchHeap(): string[] {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const pieceCount = 100_000;
  const random = seededRandom(5);
  const swarm = new FakeSwarm({ pieceCount, pieceLength: 256 * KIB });
  swarm.turn(1);
  const links: number[] = [];
  const join = (): void => {
    links.push(swarm.addPeer(randomPieces(pieceCount, 1000, random)));
  };
  for (let i = 0; i < 200; i += 1) join();
  const lines: string[] = [];
  const minutes = [5, 15, 30, 45, 60];
  for (let second = 1; second <= 3600; second += 1) {
    for (let i = 0; i < 20; i += 1) {
      swarm.say(links[random.below(links.length)] as number, random.below(pieceCount));
      swarm.turn(50, 10);
    }
    // Every peer is replaced several times: one leaves and one comes each two seconds.
    if (second % 2 === 0) {
      const [gone = 0] = links.splice(random.below(links.length), 1);
      swarm.removePeer(gone);
      join();
    }
    if (!minutes.includes(second / 60)) continue;
    collect();
    const mib = (process.memoryUsage().heapUsed / 2 ** 20).toFixed(1);
    const { turns, blocks } = swarm;
    lines.push(`after ${second / 60} min: ${mib} MiB, ${turns} turns, ${blocks} blocks`);
  }
  return lines;
}
