/**
 * The queue of writes over all stores: first come, first served, a bounded number at once. Decides when a job starts;
 * a store may take its job back at that moment, to keep it until it can run.
 */
import type { Room } from './room.ts';

/** Something that makes the disk write. */
export interface Job {
  /** Chunks that are free when it succeeds. */
  readonly chunks: number;
  /** Asked when it could start; false: the owner keeps the job. */
  admit(): boolean;
  /** Begin; `ended` is called once, whatever the outcome. */
  start(ended: () => void): void;
}

/** Jobs in flight and in line. */
export class JobQueue {
  readonly #room: Room;
  readonly #maxRunning: number;
  #queue: Job[] = [];
  #running = 0;
  #pumping = false;

  constructor(room: Room, maxRunning: number) {
    this.#room = room;
    this.#maxRunning = maxRunning;
  }

  /** Jobs in line. */
  get waiting(): number {
    return this.#queue.length;
  }

  /** Jobs in flight. */
  get running(): number {
    return this.#running;
  }

  /** Put a job in line. */
  push(job: Job): void {
    this.#room.countLeaving(job.chunks);
    this.#queue.push(job);
    this.#pump();
  }

  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    while (this.#running < this.#maxRunning) {
      const job = this.#queue.shift();
      if (job === undefined) break;
      if (!job.admit()) {
        this.#room.countLeaving(-job.chunks);
        continue;
      }
      this.#running++;
      job.start(() => {
        this.#running--;
        this.#room.countLeaving(-job.chunks);
        this.#pump();
      });
    }
    this.#pumping = false;
  }
}
