/**
 * Workers and the queue in front of them. Decides which worker gets a job, when another worker is started, and that jobs
 * with the same key run one after the other in the order they came.
 */
import assert from 'node:assert/strict';
import { Worker } from 'node:worker_threads';
import type { Answer, DiskError } from '@jstorrent/data-plane';
import type { Job, Order, Reply, Results, WorkerStart } from './jobs.ts';
import { JOBS_BEFORE_START, JOBS_PER_WORKER, WORK_BYTES_PER_WORKER } from './limits.ts';

/** How a job is to be run. */
export interface Task {
  /** Tasks with the same key never run at once; 0 = no such wish. */
  readonly key: number;
  /** Bytes to be hashed or written, to spread the load. */
  readonly bytes: number;
  readonly job: Job;
  readonly onValue: (value: Results[Job['kind']]) => void;
  readonly onError: Answer<never>['onError'];
  /** Called before the answer with the folders (absolute) that got new entries. */
  readonly onFolders: (folders: readonly string[]) => void;
  mayRetry: boolean;
}

/** The members of `Task` without the job. */
export type TaskOptions = Partial<Pick<Task, 'key' | 'bytes' | 'onFolders'>>;

/** What a pool is made of. */
export interface PoolOptions {
  readonly start: WorkerStart;
  /** Workers at most. */
  readonly size: number;
  /** Workers at most that are started to finish pieces, which also want a core for the sockets; `size` when absent. */
  readonly finishers?: number;
  /** `daemons` wait for the next job, one of them from the start; `errands` end when nothing is left to do. */
  readonly kind: 'daemons' | 'errands';
  /** Close what can be opened again: a job ran out of descriptors and is about to be tried once more. */
  readonly onTooManyFiles: () => void;
}

interface Lane {
  readonly worker: Worker;
  readonly tasks: Map<number, Task>;
  bytes: number;
  outbox: Order[];
}

/** Codes of a thread that lacked descriptors to begin. */
const SHORTAGES: ReadonlySet<string> = new Set(['ERR_WORKER_INIT_FAILED', 'EMFILE', 'ENFILE']);
const NO_WORKER: DiskError = { code: 'TOO_MANY_FILES', detail: 'a disk worker cannot begin', missing: 0 };

/** A queue of jobs in front of lazily started workers. */
export class WorkerPool {
  readonly #options: PoolOptions;
  readonly #queue: Task[] = [];
  readonly #lanes: Lane[] = [];
  /** Lanes of the keys in work, with the number of tasks. */
  readonly #keys = new Map<number, { readonly lane: Lane; count: number }>();
  #nextId = 1;
  #closed = false;
  /** The last worker could not begin for lack of descriptors: those that are there do the work until they rest. */
  #isShort = false;

  constructor(options: PoolOptions) {
    this.#options = options;
    if (options.kind === 'daemons') this.#startLane();
  }

  /** Jobs in line, and those given to workers. */
  get load(): { readonly waiting: number; readonly running: number } {
    return {
      waiting: this.#queue.length,
      running: this.#lanes.reduce((sum, { tasks }) => sum + tasks.size, 0),
    };
  }

  /** Run a job on some worker; its answer comes in a later turn. */
  run<K extends Job['kind']>(
    job: Extract<Job, { readonly kind: K }>,
    answer: Answer<Results[K]>,
    options: TaskOptions = {},
  ): void {
    this.#queue.push({
      key: options.key ?? 0,
      bytes: options.bytes ?? 0,
      job,
      onValue: (value) => answer.onDone(value as Results[K]),
      onError: (error) => answer.onError(error),
      onFolders: options.onFolders ?? ignore,
      mayRetry: true,
    });
    this.#dispatch();
  }

  /** Fail a job that still waits in line, in a later turn; false when a worker has it. */
  withdraw(job: Job, error: DiskError): boolean {
    const at = this.#queue.findIndex((task) => task.job === job);
    const task = this.#queue[at];
    if (task === undefined) return false;
    this.#queue.splice(at, 1);
    setImmediate(() => task.onError(error));
    return true;
  }

  /** Run a job that cannot fail on every worker that is running now; settles when all have done it. */
  runEverywhere<K extends Job['kind']>(job: Extract<Job, { readonly kind: K }>): Promise<Results[K][]> {
    const onError = (): void => assert.fail(`${job.kind} cannot fail`);
    const common = { key: 0, bytes: 0, job, onError, onFolders: ignore, mayRetry: false };
    const everywhere = this.#lanes.map(
      (lane) =>
        new Promise<Results[K]>((resolve) => {
          this.#give(lane, { ...common, onValue: (value) => resolve(value as Results[K]) });
        }),
    );
    return Promise.all(everywhere);
  }

  /** Stop all workers; jobs that run are lost. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#lanes.map(({ worker }) => worker.terminate()));
  }

  #dispatch(): void {
    for (let task = this.#queue[0]; task !== undefined && !this.#closed; task = this.#queue[0]) {
      const lane = this.#keys.get(task.key)?.lane ?? this.#laneFor(task);
      if (lane === null) return;
      this.#queue.shift();
      this.#give(lane, task);
    }
  }

  /** The least busy worker with room, perhaps a new one; null: wait. */
  #laneFor(task: Task): Lane | null {
    let best: Lane | null = null;
    for (const lane of this.#lanes) {
      if (best === null || lane.tasks.size < best.tasks.size) best = lane;
    }
    if (best !== null && best.tasks.size === 0) return best;
    const isUrgent = task.job.kind === 'hash' || this.#options.kind === 'errands';
    const isFull = best === null || !this.#hasRoom(best);
    const { size, finishers = size } = this.#options;
    if (this.#isShort && best !== null) return isFull ? null : best;
    if (this.#lanes.length < (isUrgent ? size : finishers)) {
      if (isUrgent || (isFull && this.#queue.length >= JOBS_BEFORE_START)) return this.#startLane();
    }
    return isFull ? null : best;
  }

  #hasRoom(lane: Lane): boolean {
    if (this.#options.kind === 'errands') return lane.tasks.size === 0;
    return lane.tasks.size < JOBS_PER_WORKER && lane.bytes < WORK_BYTES_PER_WORKER;
  }

  #give(lane: Lane, task: Task): void {
    const id = this.#nextId++;
    if (task.key !== 0) {
      const held = this.#keys.get(task.key);
      if (held === undefined) this.#keys.set(task.key, { lane, count: 1 });
      else held.count++;
    }
    if (lane.tasks.size === 0) lane.worker.ref();
    lane.tasks.set(id, task);
    lane.bytes += task.bytes;
    lane.outbox.push({ id, job: task.job });
    // All jobs of one callback travel together.
    if (lane.outbox.length === 1) queueMicrotask(() => this.#send(lane));
  }

  #send(lane: Lane): void {
    const orders = lane.outbox;
    lane.outbox = [];
    lane.worker.postMessage(orders);
  }

  #startLane(): Lane {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: this.#options.start,
      // Workers open files that the main thread closes.
      trackUnmanagedFds: false,
      execArgv: [],
    });
    const lane: Lane = { worker, tasks: new Map(), bytes: 0, outbox: [] };
    worker.on('message', (replies: readonly Reply[]) => {
      for (const reply of replies) this.#settle(lane, reply);
      if (lane.tasks.size === 0) this.#rest(lane);
      this.#dispatch();
    });
    worker.on('error', (error) => {
      if (!isShortage(error)) throw error;
      this.#lose(lane);
    });
    worker.unref();
    this.#lanes.push(lane);
    return lane;
  }

  /** A worker could not begin: others do what it was given, or it fails as where a file cannot be opened. */
  #lose(lane: Lane): void {
    this.#lanes.splice(this.#lanes.indexOf(lane), 1);
    this.#isShort = true;
    const tasks = [...lane.tasks.keys()].map((id) => this.#takeBack(lane, id));
    const jobs = tasks.filter(({ job }) => job.kind !== 'forget' && job.kind !== 'vanished');
    if (this.#lanes.length > 0) this.#queue.unshift(...jobs);
    // It had no file open.
    for (const task of tasks) if (task.job.kind === 'forget') task.onValue(null);
    for (const task of tasks) if (task.job.kind === 'vanished') task.onValue([]);
    if (this.#lanes.length === 0) for (const task of jobs) task.onError(NO_WORKER);
    this.#dispatch();
  }

  #takeBack(lane: Lane, id: number): Task {
    const task = lane.tasks.get(id);
    assert(task !== undefined, 'a worker answers what it was asked, once');
    lane.tasks.delete(id);
    lane.bytes -= task.bytes;
    const held = this.#keys.get(task.key);
    if (held !== undefined) {
      held.count--;
      if (held.count === 0) this.#keys.delete(task.key);
    }
    return task;
  }

  #settle(lane: Lane, reply: Reply): void {
    const task = this.#takeBack(lane, reply.id);
    if (reply.folders.length > 0) task.onFolders(reply.folders);
    if (reply.outcome.error === null) {
      task.onValue(reply.outcome.value);
    } else if (reply.outcome.error.code === 'TOO_MANY_FILES' && task.mayRetry) {
      task.mayRetry = false;
      this.#options.onTooManyFiles();
      this.#give(lane, task);
    } else {
      task.onError(reply.outcome.error);
    }
  }

  #rest(lane: Lane): void {
    this.#isShort = false;
    lane.worker.unref();
    if (this.#options.kind !== 'errands' || this.#queue.length > 0) return;
    this.#lanes.splice(this.#lanes.indexOf(lane), 1);
    void lane.worker.terminate();
  }
}

function isShortage(error: unknown): boolean {
  return error instanceof Error && 'code' in error && SHORTAGES.has(String(error.code));
}

function ignore(): void {}
