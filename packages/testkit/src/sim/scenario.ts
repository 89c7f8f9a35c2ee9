/**
 * Runs what a seed stands for, and keeps the promises: whoever wants the torrent gets it, byte for byte; what is skipped
 * does not appear; honest seeds are not banned; and after every turn every counter is right. What is drawn is decided in
 * plan.ts, what happens in acts.ts.
 */
import type { Priority } from '@jstorrent/engine';
import type { Client } from '../client.ts';
import {
  dialFakePeer,
  listenFakePeer,
  type FakePeerOptions,
  type PeerBehaviour,
} from '../peers/fake-peer.ts';
import { SeededRandom } from '../random.ts';
import { MemorySwarm } from '../swarm.ts';
import { VILLAINS } from '../swarm/villains.ts';
import { MemoryTracker } from '../tracker.ts';
import { ACTS } from './acts.ts';
import { describePlan, drawPlan, type Plan, type PlannedVillain } from './plan.ts';

/** What a run did, for a report. */
export interface ScenarioReport {
  readonly seed: number;
  readonly virtualMs: number;
  readonly steps: number;
}

/** From the last act on, everybody has this long, in virtual time. */
const LIVENESS_MS = 2 * 3_600_000;
const STEPS_MAX = 20_000_000;
const PORT = 6881;
/** Villains that dial come back so often, after so long. */
const REDIALS = 8;
const REDIAL_MS = 5000;

/** What replays a seed. */
export const replayCommand = (seed: number): string => `pnpm sim --from ${seed} --seeds 1 --trace`;

/** Run one scenario; throws when a promise is broken, with a summary. `trace` gets what was drawn and what happens. */
export function runScenario(seed: number, trace: (line: string) => void = () => {}): ScenarioReport {
  const plan = drawPlan(seed);
  for (const line of describePlan(plan)) trace(line);
  const happened: string[] = [];
  const run = new Run(plan, (line) => {
    happened.push(line);
    trace(line);
  });
  try {
    run.finish();
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const summary = [...describePlan(plan), ...happened, ...run.describe()].map((line) => `  ${line}`);
    throw new Error(`seed ${seed}: ${text}\n${summary.join('\n')}\n  replay: ${replayCommand(seed)}`, {
      cause: error,
    });
  }
  const { clock } = run.swarm.world;
  return { seed, virtualMs: clock.now(), steps: clock.steps };
}

class Run {
  readonly swarm: MemorySwarm;
  readonly #plan: Plan;
  readonly #random: SeededRandom;
  readonly #tracker: MemoryTracker | null;
  readonly #chosen = new Map<Client, readonly Priority[]>();
  readonly #open = { count: 0 };
  readonly #behaviours = new Map<string, readonly PeerBehaviour[]>();
  readonly #tell: (line: string) => void;

  constructor(plan: Plan, tell: (line: string) => void) {
    this.#plan = plan;
    this.#tell = tell;
    this.#random = new SeededRandom(`run ${plan.seed}`);
    this.swarm = makeSwarm(plan);
    for (const { host } of this.swarm.clients)
      this.swarm.world.disk(host).hasManyFileSystems = plan.hasManyFileSystems;
    this.#tracker = makeTracker(plan, this.swarm);
    if (plan.isSequential) {
      const priorities = this.swarm.torrent.layout.files.map((): Priority => 2);
      for (const { engine } of this.swarm.leechers)
        engine.choose(this.swarm.id, priorities, { sequential: true, endsFirst: false });
    }
    for (const [index, villain] of plan.villains.entries()) this.#addVillain(villain, `villain${index}`);
  }

  #addVillain({ name, way }: PlannedVillain, host: string): void {
    const { world, torrent, leechers, clients, id } = this.swarm;
    world.addHost(host);
    const behaviours = this.#behaviours.get(name) ?? VILLAINS[name]?.(torrent) ?? [];
    this.#behaviours.set(name, behaviours);
    const options: FakePeerOptions = { infoHash: torrent.infoHash, behaviours };
    if (way === 'waits') {
      listenFakePeer(world, host, PORT, options);
      const endpoint = { host: world.internet.addressOf(host), port: PORT };
      for (const { engine } of leechers) engine.addPeers(id, [endpoint]);
      if (this.#tracker !== null)
        this.#tracker.settings.morePeers = [...this.#tracker.settings.morePeers, endpoint];
      return;
    }
    for (const client of clients) {
      const dial = (left: number): void => {
        const peer = dialFakePeer(world, host, { host: client.address, port: PORT }, options);
        const look = (): void => {
          if (peer.end === null) world.clock.after(REDIAL_MS, look);
          else if (left > 0) dial(left - 1);
        };
        world.clock.after(REDIAL_MS, look);
      };
      world.clock.after(this.#random.below(1000), () => dial(REDIALS));
    }
  }

  finish(): void {
    const { swarm } = this;
    const { clock } = swarm.world;
    let endMs = 0;
    for (const [index, { name, atMs, lastsMs, client }] of this.#plan.acts.entries()) {
      const victim = swarm.clients[client];
      if (victim === undefined) throw new Error('an act of nobody');
      endMs = Math.max(endMs, atMs + lastsMs + 1000);
      const random = this.#random.fork(`act ${index}`);
      clock.schedule(atMs, () => {
        this.#tell(`${atMs} ms: ${name} of ${victim.host} for ${lastsMs} ms`);
        ACTS[name].run({
          swarm,
          tracker: this.#tracker,
          victim,
          lastsMs,
          random,
          chosen: this.#chosen,
          open: this.#open,
        });
      });
    }
    clock.runUntil(endMs + 1, STEPS_MAX);
    swarm.world.settle(() => this.#open.count === 0 && swarm.leechers.every((one) => this.#isDone(one)), {
      maxMs: LIVENESS_MS,
      maxSteps: STEPS_MAX,
    });
    for (const leecher of swarm.leechers) this.#compare(leecher);
    this.#judgeBans();
  }

  #isDone(client: Client): boolean {
    const { swarm } = this;
    return !client.isDown && client.engine.ids.includes(swarm.id) && swarm.isSeeding(client);
  }

  #compare(client: Client): void {
    const priorities = this.#chosen.get(client);
    if (this.swarm.hasContent(client, (index) => priorities?.[index] !== 0)) return;
    throw new Error(`${client.host} has other bytes`);
  }

  /** Nobody may come to think ill of a seed that never lied. */
  #judgeBans(): void {
    const { seeders, leechers } = this.swarm;
    for (const leecher of leechers) {
      for (const event of leecher.events) {
        if (event.type === 'peerBanned' && seeders.some(({ address }) => address === event.host))
          throw new Error(`${leecher.host} banned the honest ${event.host}`);
      }
    }
  }

  /** How everybody stands. */
  describe(): string[] {
    const { swarm } = this;
    return swarm.clients.map((client) => {
      if (client.isDown) return `${client.host}: down`;
      if (!client.engine.ids.includes(swarm.id)) return `${client.host}: without the torrent`;
      const view = client.engine.view(swarm.id);
      const last = client.events.slice(-4).map((event) => event.type);
      return `${client.host}: ${JSON.stringify(view.state)}, ${view.havePieces} of ${view.pieceCount} pieces, ${view.peers} peers, ${view.knownAddresses} addresses, wasted ${view.wasted}; last ${last.join(', ')}`;
    });
  }
}

function makeSwarm(plan: Plan): MemorySwarm {
  const { meeting, seed } = plan;
  const url = { told: [], http: ['http://tracker/announce'], udp: ['udp://tracker:6969/announce'] }[meeting];
  return new MemorySwarm({
    worldSeed: seed,
    seed,
    name: `sim ${seed}`,
    ...plan.torrent,
    trackers: [url],
    seeders: plan.seeders,
    leechers: plan.leechers,
    magnet: plan.isMagnet,
    strangers: meeting !== 'told',
    network: plan.network,
    hosts: { disk: { arenaBytes: plan.arenaBytes, latencyMs: plan.diskLatencyMs } },
    client: { link: plan.link, settings: plan.settings, keepsPlacesAfterMs: plan.keepsPlacesAfterMs },
  });
}

function makeTracker({ meeting }: Plan, swarm: MemorySwarm): MemoryTracker | null {
  if (meeting === 'told') return null;
  swarm.world.addHost('tracker');
  return new MemoryTracker(swarm.world, 'tracker', { intervalSeconds: 120 });
}
