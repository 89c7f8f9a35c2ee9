/** The order of all torrents, and when it is time to give slots anew. Who gets one is decided in rules/queue.ts. */
import type { Entry } from './entry.ts';
import { LIMITS, type Settings } from './limits.ts';
import {
  isRunning,
  planQueue,
  queueClass,
  targetPosition,
  type QueueMove,
  type QueuePlan,
} from './rules/queue.ts';

export class TorrentQueue {
  readonly #order: Entry[] = [];
  /** Positions before and after these are those of the last `takeMoved`. */
  #movedFrom = Infinity;
  #movedTo = -1;
  #isDue = false;
  #waiting: QueuePlan<Entry>['waiting'] = new Set();
  #reviewAtMs = 0;

  /** In order. */
  get entries(): readonly Entry[] {
    return this.#order;
  }

  /** Put a new one first or last. */
  add(entry: Entry, isFirst: boolean): void {
    if (isFirst) this.#order.unshift(entry);
    else this.#order.push(entry);
    this.#number(isFirst ? 0 : this.#order.length - 1, this.#order.length - 1);
    if (entry.wishes.run) this.onWaiting(entry);
  }

  /** Forget one that is at rest. */
  remove(entry: Entry): void {
    this.#order.splice(entry.position, 1);
    this.#number(entry.position, this.#order.length - 1);
  }

  /** Move one. */
  move(entry: Entry, move: QueueMove): void {
    const from = entry.position;
    const to = targetPosition(from, move, this.#order.length);
    if (from === to) return;
    this.#order.splice(from, 1);
    this.#order.splice(to, 0, entry);
    this.#number(Math.min(from, to), Math.max(from, to));
    if (this.#isAwaited(entry)) this.#isDue = true;
  }

  /** Put some first, in their order, and all others behind them. */
  arrange(first: readonly Entry[]): void {
    const named = new Set(first);
    const order = [...named, ...this.#order.filter((entry) => !named.has(entry))];
    if (order.every((entry, index) => entry.position === index)) return;
    for (const [index, entry] of order.entries()) this.#order[index] = entry;
    this.#number(0, order.length - 1);
    this.#isDue = true;
  }

  /** Those between which positions changed since the last call. */
  takeMoved(): readonly Entry[] {
    const moved = this.#order.slice(Math.min(this.#movedFrom, this.#order.length), this.#movedTo + 1);
    this.#movedFrom = Infinity;
    this.#movedTo = -1;
    return moved;
  }

  /** Whether it shares slots with others that go without: only then its place matters. */
  #isAwaited(entry: Entry): boolean {
    const takesPart = entry.state.kind === 'queued' || isRunning(entry.state);
    return takesPart && this.#waiting.has(queueClass(entry));
  }

  /** Slots may have to be given anew. */
  changed(): void {
    this.#isDue = true;
  }

  /** One waits now; behind others of its class that wait already nothing follows from that. */
  onWaiting(entry: Entry): void {
    const isLast = entry.position === this.#order.length - 1;
    if (isLast && !entry.isForced && this.#waiting.has(queueClass(entry))) return;
    this.#isDue = true;
  }

  /** Now and then it is looked which of the waiting seeds are needed most. */
  tick(nowMs: number): void {
    if (!this.#waiting.has('seed') || nowMs - this.#reviewAtMs < LIMITS.queueReviewMs) return;
    this.#reviewAtMs = nowMs;
    this.#isDue = true;
  }

  /** What is to be started and paused now, if anything happened since the last time. */
  takePlan(settings: Settings, nowMs: number): QueuePlan<Entry> | null {
    if (!this.#isDue) return null;
    this.#isDue = false;
    const plan = planQueue(this.#order, settings, nowMs);
    this.#waiting = plan.waiting;
    return plan;
  }

  #number(first: number, last: number): void {
    this.#movedFrom = Math.min(this.#movedFrom, first);
    this.#movedTo = Math.max(this.#movedTo, last);
    for (let i = first; i <= last; i += 1) (this.#order[i] as Entry).position = i;
  }

  /** Recompute positions; throws when they disagree. */
  checkInvariants(): void {
    for (const [index, entry] of this.#order.entries()) {
      if (entry.position !== index) throw new Error('queue: a position is wrong');
    }
  }
}
