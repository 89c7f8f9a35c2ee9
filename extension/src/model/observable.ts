/** A value that tells when it changed, for code with and without a UI framework. */

/** Read, and be told. */
export interface Observable<T> {
  readonly value: T;
  /** Calls back after every change until the returned function is called. Does not call at once. */
  subscribe(listener: () => void): () => void;
}

/** An observable that its owner sets. */
export class Cell<T> implements Observable<T> {
  #value: T;
  readonly #listeners = new Set<() => void>();

  constructor(value: T) {
    this.#value = value;
  }

  get value(): T {
    return this.#value;
  }

  /** Sets it; nobody is told when it is the same value. */
  set(value: T): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    this.tell();
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  protected tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
