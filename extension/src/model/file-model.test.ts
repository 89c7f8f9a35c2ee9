/** The model of files that change, against one that is made anew. */
import { expect, it } from 'vitest';
import { FileModels } from './file-model.ts';
import { sumsOf } from './file-sums.ts';
import { withPriority, type TreeFile } from './file-tree.ts';

const FILES: readonly TreeFile[] = ['a/1', 'a/2', 'a/b/3', 'a/b/4', 'c/5', '6'].map((path, index) => ({
  index,
  path: path.split('/'),
  length: 10 * index,
  have: index,
  priority: 2,
}));

function expectRight(models: FileModels, files: readonly TreeFile[]): void {
  const { tree, sums } = models.of(files);
  const right = sumsOf(tree, files);
  expect(sums.total).toEqual(right.total);
  for (const place of tree.nodes.keys()) expect(sums.of(place)).toEqual(right.of(place));
}

it('has right figures whatever changes, and the same tree while paths are', () => {
  const models = new FileModels();
  const { tree } = models.of(FILES);
  let files = FILES;
  for (const [places, priority] of [
    [[0], 0],
    [[0, 1, 2, 3], 3],
    [[3], 1],
    [[5, 4], 0],
    [[0, 1, 2, 3, 4, 5], 2],
  ] as const) {
    files = withPriority(files, places, priority);
    expectRight(models, files);
    files = files.map((file, at) => (at === places[0] ? { ...file, have: file.length } : file));
    expectRight(models, files);
    expect(models.of(files).tree).toBe(tree);
  }
  expectRight(models, FILES);
});

it('has another tree when a path is another, or there are more files', () => {
  const models = new FileModels();
  const { tree } = models.of(FILES);
  const renamed = FILES.map((file, at) => (at === 0 ? { ...file, path: ['z', '1'] } : file));
  expect(models.of(renamed).tree.nodes.map(({ key }) => key)).toContain('z/1');
  expectRight(models, renamed);
  expectRight(models, FILES.slice(1));
  expect(models.of(FILES).tree).toEqual(tree);
});

it('is the same as long as the files are', () => {
  const models = new FileModels();
  expect(models.of(FILES)).toBe(models.of(FILES));
  expect(models.of([...FILES])).not.toBe(models.of(FILES));
});
