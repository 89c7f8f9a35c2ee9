/**
 * The in-memory disk: the `Disk` port on virtual time. Decides when operations run and which of them fail; faults are
 * methods. What an operation does to files is decided in memory-files.ts.
 */
import type {
  Answer,
  Disk,
  DiskFolders,
  OpenedFiles,
  OpenFiles,
  Steps,
  StoreFiles,
} from '@jstorrent/data-plane';
import type { DiskFigures, StoreCode } from '@jstorrent/engine/ports';
import type { VirtualClock } from '../clock.ts';
import type { SeededRandom } from '../random.ts';
import { MemoryFiles } from './memory-files.ts';
import { memoryFolders } from './memory-folders.ts';
import { walk } from './memory-steps.ts';
import { DiskFault, type Space, Volume } from './volume.ts';

/** Operations of the port, for faults and counters. */
export type DiskOperation = 'open' | 'folder' | Exclude<keyof StoreFiles, 'cancelMove'>;

/** How a disk starts out. */
export interface MemoryDiskOptions {
  /** Keys of the folders the user allowed; default `downloads` and `other`. */
  readonly roots?: readonly string[];
  /** Default 4 MiB, little enough to be exhausted. */
  readonly arenaBytes?: number;
  /** Operations at once, default 2. */
  readonly lanes?: number;
  /** Of each operation, half to one and a half times this; default 0.5. */
  readonly latencyMs?: number;
  /** Default 500 MB/s. */
  readonly bytesPerSecond?: number;
}

/** A failure to come. `times` operations fail after `after` of the same kind went well. */
export interface DiskFaultPlan {
  readonly code: StoreCode;
  readonly after?: number;
  readonly times?: number;
}

interface Plan {
  readonly operation: DiskOperation | 'any';
  readonly code: StoreCode;
  after: number;
  times: number;
}

/** What an operation is scheduled by. */
export interface Work<T> {
  readonly operation: DiskOperation;
  readonly bytes: number;
  /** Does it, at the end of its time; throws `DiskFault`. Writes at most `mostBytes` (a torn write). */
  readonly run: (mostBytes: number) => T;
  readonly answer: Answer<T>;
  /** Called before the answer, whether it went well or not. */
  readonly onEnd: () => void;
}

const NO_FIGURES: DiskFigures = {
  bytesRead: 0,
  reads: 0,
  readUs: 0,
  bytesWritten: 0,
  writes: 0,
  writeUs: 0,
  syncs: 0,
  syncUs: 0,
  openFiles: 0,
  jobsWaiting: 0,
  jobsRunning: 0,
  memoryBytes: 0,
};

/** A disk whose folders, faults and power supply a test controls. */
export class MemoryDisk implements Disk {
  arena: Uint8Array;
  readonly lanes: number;
  readonly folders: DiskFolders;
  /** Each root is a file system of its own: nothing is renamed from one to another. */
  hasManyFileSystems = false;
  readonly #clock: VirtualClock;
  readonly #random: SeededRandom;
  /** By key. */
  readonly #volumes = new Map<string, Volume>();
  readonly #paths = new Map<string, Volume>();
  readonly #space: Space = { capacityBytes: Number.POSITIVE_INFINITY, usedBytes: 0 };
  readonly #laneFreeMs: number[];
  readonly #counts = new Map<DiskOperation, number>();
  readonly #bytesPerSecond: number;
  #latencyMs: number;
  #plans: Plan[] = [];
  /** Counts crashes; answers of an earlier life are never given. */
  #life = 0;

  constructor(clock: VirtualClock, random: SeededRandom, options: MemoryDiskOptions = {}) {
    this.#clock = clock;
    this.#random = random;
    this.arena = new Uint8Array(options.arenaBytes ?? 4 * 1024 * 1024);
    this.lanes = options.lanes ?? 2;
    this.#laneFreeMs = Array.from({ length: this.lanes }, () => 0);
    this.#latencyMs = options.latencyMs ?? 0.5;
    this.#bytesPerSecond = options.bytesPerSecond ?? 500e6;
    for (const root of options.roots ?? ['downloads', 'other']) this.setRoot(root, root);
    this.folders = memoryFolders(this);
  }

  open(request: OpenFiles, answer: Answer<OpenedFiles>): void {
    const begin = (): Steps<OpenedFiles> => new MemoryFiles(this, request).arrive(request);
    walk(this, { operation: 'open', begin, onHeadway: () => 'go', answer, life: this.#life });
  }

  /** Operations that ended; a disk without processes has none of the other figures. */
  figures(): DiskFigures {
    return {
      ...NO_FIGURES,
      reads: this.count('read') + this.count('hash'),
      writes: this.count('write') + this.count('finish'),
      syncs: this.count('sync'),
    };
  }

  /** Roots of one path are one folder; the keys at the start are paths as well. */
  setRoot(key: string, path: string | null): void {
    if (path === null) {
      this.#volumes.delete(key);
      return;
    }
    const volume = this.#paths.get(path) ?? new Volume(this.#space);
    this.#paths.set(path, volume);
    this.#volumes.set(key, volume);
  }

  /** Counts the ends of programs. */
  get life(): number {
    return this.#life;
  }

  /** Run an operation when a lane is free, after its time has passed; never for programs of an earlier life. */
  perform<T>(work: Work<T>, life: number = this.#life): void {
    if (life !== this.#life) return;
    const lane = this.#laneFreeMs.indexOf(Math.min(...this.#laneFreeMs));
    const startMs = Math.max(this.#clock.now(), this.#laneFreeMs[lane]!);
    const lastsMs =
      this.#latencyMs * (0.5 + this.#random.fraction()) + (work.bytes / this.#bytesPerSecond) * 1000;
    this.#laneFreeMs[lane] = startMs + lastsMs;
    this.#clock.schedule(startMs + lastsMs, () => {
      if (life !== this.#life) return;
      this.#counts.set(work.operation, this.count(work.operation) + 1);
      const plan = this.#duePlan(work.operation);
      let result: { readonly value: T } | DiskFault;
      try {
        result =
          plan === null
            ? { value: work.run(Number.POSITIVE_INFINITY) }
            : this.#failAsPlanned(work, plan.code);
      } catch (error) {
        if (!(error instanceof DiskFault)) throw error;
        result = error;
      }
      work.onEnd();
      if (result instanceof DiskFault) work.answer.onError(result.error);
      else work.answer.onDone(result.value);
    });
  }

  /** The tree below a root key; throws UNKNOWN_ROOT. */
  volume(root: string): Volume {
    const volume = this.#volumes.get(root);
    if (volume === undefined) throw new DiskFault('UNKNOWN_ROOT', root);
    return volume;
  }

  /** Milliseconds since 1970, as file times are. */
  wallMs(): number {
    return this.#clock.unixSeconds() * 1000 + Math.floor(this.#clock.now() % 1000);
  }

  /** How often an operation ended, well or not. */
  count(operation: DiskOperation): number {
    return this.#counts.get(operation) ?? 0;
  }

  get usedBytes(): number {
    return this.#space.usedBytes;
  }

  get freeBytes(): number {
    return Math.max(0, Math.min(this.#space.capacityBytes, Number.MAX_SAFE_INTEGER) - this.#space.usedBytes);
  }

  /** From now on the disk holds at most this many bytes, counted in pages of 4 KiB. */
  setCapacity(bytes: number): void {
    this.#space.capacityBytes = bytes;
  }

  /** From now on operations take this long. */
  setLatency(latencyMs: number): void {
    this.#latencyMs = latencyMs;
  }

  /** Let operations fail; a write that fails has written some of its bytes. */
  fail(operation: DiskOperation | 'any', plan: DiskFaultPlan): void {
    this.#plans.push({ operation, code: plan.code, after: plan.after ?? 0, times: plan.times ?? 1 });
  }

  /** No more planned failures. */
  repair(): void {
    this.#plans = [];
  }

  /** The bytes of a file. */
  readFile(root: string, path: string): Uint8Array {
    const file = this.volume(root).find(path);
    if (file === undefined) throw new Error(`readFile: no ${path} in ${root}`);
    const bytes = new Uint8Array(file.length);
    file.read(0, bytes);
    return bytes;
  }

  /** Put a synced file there, in place of what was. */
  putFile(root: string, path: string, bytes: Uint8Array): void {
    const volume = this.volume(root);
    volume.remove(path);
    volume.write(path, 0, bytes, this.wallMs());
    volume.find(path)!.sync();
  }

  /** Flip `bits` random bits of a file and leave its time alone (bit rot). */
  rot(root: string, path: string, bits = 1): void {
    const file = this.volume(root).find(path);
    if (file === undefined || file.length === 0) throw new Error(`rot: nothing in ${path}`);
    for (let i = 0; i < bits; i++) {
      const offset = this.#random.below(file.length);
      const byte = new Uint8Array(1);
      file.read(offset, byte);
      byte[0] = byte[0]! ^ (1 << this.#random.below(8));
      file.write(offset, byte, file.mtimeMs);
    }
  }

  /**
   * The power fails: what runs is never answered, open stores are dead, and every page written since its file was last
   * synced survives with probability `keep` only. Programs must be started anew; the disk can be used again at once.
   */
  crash(keep = 0): void {
    this.stopPrograms();
    for (const volume of this.#paths.values()) volume.loseUnsynced(this.#random, keep);
  }

  /** The programs using this disk die: what runs is never answered, what was written stays (kill -9). */
  stopPrograms(): void {
    this.#life++;
    this.#laneFreeMs.fill(0);
    // Its timers may still run: what it writes is nobody's memory.
    this.arena = new Uint8Array(this.arena.length);
  }

  /** A failing write has written some of its bytes; anything else has done nothing. */
  #failAsPlanned(work: Work<unknown>, code: StoreCode): DiskFault {
    if (work.operation === 'finish' || work.operation === 'write')
      work.run(this.#random.below(work.bytes + 1));
    return new DiskFault(code, `${work.operation} failed as planned`);
  }

  #duePlan(operation: DiskOperation): Plan | null {
    const plan = this.#plans.find((one) => one.operation === operation || one.operation === 'any');
    if (plan === undefined) return null;
    if (plan.after > 0) {
      plan.after--;
      return null;
    }
    plan.times--;
    if (plan.times === 0) this.#plans = this.#plans.filter((one) => one !== plan);
    return plan;
  }
}
