/**
 * One move while it runs in a worker that does nothing else. Decides how the worker tells how far it is, and hears that it
 * shall stop: in memory it shares with the main thread.
 */
import type { MoveProgress } from '@jstorrent/data-plane';
import type { Job } from './jobs.ts';
import { MOVE_PROGRESS_MS } from './limits.ts';

/** How a move ends that was called off. */
export const CALLED_OFF = { code: 'CANCELLED', detail: 'the move was called off', missing: 0 } as const;

/** Bytes of memory that a move shares: whether to stop, how far it is. */
const SHARED_BYTES = 24;

/** What main thread and worker share of one move. */
export class MoveState {
  /** To be given to the worker. */
  readonly memory: SharedArrayBuffer;
  /** What was given to a pool for it. */
  job: Job | null = null;
  readonly #stop: Int32Array;
  readonly #bytes: Float64Array;

  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(SHARED_BYTES)) {
    this.memory = memory;
    this.#stop = new Int32Array(memory, 0, 1);
    this.#bytes = new Float64Array(memory, 8, 2);
  }

  /** Whether the move shall stop, if it still can. */
  get isCancelled(): boolean {
    return Atomics.load(this.#stop, 0) === 1;
  }

  get done(): number {
    return this.#bytes[0] ?? 0;
  }

  get total(): number {
    return this.#bytes[1] ?? 0;
  }

  cancel(): void {
    Atomics.store(this.#stop, 0, 1);
  }

  /** Bytes that have arrived, of all. */
  tell(done: number, total: number): void {
    this.#bytes[1] = total;
    this.#bytes[0] = done;
  }
}

/** Tell how far a move is while it runs. */
export async function whileTelling<T>(state: MoveState, tell: MoveProgress, work: Promise<T>): Promise<T> {
  let told = -1;
  const timer = setInterval(() => {
    if (state.done === told) return;
    told = state.done;
    tell(state.done, state.total);
  }, MOVE_PROGRESS_MS);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}
