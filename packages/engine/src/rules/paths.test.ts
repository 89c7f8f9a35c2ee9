import { describe, expect, it } from 'vitest';
import type { Layout, LayoutFile } from '../ports.ts';
import { folderRenames, isPossiblePath, renameProblem, topFolder, withPaths } from './paths.ts';

const file = (path: string, kind: LayoutFile['kind'] = 'file'): LayoutFile => ({
  path: path.split('/'),
  length: kind === 'symlink' ? 0 : 5,
  kind,
});
const FILES = [file('t/a'), file('t/sub/b'), file('t/.pad/3', 'pad'), file('t/c')];

describe('a path that a user chose', () => {
  it.each([[[]], [['a']], [['Séries', 'a b']]])('may be %j', (path) => {
    expect(isPossiblePath(path)).toBe(true);
  });

  it.each([
    [['..']],
    [['']],
    [['a/b']],
    [['a\\b']],
    [['C:']],
    [['nul.txt']],
    [['a.']],
    [['x'.repeat(300)]],
    [Array.from({ length: 60 }, () => 'a')],
    [Array.from({ length: 20 }, () => 'a'.repeat(200))],
  ])('may not be %j', (path) => {
    expect(isPossiblePath(path)).toBe(false);
  });
});

describe('a renaming', () => {
  it.each([
    ['to a free name', 0, 't/new', null],
    ['to another case of the name', 0, 't/A', null],
    ['to a name that is taken', 0, 't/c', 'EXISTS'],
    ['to a name that is taken in another case', 0, 't/C', 'EXISTS'],
    ['to the name of a folder', 0, 't/sub', 'EXISTS'],
    ['into a file', 0, 't/c/d', 'EXISTS'],
    ['out of the folder', 0, '../a', 'PATH_ESCAPES'],
    ['of padding', 2, 't/x', 'BAD_LAYOUT'],
    ['of no file', 9, 't/x', 'BAD_LAYOUT'],
  ] as const)('%s', (_name, index, path, problem) => {
    expect(renameProblem(FILES, [{ file: index, path: path.split('/') }])).toBe(problem);
  });

  it('of several files at once may exchange their names', () => {
    const renames = [
      { file: 0, path: ['t', 'c'] },
      { file: 3, path: ['t', 'a'] },
    ];
    expect(renameProblem(FILES, renames)).toBeNull();
  });
});

describe('a renaming of a folder', () => {
  const files = [...FILES, file('t/sub/deep/d'), file('t/subway/e'), file('t/sub/.pad/1', 'pad')];
  const renames = (from: string, to: string): unknown => {
    const found = folderRenames(files, from.split('/'), to.split('/'));
    return found === 'EXISTS' ? found : found.map(({ file: index, path }) => `${index} ${path.join('/')}`);
  };

  it('takes everything below it along but padding, and nothing else', () => {
    expect(renames('t/sub', 't/Season 1')).toEqual(['1 t/Season 1/b', '4 t/Season 1/deep/d']);
    expect(renames('t/sub', 'x')).toEqual(['1 x/b', '4 x/deep/d']);
    expect(renames('t', 'u')).toHaveLength(5);
    expect(renames('t/sub', 't/SUB')).toHaveLength(2);
  });

  it('does not mix two folders, in whatever case their names are', () => {
    expect(renames('t/sub', 't/SubWay')).toBe('EXISTS');
    expect(renames('t/sub', 't')).toBe('EXISTS');
    expect(renameProblem(files, [{ file: 1, path: ['t', 'c', 'b'] }])).toBe('EXISTS');
  });

  it('needs a folder', () => {
    expect([renames('t/a', 't/x'), renames('t/none', 't/subway'), renames('t/.pad', 't/x')]).toEqual([
      [],
      [],
      [],
    ]);
  });
});

describe('a layout with other paths', () => {
  const layout: Layout = {
    pieceLength: 16,
    files: [
      file('t/a'),
      file('t/b'),
      { ...file('t/to-a', 'symlink'), target: ['t', 'a'] },
      { ...file('t/to-none', 'symlink'), target: ['t', 'none'] },
    ],
    hashes: new Uint8Array(20),
    algorithm: 'sha1',
  };

  it('is the same one when there are none', () => {
    expect(withPaths(layout, new Map())).toBe(layout);
  });

  it('lets links follow a file and the top folder', () => {
    const paths = new Map(['x/new', 'x/b', 'x/to-a', 'x/to-none'].map((path, i) => [i, path.split('/')]));
    const { files } = withPaths(layout, paths);
    expect(files.map(({ path }) => path.join('/'))).toEqual(['x/new', 'x/b', 'x/to-a', 'x/to-none']);
    expect([files[2]?.target, files[3]?.target]).toEqual([
      ['x', 'new'],
      ['x', 'none'],
    ]);
    expect(topFolder(files)).toBe('x');
  });

  it('lets links follow a folder, as long as it is together', () => {
    const link = { ...file('t/link', 'symlink'), target: ['t', 'sub'] };
    const nested = { ...layout, files: [file('t/sub/a'), file('t/sub/b/c'), link] };
    const targetWith = (...paths: readonly string[]): string | undefined => {
      const own = new Map(paths.map((path, index) => [index, path.split('/')]));
      return withPaths(nested, own).files[2]?.target?.join('/');
    };
    expect(targetWith('t/new/a', 't/new/b/c')).toBe('t/new');
    expect(targetWith('t/new/a')).toBe('t/sub');
  });

  it('has a top folder unless its file is alone', () => {
    expect(topFolder([file('alone')])).toBeNull();
  });
});
