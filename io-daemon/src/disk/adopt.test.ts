import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { adopt } from './adopt.ts';
import type { AdoptJob } from './jobs.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A root with part files of two pieces, of which two files have some bytes. */
function newRoot() {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'jstorrent-adopt-')));
  folders.push(path);
  mkdirSync(join(path, 'parts'));
  writeFileSync(join(path, 'parts/0.part'), 'aaaabbbb');
  writeFileSync(join(path, 'parts/1.part'), 'bbcc');
  const job: AdoptJob = {
    kind: 'adopt',
    store: 1,
    root: { path, dev: statSync(path).dev },
    fill: [],
    moves: [
      { part: 'parts/0.part', partAt: 0, path: 'tv/a', at: 0, length: 4 },
      { part: 'parts/0.part', partAt: 4, path: 'tv/b', at: 0, length: 4 },
      { part: 'parts/1.part', partAt: 0, path: 'tv/b', at: 4, length: 2 },
    ],
    obsolete: ['parts/0.part'],
  };
  const read = (file: string): string => readFileSync(join(path, file), 'utf8');
  return { path, job, read, names: (folder: string): string[] => readdirSync(join(path, folder)).toSorted() };
}

it('puts files together of what part files hold, whatever one that was killed left', () => {
  const { path, job, read, names } = newRoot();
  writeFileSync(join(path, 'parts/0.part.draft'), 'left by one that was killed');
  adopt(job);
  expect([read('tv/a'), read('tv/b')]).toEqual(['aaaa', 'bbbbbb']);
  expect(names('parts')).toEqual(['1.part']);
});

it('fills what is to be allocated before it has its name', () => {
  const { job, read } = newRoot();
  adopt({
    ...job,
    fill: [
      { path: 'tv/a', length: 6 },
      { path: 'new', length: 3 },
    ],
  });
  expect([read('tv/a'), read('new')]).toEqual(['aaaa\0\0', '\0\0\0']);
});

it('writes into a file that has come to be there meanwhile', () => {
  const { path, job, read } = newRoot();
  mkdirSync(join(path, 'tv'));
  writeFileSync(join(path, 'tv/b'), '012345678');
  adopt(job);
  expect(read('tv/b')).toBe('bbbbbb678');
});

it('leaves no file and all parts when it fails', () => {
  const { path, job, names } = newRoot();
  writeFileSync(join(path, 'in the way'), '');
  const moves = [...job.moves, { part: 'parts/1.part', partAt: 2, path: 'in the way/c', at: 0, length: 2 }];
  expect(() => adopt({ ...job, moves })).toThrow('is not a folder');
  expect(names('.')).toEqual(['in the way', 'parts']);
  expect(names('parts')).toEqual(['0.part', '1.part']);
});
