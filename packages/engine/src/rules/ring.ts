/** The last few of many things, oldest first. */

/** Bounded; the oldest goes when one more comes. */
export class Ring<Item> {
  readonly #capacity: number;
  #items: Item[] = [];
  /** Where the oldest stands once it is full. */
  #start = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  push(item: Item): void {
    if (this.#items.length < this.#capacity) {
      this.#items.push(item);
      return;
    }
    this.#items[this.#start] = item;
    this.#start = (this.#start + 1) % this.#capacity;
  }

  /** A fresh list, oldest first. */
  list(): Item[] {
    return [...this.#items.slice(this.#start), ...this.#items.slice(0, this.#start)];
  }
}
