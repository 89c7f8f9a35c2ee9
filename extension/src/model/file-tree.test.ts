import { describe, expect, it } from 'vitest';
import { fractionOf, sumsOf } from './file-sums.ts';
import {
  filesIn,
  filterNodes,
  folderPath,
  iconOfFile,
  treeOf,
  visibleNodes,
  withFolder,
  withPriority,
  type TreeFile,
} from './file-tree.ts';

const file = (path: string, more: Partial<TreeFile> = {}, index = 0): TreeFile => ({
  index,
  path: path.split('/'),
  length: 100,
  have: 0,
  priority: 2,
  ...more,
});

const FILES: readonly TreeFile[] = [
  file('film/b 10.mkv', { length: 1000, have: 250, priority: 3 }),
  file('film/b 9.mkv', { length: 1000 }),
  file('film/Subs/de.srt', { have: 100 }),
  file('film/Subs/en.srt', { have: 100, priority: 0 }),
  file('film/Extras/x.mp4', { length: 500, priority: 0 }),
].map((one, index) => ({ ...one, index }));
const tree = treeOf(FILES);
const keys = (places: readonly number[]): string[] => places.map((place) => tree.nodes[place]?.key ?? '');
const placeOf = (key: string): number => tree.nodes.findIndex((node) => node.key === key);

describe('the tree of files', () => {
  it('has folders before files, each by name, numbers in their order', () => {
    expect(tree.nodes.map(({ key, depth }) => `${depth} ${key}`)).toEqual([
      '0 film/',
      '1 film/Extras/',
      '2 film/Extras/x.mp4',
      '1 film/Subs/',
      '2 film/Subs/de.srt',
      '2 film/Subs/en.srt',
      '1 film/b 9.mkv',
      '1 film/b 10.mkv',
    ]);
  });

  it('tells a file from a folder of the same name, and names that objects have from keys', () => {
    const odd = treeOf([file('a/b'), file('a'), file('__proto__/constructor'), file('__proto__/x')]);
    expect(odd.nodes.map(({ key }) => key)).toEqual([
      '__proto__/',
      '__proto__/constructor',
      '__proto__/x',
      'a/',
      'a/b',
      'a',
    ]);
  });

  it('hides what lies in closed folders', () => {
    expect(keys(visibleNodes(tree, new Set(['film/Subs/', 'film/Extras/'])))).toEqual([
      'film/',
      'film/Extras/',
      'film/Subs/',
      'film/b 9.mkv',
      'film/b 10.mkv',
    ]);
    expect(keys(visibleNodes(tree, new Set(['film/', 'film/Subs/'])))).toEqual(['film/']);
    expect(visibleNodes(tree, new Set())).toHaveLength(8);
  });

  it('is filtered by words in any case, folders of what fits stay', () => {
    expect(keys(filterNodes(tree, ' .MKV  10'))).toEqual(['film/', 'film/b 10.mkv']);
    expect(keys(filterNodes(tree, 'subs/'))).toEqual([
      'film/',
      'film/Subs/',
      'film/Subs/de.srt',
      'film/Subs/en.srt',
    ]);
    expect(filterNodes(tree, 'nothing like it')).toEqual([]);
    expect(filterNodes(tree, '  ')).toHaveLength(8);
  });

  it('names the files in nodes once, whatever overlaps', () => {
    expect(filesIn(tree, [placeOf('film/Subs/'), placeOf('film/Subs/de.srt')])).toEqual([2, 3]);
    expect(filesIn(tree, [0])).toEqual([0, 1, 2, 3, 4]);
    expect(filesIn(tree, [])).toEqual([]);
  });

  it('of a hundred thousand files keeps every one of them', () => {
    const many = Array.from({ length: 100_000 }, (_, n) => file(`all/${n % 300}/${n}.bin`));
    const big = treeOf(many);
    expect(big.nodes).toHaveLength(100_301);
    expect(sumsOf(big, many).total).toMatchObject({ files: 100_000, length: 10_000_000, check: 'all' });
    expect(filesIn(big, [0])).toHaveLength(100_000);
  });
});

describe('figures of a tree', () => {
  const sums = sumsOf(tree, FILES);

  it('are sums of what lies in a folder', () => {
    expect(sums.of(placeOf('film/'))).toEqual({
      length: 2700,
      files: 5,
      wantedLength: 2100,
      wantedFiles: 3,
      have: 450,
      wantedHave: 350,
      check: 'some',
      priority: 'mixed',
    });
    expect(sums.total).toEqual(sums.of(0));
  });

  it('say of a folder whether all, some or none of it is wanted, and how much', () => {
    const of = (key: string): unknown[] => {
      const { check, priority } = sums.of(placeOf(key));
      return [check, priority];
    };
    expect(of('film/Subs/')).toEqual(['some', 2]);
    expect(of('film/Extras/')).toEqual(['none', 0]);
    expect(of('film/b 10.mkv')).toEqual(['all', 3]);
    expect(sumsOf(treeOf([]), []).total).toMatchObject({ check: 'none', files: 0, priority: 0 });
  });

  it('give progress of what is wanted, of everything where nothing is', () => {
    expect(fractionOf(sums.of(placeOf('film/Subs/')))).toBe(1);
    expect(fractionOf(sums.of(placeOf('film/Subs/en.srt')))).toBe(1);
    expect(fractionOf(sums.of(placeOf('film/Extras/')))).toBe(0);
    expect(fractionOf(sums.of(placeOf('film/')))).toBeCloseTo(350 / 2100);
    const empty = [file('empty', { length: 0 })];
    expect(fractionOf(sumsOf(treeOf(empty), empty).total)).toBe(1);
  });

  it('follow a change of priorities, which leaves other files as they are', () => {
    const next = withPriority(FILES, [3, 4], 1);
    expect(next[0]).toBe(FILES[0]);
    expect(sumsOf(tree, next).of(0)).toMatchObject({ check: 'all', wantedFiles: 5 });
    expect(sumsOf(tree, next).of(placeOf('film/Extras/')).priority).toBe(1);
    expect(FILES[3]?.priority).toBe(0);
  });
});

it('a folder gets another path with everything below it, and nothing else does', () => {
  const files = ['a/b/1', 'a/b/c/2', 'a/bc/3', 'b/4'].map((path) => file(path));
  const next = withFolder(files, folderPath('a/b/'), ['a', 'x y']);
  expect(next.map(({ path }) => path.join('/'))).toEqual(['a/x y/1', 'a/x y/c/2', 'a/bc/3', 'b/4']);
  expect([next[2] === files[2], next[3] === files[3]]).toEqual([true, true]);
});

it('a file has the icon of its kind', () => {
  expect(['a.MKV', 'b.flac', 'c.tar.gz', 'd.iso', 'e.pdf', 'README', 'mkv'].map(iconOfFile)).toEqual([
    'film',
    'music',
    'archive',
    'disc',
    'book',
    'file',
    'file',
  ]);
});
