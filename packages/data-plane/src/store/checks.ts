/**
 * Hashing of existing data, over all stores: in ranges, as many at once as the disk has lanes, one store after the
 * other. Decides what is hashed next and compares digests; the hashing is the disk's.
 */
import type { StoreEvent, StoreId } from '@jstorrent/engine/ports';
import { assert } from '../assert.ts';
import { hasBit, makeBits, setBit } from '../bits.ts';
import type { EventBatch } from '../events.ts';
import type { DiskError } from '../ports.ts';
import type { Store } from './store.ts';

interface Range {
  readonly first: number;
  readonly count: number;
}

interface Task {
  readonly store: Store;
  readonly kind: 'check' | 'hash';
  readonly perRange: number;
  readonly end: number;
  next: number;
  /** Ranges whose hashing failed, to be done again. */
  readonly again: Range[];
  running: number;
  /** `hash`: the first piece not told yet, and digests that came before their turn. */
  told: number;
  readonly early: Map<number, Uint8Array>;
}

/** All running checks. */
export class Checks {
  readonly #events: EventBatch;
  readonly #lanes: number;
  readonly #checkBytes: number;
  #tasks: Task[] = [];
  /** Stores that wait for their last ranges before `checkStopped`. */
  readonly #stopping = new Set<StoreId>();
  #running = 0;
  #pumping = false;

  constructor(events: EventBatch, lanes: number, checkBytes: number) {
    this.#events = events;
    this.#lanes = Math.max(1, lanes);
    this.#checkBytes = checkBytes;
  }

  /** Ranges that are being hashed. */
  get running(): number {
    return this.#running;
  }

  /** Hash pieces and compare (`check`) or tell the digests (`hash`). */
  start(store: Store, kind: 'check' | 'hash', range: Range): void {
    const { first, count } = range;
    const { pieces, pieceLength, digestLength } = store.geometry;
    assert(first >= 0 && count >= 0 && first + count <= pieces, 'a check lies in the torrent');
    const hashes = kind === 'check' ? pieces * digestLength : 0;
    assert(store.layout.hashes.length === hashes, 'only what has hashes can be checked');
    if (count === 0) return;
    this.#tasks.push({
      store,
      kind,
      perRange: Math.max(1, Math.floor(this.#checkBytes / pieceLength)),
      end: first + count,
      next: first,
      again: [],
      running: 0,
      told: first,
      early: new Map(),
    });
    this.pump();
  }

  /** Begin no more ranges of the checks of a store; `checkStopped` follows the last that runs. */
  stop(store: Store): void {
    this.#forget(store, (task) => task.kind === 'check');
    this.#stopping.add(store.id);
    this.#tellStopped(store);
  }

  /** The store is being closed: nothing of it is hashed or told any more. */
  drop(store: Store): void {
    this.#forget(store, () => true);
    this.#tasks = this.#tasks.filter((task) => task.store !== store);
    this.#stopping.delete(store.id);
  }

  /** Start what can run now. */
  pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    while (this.#running < this.#lanes) {
      const index = this.#tasks.findIndex((task) => hasMore(task) && task.store.isCheckable);
      const task = this.#tasks[index];
      if (task === undefined) break;
      this.#tasks.splice(index, 1);
      this.#tasks.push(task);
      this.#run(task);
    }
    this.#pumping = false;
  }

  #run(task: Task): void {
    const range = nextRange(task);
    task.running++;
    this.#running++;
    const end = (settle: () => void): void => {
      this.#running--;
      task.running--;
      if (this.#tasks.includes(task)) settle();
      if (!hasMore(task) && task.running === 0) this.#tasks = this.#tasks.filter((one) => one !== task);
      this.#tellStopped(task.store);
      this.pump();
    };
    task.store.hash(range.first, range.count, {
      onDone: (digests) => end(() => this.#done(task, range, digests)),
      onError: (error) => end(() => this.#failed(task, range, error)),
    });
  }

  #done(task: Task, range: Range, digests: Uint8Array): void {
    const { store } = task;
    if (task.kind === 'check') {
      this.#checked(store, range, digests);
      return;
    }
    task.early.set(range.first, digests);
    for (;;) {
      const next = task.early.get(task.told);
      if (next === undefined) return;
      task.early.delete(task.told);
      this.#events.push({ type: 'hashed', store: store.id, first: task.told, digests: next });
      task.told += next.length / store.geometry.digestLength;
    }
  }

  #checked(store: Store, { first, count }: Range, digests: Uint8Array): void {
    const good = makeBits(count);
    const length = store.geometry.digestLength;
    for (let index = 0; index < count; index++) {
      const piece = first + index;
      const matches = isEqual(digests, index * length, store.layout.hashes, piece * length, length);
      if (matches) setBit(good, index);
      store.pieces.checked(piece, matches);
    }
    const event: StoreEvent = { type: 'checked', store: store.id, first, count, good };
    const merged = this.#events.amend((newest) =>
      newest.type === 'checked' && newest.store === store.id && newest.first + newest.count === first
        ? { ...event, first: newest.first, count: newest.count + count, good: join(newest, event) }
        : null,
    );
    if (!merged) this.#events.push(event);
  }

  #failed(task: Task, range: Range, error: DiskError): void {
    if (!this.#stopping.has(task.store.id)) task.again.push(range);
    task.store.block(error);
  }

  /** Take away what has not started. */
  #forget(store: Store, which: (task: Task) => boolean): void {
    for (const task of this.#tasks) {
      if (task.store !== store || !which(task)) continue;
      task.next = task.end;
      task.again.length = 0;
    }
    this.#tasks = this.#tasks.filter((task) => hasMore(task) || task.running > 0);
  }

  #tellStopped(store: Store): void {
    if (!this.#stopping.has(store.id)) return;
    if (this.#tasks.some((task) => task.store === store && task.kind === 'check' && task.running > 0)) return;
    this.#stopping.delete(store.id);
    this.#events.push({ type: 'checkStopped', store: store.id });
  }
}

function hasMore(task: Task): boolean {
  return task.again.length > 0 || task.next < task.end;
}

function nextRange(task: Task): Range {
  const again = task.again.shift();
  if (again !== undefined) return again;
  const first = task.next;
  const count = Math.min(task.perRange, task.end - first);
  task.next += count;
  return { first, count };
}

function isEqual(a: Uint8Array, aFrom: number, b: Uint8Array, bFrom: number, length: number): boolean {
  for (let index = 0; index < length; index++) {
    if (a[aFrom + index] !== b[bFrom + index]) return false;
  }
  return true;
}

interface Bits {
  readonly count: number;
  readonly good: Uint8Array;
}

function join(before: Bits, after: Bits): Uint8Array {
  const bits = makeBits(before.count + after.count);
  bits.set(before.good);
  for (let index = 0; index < after.count; index++) {
    if (hasBit(after.good, index)) setBit(bits, before.count + index);
  }
  return bits;
}
