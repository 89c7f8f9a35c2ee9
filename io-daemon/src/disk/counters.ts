/**
 * What the threads of the disk do, counted in memory they share. Decides nothing but the places of the counters.
 */

const NAMES = [
  'bytesRead',
  'reads',
  'readUs',
  'bytesWritten',
  'writes',
  'writeUs',
  'syncs',
  'syncUs',
  'openFiles',
] as const;

/** What is counted; `...Us`: microseconds in calls of the system. */
export type CounterName = (typeof NAMES)[number];

const PLACES: ReadonlyMap<CounterName, number> = new Map(NAMES.map((name, place) => [name, place]));

/** Memory for counters. */
export function counterMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(NAMES.length * BigInt64Array.BYTES_PER_ELEMENT);
}

/** Counters that any thread may add to. */
export class Counters {
  readonly #cells: BigInt64Array<SharedArrayBuffer>;

  /** `memory` as `counterMemory` gives it. */
  constructor(memory: SharedArrayBuffer) {
    this.#cells = new BigInt64Array(memory);
  }

  /** Add a whole amount, which may be negative. */
  add(name: CounterName, amount: number): void {
    Atomics.add(this.#cells, PLACES.get(name) ?? 0, BigInt(amount));
  }

  /** Count a call that began at `startMs` on the monotonic clock. */
  call(kind: 'read' | 'write' | 'sync', startMs: number): void {
    this.add(`${kind}s`, 1);
    this.add(`${kind}Us`, Math.round((performance.now() - startMs) * 1000));
  }

  /** All of them as they are. */
  all(): Record<CounterName, number> {
    const entries = NAMES.map((name, place) => [name, Number(Atomics.load(this.#cells, place))]);
    return Object.fromEntries(entries) as Record<CounterName, number>;
  }
}
