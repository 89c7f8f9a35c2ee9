import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { WorkerPool } from './pool.ts';

const START = {
  arena: new SharedArrayBuffer(65_536),
  counters: new SharedArrayBuffer(128),
  openFilesMax: 8,
};

describe('jobs in line', () => {
  it('are withdrawn as long as no worker has them, and others go on', async () => {
    const pool = new WorkerPool({ start: START, size: 1, kind: 'errands', onTooManyFiles: () => {} });
    const told: string[] = [];
    const run = (name: string) => {
      const job = { kind: 'survey', root: '/', files: [] } as const;
      const { promise, resolve } = Promise.withResolvers<void>();
      const answer = (what: string): void => {
        told.push(`${name} ${what}`);
        resolve();
      };
      pool.run(job, { onDone: () => answer('done'), onError: ({ code }) => answer(code) });
      return { job, promise };
    };
    const [first, second, third] = [run('first'), run('second'), run('third')];
    const error = { code: 'CANCELLED', detail: '', missing: 0 } as const;
    expect(pool.withdraw(second.job, error)).toBe(true);
    expect(pool.withdraw(first.job, error)).toBe(false);
    expect(told).toEqual([]);
    await Promise.all([first.promise, second.promise, third.promise]);
    expect(told.toSorted()).toEqual(['first done', 'second CANCELLED', 'third done']);
    expect(pool.withdraw(third.job, error)).toBe(false);
    await pool.close();
  });
});

/** Runs in a process of its own with few descriptors; prints what became of jobs. */
const SCRIPT = `
import { closeSync, openSync } from 'node:fs';
import { WorkerPool } from '${new URL('pool.ts', import.meta.url).href}';

const start = { arena: new SharedArrayBuffer(65536), counters: new SharedArrayBuffer(128), openFilesMax: 8 };
const taken = [];
const takeAll = () => {
  try {
    for (;;) taken.push(openSync('/dev/null'));
  } catch {}
};
const free = (count) => taken.splice(-count).forEach((fd) => closeSync(fd));
const survey = (pool) => new Promise((resolve) => {
  const job = { kind: 'survey', root: '/', files: [] };
  pool.run(job, { onDone: () => resolve('done'), onError: ({ code }) => resolve(code) });
});

takeAll();
const alone = new WorkerPool({ start, size: 1, kind: 'errands', onTooManyFiles: () => {} });
console.log(await survey(alone));
free(30);
console.log(await survey(alone));

const two = new WorkerPool({ start, size: 2, kind: 'daemons', finishers: 2, onTooManyFiles: () => {} });
console.log(await survey(two));
takeAll();
free(1);
const hash = { kind: 'hash', store: 1, root: { path: '/', dev: 0 }, spans: [], length: 0, pieceLength: 1, algorithm: 'sha1' };
const hashed = () => new Promise((resolve) => {
  two.run(hash, { onDone: () => resolve('done'), onError: ({ code }) => resolve(code) });
});
console.log((await Promise.all([hashed(), hashed(), hashed(), hashed()])).join());
console.log((await two.runEverywhere({ kind: 'forget', store: 0 })).length);
process.exit();
`;

describe.skipIf(process.platform === 'win32')('a worker that cannot begin for lack of descriptors', () => {
  it('fails what it was given where there is no other, and leaves it to the others where there are some', () => {
    const words = ['--input-type=module', '--disable-warning=ExperimentalWarning', '-e', SCRIPT];
    const limited = ['-c', 'ulimit -n 80; exec "$0" "$@"', process.execPath, ...words];
    const { stdout, stderr } = spawnSync('sh', limited, { encoding: 'utf8' });
    expect(stdout.trim().split('\n'), stderr).toEqual([
      'TOO_MANY_FILES',
      'done',
      'done',
      'done,done,done,done',
      '1',
    ]);
  });
});
