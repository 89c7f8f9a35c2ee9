/**
 * One simulated world: a clock, chance, an internet and a disk per host, all from one seed. Decides nothing itself.
 */
import { VirtualClock, type RunLimits } from './clock.ts';
import { MemoryDisk, type MemoryDiskOptions } from './disk/memory-disk.ts';
import type { HostSettings } from './net/host.ts';
import { MemoryInternet } from './net/internet.ts';
import { SeededRandom } from './random.ts';

/** How a host of a world starts out. */
export interface WorldHostOptions {
  readonly net?: Partial<HostSettings> & { readonly addresses?: readonly string[] };
  readonly disk?: MemoryDiskOptions;
}

/** A world; the same seed and the same calls give the same run. */
export class World {
  readonly seed: number | string;
  readonly clock = new VirtualClock();
  readonly random: SeededRandom;
  readonly internet: MemoryInternet;
  readonly #disks = new Map<string, MemoryDisk>();
  #serial = 0;

  constructor(seed: number | string) {
    this.seed = seed;
    this.random = new SeededRandom(seed);
    this.internet = new MemoryInternet(this.clock, this.random.fork('internet'));
  }

  /** Add a machine with a disk of its own. */
  addHost(name: string, options: WorldHostOptions = {}): void {
    this.internet.addHost(name, options.net);
    this.#disks.set(name, new MemoryDisk(this.clock, this.random.fork(`disk ${name}`), options.disk));
  }

  /** The disk of a host; it outlives the programs that use it. */
  disk(name: string): MemoryDisk {
    const disk = this.#disks.get(name);
    if (disk === undefined) throw new Error(`no host ${name}`);
    return disk;
  }

  /** Chance of its own for the next of several things of a kind. */
  nextRandom(kind: string): SeededRandom {
    this.#serial++;
    return this.random.fork(`${kind} ${this.#serial}`);
  }

  /** Run until the predicate holds; throws, naming the seed, when it does not within the limits. */
  settle(predicate: () => boolean, limits: RunLimits = {}): void {
    const outcome = this.clock.run(predicate, limits);
    if (outcome === 'reached') return;
    throw new Error(
      `nothing settled: ${outcome} at ${this.clock.now()} ms of the world with seed ${this.seed}`,
    );
  }

  /** Run everything due in the next `durationMs`. */
  advance(durationMs: number): void {
    this.clock.advance(durationMs);
  }
}
