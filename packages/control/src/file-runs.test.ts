/** Files on their way to a front end and back. */
import { expect, it } from 'vitest';
import * as z from 'zod/mini';
import { filesOfRun, runsOf } from './file-runs.ts';
import { CONTROL_LIMITS } from './limits.ts';
import { fileRun, type FileRow } from './schema/details.ts';
import { jsonBytes } from './text.ts';

const file = (index: number, path: string, more: Partial<FileRow> = {}): FileRow => ({
  index,
  path: path.split('/'),
  length: 10,
  have: 0,
  priority: 2,
  ...more,
});
const back = (files: readonly FileRow[]): FileRow[] =>
  runsOf(files).flatMap((run) => filesOfRun(z.parse(fileRun, JSON.parse(JSON.stringify(run)))));

it('are the same as before, whatever they are', () => {
  const files = [
    file(0, 'a/x'),
    file(1, 'a/y', { have: 10 }),
    file(2, 'a/b/y', { priority: 0 }),
    file(3, 'a/b/z', { have: 3, priority: 3 }),
    // Padding was left out.
    file(5, 'a/b/c', { have: 10 }),
    file(6, 'a/b/empty', { length: 0 }),
    file(7, 'top'),
  ];
  expect(back(files)).toEqual(files);
  expect(back([])).toEqual([]);
});

it('say what is the same for all of a folder once', () => {
  expect(runsOf([file(0, 'a/x'), file(1, 'a/y')])).toEqual([
    { first: 0, folder: ['a'], names: ['x', 'y'], lengths: [10, 10] },
  ]);
  expect(runsOf([file(4, 'x', { have: 10 })])).toEqual([
    { first: 4, folder: [], names: ['x'], lengths: [10], have: 'all' },
  ]);
});

it('take a quarter of the bytes, in runs that fit into a message', () => {
  const files = Array.from({ length: 20_000 }, (_, index) =>
    file(index, `many/part ${index >> 9}/f ${index}.bin`),
  );
  const runs = runsOf(files);
  expect(jsonBytes(runs)).toBeLessThan(jsonBytes(files) / 3);
  const long = Array.from({ length: 3000 }, (_, index) => file(index, `a/${'\u0001'.repeat(1024)}`));
  for (const run of runsOf(long)) expect(jsonBytes(run)).toBeLessThan(CONTROL_LIMITS.partBytes / 2);
  expect(back(long)).toEqual(long);
});
