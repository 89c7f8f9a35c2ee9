/**
 * Keeps work on the files of one store apart from changes that need them for themselves (move, rename, choose files,
 * close). Decides when work may start; ordinary work runs side by side, a change runs alone and in order.
 */

/** Who is told when the gate opens or everything rests. */
export interface GateOwner {
  /** Work may start again. */
  onOpen(): void;
  /** No work runs and no change waits. */
  onRest(): void;
}

/** Counts work in flight; closed until the first `open`. */
export class Gate {
  readonly #owner: GateOwner;
  #opened = false;
  #running = 0;
  #changing = false;
  #changes: ((done: () => void) => void)[] = [];

  constructor(owner: GateOwner) {
    this.#owner = owner;
  }

  /** Whether ordinary work may start. */
  get isOpen(): boolean {
    return this.#opened && !this.#changing && this.#changes.length === 0;
  }

  /** Whether nothing runs and nothing waits to run alone. */
  get atRest(): boolean {
    return this.#running === 0 && !this.#changing && this.#changes.length === 0;
  }

  /** The files are there. */
  open(): void {
    this.#opened = true;
    this.#next();
  }

  /** Ordinary work starts. */
  enter(): void {
    this.#running++;
  }

  /** Ordinary work ended. */
  leave(): void {
    this.#running--;
    this.#next();
  }

  /** Run `change` alone, after what runs now and after earlier changes. */
  alone(change: (done: () => void) => void): void {
    this.#changes.push(change);
    this.#next();
  }

  #next(): void {
    if (!this.#opened || this.#changing || this.#running > 0) return;
    const change = this.#changes.shift();
    if (change === undefined) {
      this.#owner.onRest();
      return;
    }
    this.#changing = true;
    change(() => {
      this.#changing = false;
      if (this.#changes.length === 0) this.#owner.onOpen();
      this.#next();
    });
  }
}
