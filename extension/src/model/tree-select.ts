/**
 * Which nodes of a tree are selected, and where the keyboard is. Decides what clicks and keys make of a selection;
 * nodes are named by their keys, so that it survives new figures and new rows.
 */
import type { TreeNode } from './file-tree.ts';

/** A selection; `focus` is where the keyboard is, `anchor` where a range begins. */
export interface TreeSelection {
  readonly keys: ReadonlySet<string>;
  readonly focus: string | null;
  readonly anchor: string | null;
}

/** Nothing is selected. */
export const NO_SELECTION: TreeSelection = { keys: new Set(), focus: null, anchor: null };

/** How a node is picked: alone, all from the anchor to it, or it more or less. */
export type Pick = 'one' | 'range' | 'toggle';

/** The selection after a node of those seen was picked. */
export function pickNode(
  before: TreeSelection,
  seen: readonly TreeNode[],
  place: number,
  how: Pick,
): TreeSelection {
  const key = seen[place]?.key;
  if (key === undefined) return before;
  if (how === 'toggle') {
    const keys = new Set(before.keys);
    if (!keys.delete(key)) keys.add(key);
    return { keys, focus: key, anchor: key };
  }
  const from = how === 'range' ? placeOfKey(seen, before.anchor) : -1;
  if (from < 0) return { keys: new Set([key]), focus: key, anchor: key };
  const range = seen.slice(Math.min(from, place), Math.max(from, place) + 1);
  return { keys: new Set(range.map((node) => node.key)), focus: key, anchor: before.anchor };
}

/** One node, whether it is there yet or not. */
export function withoutOthers(key: string): TreeSelection {
  return { keys: new Set([key]), focus: key, anchor: key };
}

/** All that is seen. */
export function pickAll(before: TreeSelection, seen: readonly TreeNode[]): TreeSelection {
  return { ...before, keys: new Set(seen.map((node) => node.key)) };
}

/** The place among those seen, -1 when it is not there. */
export function placeOfKey(seen: readonly TreeNode[], key: string | null): number {
  return key === null ? -1 : seen.findIndex((node) => node.key === key);
}

/** What a key does in a tree: go to a row, or open or close the folder there. */
export type TreeMove = { readonly to: number } | { readonly open: string } | { readonly close: string };

/** A key that moves, as on the left-to-right screen; null when it does nothing here. `page`: rows of a page. */
export function moveOfKey(
  key: string,
  seen: readonly TreeNode[],
  at: number,
  { closed, page }: { readonly closed: ReadonlySet<string>; readonly page: number },
): TreeMove | null {
  const last = seen.length - 1;
  const go = (to: number): TreeMove => ({ to: Math.max(0, Math.min(last, to)) });
  if (last < 0) return null;
  if (key === 'ArrowDown') return go(at + 1);
  if (key === 'ArrowUp') return go(at - 1);
  if (key === 'Home') return go(0);
  if (key === 'End') return go(last);
  if (key === 'PageDown') return go(at + page);
  if (key === 'PageUp') return go(at - page);
  const node = seen[at];
  if (node === undefined) return null;
  const isOpen = node.file === null && !closed.has(node.key);
  if (key === 'ArrowRight') {
    if (node.file !== null) return null;
    return isOpen ? go(at + 1) : { open: node.key };
  }
  if (key !== 'ArrowLeft') return null;
  if (isOpen) return { close: node.key };
  const above = seen.slice(0, at).findLastIndex(({ depth }) => depth < node.depth);
  return above < 0 ? null : go(above);
}

/** Folders that are closed at first: with many files only the top is open. */
export function closedAtFirst(nodes: readonly TreeNode[]): ReadonlySet<string> {
  if (nodes.length <= MANY) return new Set();
  const tops = nodes.filter(({ depth }) => depth === 0);
  const open = tops.length === 1 ? 0 : -1;
  return new Set(nodes.filter(({ file, depth }) => file === null && depth > open).map(({ key }) => key));
}

/** Keys of folders after one of them, and so all below it, got another key. */
export function withKey(keys: ReadonlySet<string>, from: string, to: string): ReadonlySet<string> {
  return new Set([...keys].map((key) => (key.startsWith(from) ? to + key.slice(from.length) : key)));
}

/** More than are read at a glance. */
const MANY = 100;
