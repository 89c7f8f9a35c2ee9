/** What is open, selected and about to be renamed in a tree of files. Decides what a click, a check or a name changes. */
import { useMemo, useState } from 'react';
import type { FileModel } from '../model/file-model.ts';
import {
  filesIn,
  filterNodes,
  folderPath,
  visibleNodes,
  type FileTree,
  type Priority,
  type TreeNode,
} from '../model/file-tree.ts';
import {
  closedAtFirst,
  NO_SELECTION,
  pickNode,
  placeOfKey,
  withKey,
  withoutOthers,
  type TreeSelection,
} from '../model/tree-select.ts';

/** What the owner of a tree is told. Files are named by their place in the list that the model was made of. */
export interface TreeListeners {
  readonly onPriority: (files: readonly number[], priority: Priority) => void;
  /** What is selected, as files; and the node that is, when it is a single one. */
  readonly onSelect?: (files: readonly number[], only: TreeNode | null) => void;
  readonly onOpen?: (file: number) => void;
  readonly onOpenFolder?: (file: number) => void;
  readonly onRename?: (file: number, name: string) => void;
  /** A folder, by its path, is to be called `name`. */
  readonly onRenameFolder?: (folder: readonly string[], name: string) => void;
}

/** A tree as it stands, and what can be done with it. Rows are counted among those seen, places in the whole tree. */
export interface TreeState {
  readonly seen: readonly TreeNode[];
  /** Place of each row. */
  readonly places: readonly number[];
  readonly closed: ReadonlySet<string>;
  readonly selection: TreeSelection;
  /** Row where the keyboard is; -1 = nowhere. */
  readonly focusRow: number;
  /** Key of the file or folder whose name is a field. */
  readonly renamed: string | null;
  select(next: TreeSelection): void;
  pick(
    row: number,
    keys: { readonly shiftKey: boolean; readonly ctrlKey: boolean; readonly metaKey: boolean },
  ): void;
  setOpen(key: string, isOpen: boolean): void;
  toggleCheck(place: number): void;
  setPriority(place: number, priority: Priority): void;
  /** Open a file, or open and close a folder. */
  openNode(node: TreeNode | undefined): void;
  startRename(): void;
  /** Null: the name stays. */
  endRename(place: number, name: string | null): void;
}

/** The state of a tree. */
export function useTreeState({ tree, sums }: FileModel, filter: string, told: TreeListeners): TreeState {
  const [closed, setClosed] = useState(() => closedAtFirst(tree.nodes));
  const [selection, setSelection] = useState(NO_SELECTION);
  const [renamed, setRenamed] = useState<string | null>(null);
  const places = useMemo(
    () => (filter.trim() === '' ? visibleNodes(tree, closed) : filterNodes(tree, filter)),
    [tree, closed, filter],
  );
  const seen = useMemo(() => places.map((place) => tree.nodes[place] as TreeNode), [tree, places]);
  const focusRow = useMemo(() => placeOfKey(seen, selection.focus), [seen, selection.focus]);

  const select = (next: TreeSelection): void => {
    setSelection(next);
    if (told.onSelect === undefined || next === selection) return;
    const nodes = selectedPlaces(tree, next.keys);
    const only = nodes.length === 1 ? (tree.nodes[nodes[0] ?? -1] ?? null) : null;
    told.onSelect(filesIn(tree, nodes), only);
  };
  /** Of a node that is selected, all that are; otherwise the node alone. */
  const meant = (place: number): readonly number[] => {
    const key = tree.nodes[place]?.key ?? '';
    return filesIn(tree, selection.keys.has(key) ? selectedPlaces(tree, selection.keys) : [place]);
  };
  const setOpen = (key: string, isOpen: boolean): void => {
    const next = new Set(closed);
    if (isOpen) next.delete(key);
    else next.add(key);
    setClosed(next);
  };
  return {
    seen,
    places,
    closed,
    selection,
    focusRow,
    renamed,
    select,
    setOpen,
    pick: (row, { shiftKey, ctrlKey, metaKey }) => {
      const how = shiftKey ? 'range' : ctrlKey || metaKey ? 'toggle' : 'one';
      select(pickNode(selection, seen, row, how));
    },
    toggleCheck: (place) => told.onPriority(meant(place), sums.of(place).check === 'all' ? 0 : 2),
    setPriority: (place, priority) => told.onPriority(meant(place), priority),
    openNode: (node) => {
      if (node === undefined) return;
      if (node.file === null) setOpen(node.key, closed.has(node.key));
      else told.onOpen?.(node.file);
    },
    startRename: () => {
      const node = seen[focusRow];
      if (node !== undefined && mayRename(node, told)) setRenamed(node.key);
    },
    endRename: (place, name) => {
      setRenamed(null);
      const node = tree.nodes[place];
      if (name === null || node === undefined) return;
      const slash = node.file === null ? '/' : '';
      const key = `${node.key.slice(0, -(node.name + slash).length)}${name}${slash}`;
      setSelection(withoutOthers(key));
      if (node.file !== null) return told.onRename?.(node.file, name);
      setClosed(withKey(closed, node.key, key));
      told.onRenameFolder?.(folderPath(node.key), name);
    },
  };
}

/** Whether a node can get another name here. */
export function mayRename({ file }: TreeNode, told: TreeListeners): boolean {
  return (file === null ? told.onRenameFolder : told.onRename) !== undefined;
}

function selectedPlaces({ nodes }: FileTree, keys: ReadonlySet<string>): readonly number[] {
  if (keys.size === 0) return [];
  return [...nodes.keys()].filter((place) => keys.has(nodes[place]?.key ?? ''));
}
