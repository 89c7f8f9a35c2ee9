/**
 * What one test has: a folder of its own and the processes it starts, all gone when it ends, however it ends. Decides
 * nothing about what is tested.
 */
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as plainTest } from 'vitest';
import { Child, type Command } from './child.ts';
import { startGuard } from './guard.ts';

/** A test's surroundings. */
export class World {
  /** Absolute path of an empty folder. */
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'jstorrent-e2e-')));
  readonly #guard = startGuard(this.folder);
  readonly #children: Child[] = [];
  readonly #closers: (() => Promise<void>)[] = [];
  #folders = 0;

  /** Absolute path of a new empty folder; the word is for whoever looks at it. */
  newFolder(word: string): string {
    this.#folders += 1;
    const path = join(this.folder, `${this.#folders}-${word}`);
    mkdirSync(path);
    return path;
  }

  /** Start a process that ends with the test. */
  start(command: Command): Child {
    const child = new Child(command);
    this.#children.push(child);
    if (child.pid !== 0) this.#guard.watch(child.pid);
    return child;
  }

  /** Call this when the test ends, before its folder goes. */
  atEnd(close: () => Promise<void>): void {
    this.#closers.push(close);
  }

  /** What all processes said last. */
  transcript(): string {
    return this.#children.map((child) => child.transcript()).join('\n');
  }

  /** End everything. */
  async close(): Promise<void> {
    await Promise.all(this.#children.map((child) => child.kill()));
    await Promise.all(this.#closers.map((close) => close()));
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
    this.#guard.dismiss();
  }
}

/** A test with a `world`; what its processes said is printed when it fails. */
export const test = plainTest.extend('world', async ({ onTestFailed }, { onCleanup }) => {
  const world = new World();
  onTestFailed(() => console.error(world.transcript()));
  onCleanup(() => world.close());
  return world;
});
