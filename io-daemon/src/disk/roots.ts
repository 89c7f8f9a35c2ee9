/**
 * The folders the user allowed, by opaque key. Decides which path a key stands for now: the latest that was told, or else
 * the one it was started with.
 */
import { isAbsolute } from 'node:path';
import { DiskFailure } from './codes.ts';

/** Roots that come and go. */
export class Roots {
  readonly #initial: Readonly<Record<string, string>>;
  /** null: dropped. */
  readonly #told = new Map<string, string | null>();

  /** `initial` is read again on every use. */
  constructor(initial: Readonly<Record<string, string>>) {
    this.#initial = initial;
  }

  /** From now on `key` is this folder; a path that is not absolute, or null, makes it unknown. */
  set(key: string, path: string | null): void {
    this.#told.set(key, path !== null && isAbsolute(path) ? path : null);
  }

  /** The path behind a key; fails with `UNKNOWN_ROOT`. */
  find(key: string): string {
    const told = this.#told.get(key);
    const path = told === undefined && Object.hasOwn(this.#initial, key) ? this.#initial[key] : told;
    if (path === undefined || path === null) throw new DiskFailure('UNKNOWN_ROOT', key);
    return path;
  }

  /** All paths by key, for a worker. */
  all(): Map<string, string> {
    const all = new Map(Object.entries(this.#initial));
    for (const [key, path] of this.#told) {
      if (path === null) all.delete(key);
      else all.set(key, path);
    }
    return all;
  }
}
