/**
 * What a contract suite is given: an adapter under test and a way to let time pass. The same suites run on virtual
 * time and on real sockets and files; this file decides only that seam.
 */
import type { Answer, DiskError } from '@jstorrent/data-plane';
import type { VirtualClock } from '../clock.ts';

/** Time and clean-up of one test. */
export interface Rig {
  /** Let things happen until the predicate holds; rejects when it does not come to hold in reasonable time. */
  settle(until: () => boolean): Promise<void>;
  /** Let everything happen that is about to happen, so that a test can say what did not. */
  rest(): Promise<void>;
  /** End the adapter and remove what it left. */
  close(): Promise<void>;
}

/** The files below the roots of a disk, seen from outside. Paths are relative, with `/`. */
export interface OutsideFiles {
  /** Two keys of allowed folders. */
  readonly roots: readonly [string, string];
  /** The absolute path of a root. */
  pathOf(root: string): string;
  /** The bytes of a file, null when it does not exist. */
  read(root: string, path: string): Uint8Array | null;
  /** Put a file there, with its folders. */
  write(root: string, path: string, bytes: Uint8Array): void;
  remove(root: string, path: string): void;
  /** Paths of all files and links, sorted. */
  list(root: string): readonly string[];
}

/** What the disk said. */
export type Outcome<T> = { readonly value: T } | { readonly error: DiskError };

/** Call a function of the disk port and wait for its one answer, which must not come inside the call. */
export const ask = async <T>(rig: Rig, call: (answer: Answer<T>) => void): Promise<Outcome<T>> => {
  const outcomes: Outcome<T>[] = [];
  call({ onDone: (value) => outcomes.push({ value }), onError: (error) => outcomes.push({ error }) });
  if (outcomes.length > 0) throw new Error('the answer came inside the call');
  await rig.settle(() => outcomes.length > 0);
  return outcomes[0]!;
};

/** Like `ask`, for calls that must succeed. */
export const askValue = async <T>(rig: Rig, call: (answer: Answer<T>) => void): Promise<T> => {
  const outcome = await ask(rig, call);
  if ('error' in outcome) throw new Error(`${outcome.error.code}: ${outcome.error.detail}`);
  return outcome.value;
};

/** A rig on virtual time. */
export const virtualRig = (clock: VirtualClock): Rig => ({
  settle: (until) => {
    clock.settle(until);
    return Promise.resolve();
  },
  rest: () => {
    clock.advance(2000);
    return Promise.resolve();
  },
  close: () => Promise.resolve(),
});

/** A rig on real time: looks again after every round of the event loop, for at most `limitMs`. */
export const realRig = (close: () => Promise<void>, limitMs = 20_000): Rig => ({
  settle: async (until) => {
    const endMs = performance.now() + limitMs;
    while (!until()) {
      if (performance.now() > endMs) throw new Error(`nothing settled in ${limitMs} ms`);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  },
  rest: () => new Promise((resolve) => setTimeout(resolve, 60)),
  close,
});
