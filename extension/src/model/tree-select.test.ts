import { describe, expect, it } from 'vitest';
import { treeOf, visibleNodes, type TreeNode } from './file-tree.ts';
import {
  closedAtFirst,
  moveOfKey,
  NO_SELECTION,
  pickAll,
  pickNode,
  placeOfKey,
  withKey,
  withoutOthers,
} from './tree-select.ts';

const paths = ['a/b/1', 'a/b/2', 'a/c/3', 'd'];
const tree = treeOf(paths.map((path) => ({ path: path.split('/') })));
const seenWith = (closed: ReadonlySet<string>): TreeNode[] =>
  visibleNodes(tree, closed).map((place) => tree.nodes[place] as TreeNode);
const seen = seenWith(new Set());
const at = (key: string): number => seen.findIndex((node) => node.key === key);
const none = { closed: new Set<string>(), page: 3 };

describe('a selection in a tree', () => {
  it('is one node, more or less of them, or a range from the one picked first', () => {
    const one = pickNode(NO_SELECTION, seen, at('a/b/1'), 'one');
    expect([...one.keys]).toEqual(['a/b/1']);
    const range = pickNode(one, seen, at('a/c/'), 'range');
    expect([...range.keys]).toEqual(['a/b/1', 'a/b/2', 'a/c/']);
    expect([...pickNode(range, seen, at('a/'), 'range').keys]).toEqual(['a/', 'a/b/', 'a/b/1']);
    const more = pickNode(range, seen, at('d'), 'toggle');
    expect([...more.keys]).toEqual(['a/b/1', 'a/b/2', 'a/c/', 'd']);
    expect([...pickNode(more, seen, at('a/c/'), 'toggle').keys]).toEqual(['a/b/1', 'a/b/2', 'd']);
    expect(pickAll(one, seen).keys.size).toBe(7);
    expect(placeOfKey(seen, withoutOthers('a/b/2').focus)).toBe(at('a/b/2'));
    expect(placeOfKey(seen, withoutOthers('not there yet').focus)).toBe(-1);
  });

  it('has no range where it began nowhere, and stays where nothing is', () => {
    expect([...pickNode(NO_SELECTION, seen, 2, 'range').keys]).toEqual([seen[2]?.key]);
    expect(pickNode(NO_SELECTION, seen, 99, 'one')).toBe(NO_SELECTION);
  });
});

describe('keys in a tree', () => {
  it('go by rows and pages, and stop at the ends', () => {
    const to = (key: string, from: number): unknown => moveOfKey(key, seen, from, none);
    expect([to('ArrowDown', 0), to('ArrowUp', 0), to('ArrowDown', 6)]).toEqual([
      { to: 1 },
      { to: 0 },
      { to: 6 },
    ]);
    expect([to('PageDown', 1), to('PageUp', 1), to('Home', 5), to('End', 0)]).toEqual([
      { to: 4 },
      { to: 0 },
      { to: 0 },
      { to: 6 },
    ]);
    expect(to('x', 0)).toBeNull();
    expect(moveOfKey('End', [], -1, none)).toBeNull();
  });

  it('open a folder, then enter it; close it, then go to the one above', () => {
    const closed = new Set(['a/b/']);
    const rows = seenWith(closed);
    const place = rows.findIndex(({ key }) => key === 'a/b/');
    expect(moveOfKey('ArrowRight', rows, place, { closed, page: 3 })).toEqual({ open: 'a/b/' });
    expect(moveOfKey('ArrowRight', seen, at('a/b/'), none)).toEqual({ to: at('a/b/1') });
    expect(moveOfKey('ArrowRight', seen, at('d'), none)).toBeNull();
    expect(moveOfKey('ArrowLeft', seen, at('a/b/'), none)).toEqual({ close: 'a/b/' });
    expect(moveOfKey('ArrowLeft', rows, place, { closed, page: 3 })).toEqual({ to: 0 });
    expect(moveOfKey('ArrowLeft', seen, at('a/c/3'), none)).toEqual({ to: at('a/c/') });
    expect(moveOfKey('ArrowLeft', seen, at('d'), none)).toBeNull();
  });
});

it('of many files only the folder at the top is open at first', () => {
  expect(closedAtFirst(tree.nodes).size).toBe(0);
  const many = treeOf(Array.from({ length: 200 }, (_, n) => ({ path: ['top', `${n % 4}`, `${n}`] })));
  expect([...closedAtFirst(many.nodes)]).toEqual(['top/0/', 'top/1/', 'top/2/', 'top/3/']);
  const flat = treeOf(Array.from({ length: 200 }, (_, n) => ({ path: [`${n % 2}`, `${n}`] })));
  expect([...closedAtFirst(flat.nodes)]).toEqual(['0/', '1/']);
});

it('folders that are closed stay so when one above them gets another name', () => {
  const closed = withKey(new Set(['a/', 'a/b/', 'ab/', 'c/a/']), 'a/', 'x y/');
  expect([...closed]).toEqual(['x y/', 'x y/b/', 'ab/', 'c/a/']);
});
