/**
 * A random swarm from one seed: shapes, lines, small memories, faults and bad company, and the promise that everybody
 * who wants the torrent gets it, byte for byte. Decides what is drawn; what the engines make of it is their business.
 */
import type { Client } from '../client.ts';
import {
  abusesFast,
  announcesHugeMessage,
  answersNothing,
  badBitfield,
  claimsAllRejectsAll,
  corruptSeed,
  dripsBytes,
  dripSeed,
  flapsChoke,
  floodsHaves,
  floodsPex,
  floodsRequests,
  neverUnchokes,
  sendsUnasked,
} from '../peers/abuse.ts';
import { claims, unchokes } from '../peers/behaviours.ts';
import { listenFakePeer, type PeerBehaviour } from '../peers/fake-peer.ts';
import { SeededRandom } from '../random.ts';
import { MemorySwarm } from '../swarm.ts';
import type { FileShape, TestTorrent } from '../torrents.ts';

/** What a run did, for a report. */
export interface ScenarioReport {
  readonly seed: number;
  readonly virtualMs: number;
  readonly steps: number;
  readonly faults: readonly string[];
}

/** From the last fault on, everybody has this long, in virtual time. */
const LIVENESS_MS = 3_600_000;
const KIB = 1024;

/** Run one scenario; throws when a promise is broken. `trace` gets what was drawn. */
export function runScenario(seed: number, trace: (line: string) => void = () => {}): ScenarioReport {
  const random = new SeededRandom(`scenario ${seed}`);
  const swarm = drawSwarm(seed, random);
  trace(
    `${swarm.torrent.info.files.length} files, ${swarm.torrent.info.pieceCount} pieces of ${swarm.torrent.info.pieceLength}`,
  );
  for (let i = random.below(4); i > 0; i -= 1) addVillain(swarm, random, trace);
  const faults: string[] = [];
  const lastFaultMs = scheduleFaults(swarm, random, (fault) => {
    faults.push(fault);
    trace(`${Math.round(swarm.world.clock.now())} ms: ${fault}`);
  });
  swarm.world.clock.runUntil(lastFaultMs + 1, 20_000_000);
  swarm.finish(LIVENESS_MS);
  return { seed, virtualMs: swarm.world.clock.now(), steps: swarm.world.clock.steps, faults };
}

function drawSwarm(seed: number, random: SeededRandom): MemorySwarm {
  const pieceLength = 16 * KIB * 2 ** random.below(6);
  const network = {
    latencyMs: random.pick([1, 10, 50, 300]),
    jitterMs: random.pick([0, 0, 20]),
    bytesPerSecond: random.pick([0, 0, 50_000, 1_000_000]),
    loss: random.pick([0, 0, 0.02]),
    chunkBytes: random.pick([1400, 16 * KIB, 65_536]),
  };
  return new MemorySwarm({
    worldSeed: seed,
    seed,
    name: `sim ${seed}`,
    pieceLength,
    files: drawFiles(random, pieceLength),
    seeders: 1 + random.below(2),
    leechers: 1 + random.below(3),
    magnet: random.chance(0.3),
    network,
    hosts: {
      disk: {
        arenaBytes: random.pick([256 * KIB, 512 * KIB, 4096 * KIB]),
        latencyMs: random.pick([0.2, 5, 40]),
      },
    },
    client: {
      link: random.pick(['direct', 'frames'] as const),
      settings: { connectionsPerTorrent: random.pick([4, 150]) },
    },
  });
}

function drawFiles(random: SeededRandom, pieceLength: number): FileShape[] {
  const count = random.pick([1, 1, 2, 5, 30]);
  const most = Math.min(600 * KIB, 12 * pieceLength) / Math.sqrt(count);
  const lengthOf = (): number =>
    random.pick([0, 1, pieceLength, 16 * KIB, 1 + random.below(most), 1 + random.below(most)]);
  const files = Array.from({ length: count }, (_, index) => ({
    path: count === 1 ? [] : [`f${index}`],
    length: lengthOf(),
  }));
  if (files.every(({ length }) => length === 0))
    files[0] = { path: files[0]?.path ?? [], length: 1 + random.below(most) };
  return files;
}

type VillainMaker = (torrent: TestTorrent, random: SeededRandom) => readonly PeerBehaviour[];

const VILLAINS: Readonly<Record<string, VillainMaker>> = {
  corruptSeed: (torrent) => corruptSeed(torrent),
  corruptsSome: (torrent, random) => {
    const every = 2 + random.below(5);
    return corruptSeed(torrent, ({ piece, offset }) => (piece + offset / (16 * KIB)) % every === 0);
  },
  neverUnchokes: (torrent) => neverUnchokes(torrent),
  dripSeed: (torrent) => dripSeed(torrent),
  claimsAllRejectsAll: (torrent) => claimsAllRejectsAll(torrent),
  answersNothing: (torrent) => answersNothing(torrent),
  flapsChoke: (torrent) => [claims(torrent), flapsChoke(150)],
  sendsUnasked: (torrent) => [claims(torrent), unchokes(), sendsUnasked(torrent, [0], 20)],
  floodsRequests: () => [floodsRequests({ piece: 0, offset: 0, length: 16 * KIB }, 5000)],
  floodsHaves: () => [floodsHaves(0, 5000)],
  floodsPex: () => [floodsPex([{ host: '127.0.0.1', port: 80 }], 100)],
  badBitfield: () => [badBitfield(new Uint8Array(3).fill(0xff), 2)],
  abusesFast: () => [abusesFast(2000)],
  announcesHugeMessage: () => [announcesHugeMessage()],
  dripsBytes: () => [dripsBytes()],
};

function addVillain(swarm: MemorySwarm, random: SeededRandom, trace: (line: string) => void): void {
  const kind = random.pick(Object.keys(VILLAINS));
  const name = `villain ${random.below(1_000_000)}`;
  trace(`villain: ${kind}`);
  swarm.world.addHost(name);
  const behaviours = VILLAINS[kind]?.(swarm.torrent, random) ?? [];
  const { infoHash } = swarm.torrent;
  listenFakePeer(swarm.world, name, 6881, { infoHash, behaviours });
  const endpoint = { host: swarm.world.internet.addressOf(name), port: 6881 };
  for (const client of swarm.leechers) client.engine.addPeers(swarm.id, [endpoint]);
}

/** Draw some faults; returns when the last one is over. */
function scheduleFaults(swarm: MemorySwarm, random: SeededRandom, tell: (fault: string) => void): number {
  const { clock } = swarm.world;
  let endMs = 0;
  for (let i = random.below(4); i > 0; i -= 1) {
    const atMs = random.below(20_000);
    const fault = random.pick(FAULTS);
    const victim = random.pick(swarm.leechers);
    const lastsMs = 1 + random.below(30_000);
    endMs = Math.max(endMs, atMs + lastsMs + 1000);
    clock.schedule(atMs, () => {
      tell(`${fault.name} of ${victim.host} for ${lastsMs} ms`);
      fault(swarm, victim, lastsMs, random);
    });
  }
  return endMs;
}

type Fault = (swarm: MemorySwarm, victim: Client, lastsMs: number, random: SeededRandom) => void;

const killHost: Fault = (swarm, victim, lastsMs) => {
  if (victim.isDown) return;
  victim.kill();
  swarm.world.clock.after(lastsMs, () => {
    victim.restart();
    victim.engine.listen('0.0.0.0', 6881);
    swarm.add(victim);
    swarm.introduce(victim);
  });
};

const loseDaemon: Fault = (_, victim, lastsMs) => victim.losePlane(lastsMs);

const cutLines: Fault = (swarm, victim, lastsMs) => {
  swarm.world.internet.isolate(victim.host);
  swarm.world.clock.after(lastsMs, () => swarm.world.internet.heal());
};

const resetConnections: Fault = (swarm) => swarm.world.internet.resetAll();

const fillDisk: Fault = (swarm, victim, lastsMs) => {
  const disk = swarm.world.disk(victim.host);
  disk.setCapacity(0);
  swarm.world.clock.after(lastsMs, () => disk.setCapacity(Number.POSITIVE_INFINITY));
};

const breakDisk: Fault = (swarm, victim, lastsMs, random) => {
  const disk = swarm.world.disk(victim.host);
  const code = random.pick(['DISK_ERROR', 'DENIED', 'TOO_MANY_FILES'] as const);
  disk.fail('any', { code, after: random.below(5), times: 1 + random.below(3) });
  swarm.world.clock.after(lastsMs, () => disk.repair());
};

const recheckData: Fault = (swarm, victim) => {
  if (!victim.isDown) victim.engine.recheck(swarm.id);
};

const stopForAWhile: Fault = (swarm, victim, lastsMs) => {
  if (victim.isDown) return;
  const { engine } = victim;
  engine.stop(swarm.id);
  swarm.world.clock.after(lastsMs, () => {
    if (victim.engine === engine) engine.start(swarm.id);
  });
};

const FAULTS: readonly Fault[] = [
  killHost,
  loseDaemon,
  cutLines,
  resetConnections,
  fillDisk,
  breakDisk,
  recheckData,
  stopForAWhile,
];
