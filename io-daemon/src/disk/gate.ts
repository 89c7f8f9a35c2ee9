/**
 * Lets many users of a store's files in at once, or one that wants them alone. Decides the order: first come, first served.
 */

/** Tells the gate that a visit is over; called exactly once. */
export type Leave = () => void;

/** One gate per store. */
export class Gate {
  #sharing = 0;
  #alone = false;
  readonly #waiting: { readonly alone: boolean; readonly enter: (leave: Leave) => void }[] = [];

  /** Run `enter` now or when those who want the files alone have left. */
  share(enter: (leave: Leave) => void): void {
    if (this.#alone || this.#waiting.length > 0) this.#waiting.push({ alone: false, enter });
    else this.#enterShared(enter);
  }

  /** Settles when nobody else is in; the caller leaves with the function it gets. */
  alone(): Promise<Leave> {
    return new Promise((resolve) => {
      this.#waiting.push({ alone: true, enter: resolve });
      this.#advance();
    });
  }

  #enterShared(enter: (leave: Leave) => void): void {
    this.#sharing++;
    enter(() => {
      this.#sharing--;
      this.#advance();
    });
  }

  #advance(): void {
    while (!this.#alone) {
      const [next] = this.#waiting;
      if (next === undefined || (next.alone && this.#sharing > 0)) return;
      this.#waiting.shift();
      if (!next.alone) {
        this.#enterShared(next.enter);
        continue;
      }
      this.#alone = true;
      next.enter(() => {
        this.#alone = false;
        this.#advance();
      });
    }
  }
}
