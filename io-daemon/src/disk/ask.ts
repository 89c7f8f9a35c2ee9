/**
 * Jobs as promises, for requests that take several steps. The bulk path uses the pool's callbacks.
 */
import type { Answer } from '@jstorrent/data-plane';
import { diskError, DiskFailure } from './codes.ts';
import type { Job, Results } from './jobs.ts';
import type { TaskOptions, WorkerPool } from './pool.ts';

/** Run a job; rejects with a `DiskFailure`. */
export function ask<K extends Job['kind']>(
  pool: WorkerPool,
  job: Extract<Job, { readonly kind: K }>,
  options: TaskOptions = {},
): Promise<Results[K]> {
  return new Promise((resolve, reject) => {
    const onError: Answer<never>['onError'] = ({ code, detail, missing }) =>
      reject(new DiskFailure(code, detail, missing));
    pool.run<K>(job, { onDone: resolve, onError }, options);
  });
}

/** Give the outcome of `work` to `answer`, in a later turn. Anything but a world error is a bug and ends the process. */
export function settle<T>(work: Promise<T>, answer: Answer<T>): void {
  // A callback that throws must not look like failed work: it runs outside of the promise.
  void work.then(
    (value) => setImmediate(() => answer.onDone(value)),
    (error: unknown) => {
      const failure = diskError(error);
      setImmediate(() => answer.onError(failure));
    },
  );
}
