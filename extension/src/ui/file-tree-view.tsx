/**
 * Files of a torrent as a tree to choose from: only rows that are seen exist, whatever the number of files. Decides
 * selection, keys and menus; a choice is handed to the owner of the files, who gives new ones.
 */
import { useVirtualizer } from '@tanstack/react-virtual';
import { useId, useMemo, useRef, useState, type KeyboardEvent, type MouseEvent, type ReactNode } from 'react';
import {
  filesIn,
  filterNodes,
  sumsOf,
  treeOf,
  visibleNodes,
  type FileTree,
  type Priority,
  type TreeFile,
  type TreeNode,
  type TreeSums,
} from '../model/file-tree.ts';
import { direction, t } from '../model/i18n.ts';
import {
  closedAtFirst,
  moveOfKey,
  NO_SELECTION,
  pickAll,
  pickNode,
  placeOfKey,
  type TreeSelection,
} from '../model/tree-select.ts';
import { FileTreeRow, priorityText, type RowActions } from './file-tree-row.tsx';
import './file-tree.css';
import { PopupMenu, type MenuEntry, type MenuPlace } from './popup-menu.tsx';

/** A tree and its figures. */
export interface FileModel {
  readonly tree: FileTree;
  readonly sums: TreeSums;
}

/** The tree of files, made anew only when paths change, and its figures. Rows keep their `path` objects meanwhile. */
export function useFileModel(files: readonly TreeFile[]): FileModel {
  const [kept, setKept] = useState(() => ({ files, tree: treeOf(files) }));
  let { tree } = kept;
  if (kept.files !== files) {
    if (!hasSamePaths(kept.files, files)) tree = treeOf(files);
    setKept({ files, tree });
  }
  const sums = useMemo(() => sumsOf(tree, files), [tree, files]);
  return { tree, sums };
}

function hasSamePaths(a: readonly TreeFile[], b: readonly TreeFile[]): boolean {
  return a.length === b.length && a.every((file, place) => file.path === b[place]?.path);
}

/** What a tree is given. Files are named by their place in the list that the model was made of. */
export interface FileTreeViewProps {
  readonly model: FileModel;
  readonly filter: string;
  readonly label: string;
  /** Whether it is known what is there of each file. */
  readonly hasProgress?: boolean;
  readonly rowHeight?: number;
  readonly onPriority: (files: readonly number[], priority: Priority) => void;
  /** What is selected, as files; and the one that is, when it is a single file. */
  readonly onSelect?: (files: readonly number[], only: number | null) => void;
  readonly onOpen?: (file: number) => void;
  readonly onOpenFolder?: (file: number) => void;
  readonly onRename?: (file: number, name: string) => void;
  /** Told how to begin a renaming of the focused file. */
  readonly renameRef?: { current: (() => void) | null };
}

type MenuState = { readonly at: MenuPlace; readonly kind: 'priority' | 'row'; readonly place: number } | null;

const OVERSCAN = 8;
const ROW = 28;
const PRIORITIES = [3, 2, 1, 0] as const;

/** The tree. Keys: arrows, Home, End, pages, Shift and Ctrl to select, Space checks, Enter opens, F2 renames. */
export function FileTreeView(props: FileTreeViewProps): ReactNode {
  const { model, filter, label, hasProgress = false } = props;
  const { tree, sums } = model;
  const idPrefix = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const [closed, setClosed] = useState(() => closedAtFirst(tree.nodes));
  const [selection, setSelection] = useState(NO_SELECTION);
  const [menu, setMenu] = useState<MenuState>(null);
  const [renamed, setRenamed] = useState<string | null>(null);
  const places = useMemo(
    () => (filter.trim() === '' ? visibleNodes(tree, closed) : filterNodes(tree, filter)),
    [tree, closed, filter],
  );
  const seen = useMemo(() => places.map((place) => tree.nodes[place] as TreeNode), [tree, places]);
  const rowHeight = props.rowHeight ?? ROW;
  const rows = useVirtualizer({
    count: seen.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: OVERSCAN,
    getItemKey: (row) => seen[row]?.key ?? row,
  });

  const select = (next: TreeSelection): void => {
    setSelection(next);
    if (props.onSelect === undefined || next === selection) return;
    const nodes = selectedPlaces(tree, next.keys);
    const only = nodes.length === 1 ? (tree.nodes[nodes[0] ?? -1]?.file ?? null) : null;
    props.onSelect(filesIn(tree, nodes), only);
  };
  /** Of a node that is selected, all that are; otherwise the node alone. */
  const meant = (place: number): number[] => {
    const key = tree.nodes[place]?.key ?? '';
    return filesIn(tree, selection.keys.has(key) ? selectedPlaces(tree, selection.keys) : [place]);
  };
  const setOpen = (key: string, isOpen: boolean): void => {
    const next = new Set(closed);
    if (isOpen) next.delete(key);
    else next.add(key);
    setClosed(next);
  };
  const startRename = (): void => {
    const node = seen[placeOfKey(seen, selection.focus)];
    if (props.onRename !== undefined && node?.file != null) setRenamed(node.key);
  };
  if (props.renameRef !== undefined) props.renameRef.current = startRename;
  const latest = useRef<RowActions>(null as unknown as RowActions);
  latest.current = {
    toggleCheck: (place) => props.onPriority(meant(place), sums.of(place).check === 'all' ? 0 : 2),
    toggleFolder: (place) => {
      const key = tree.nodes[place]?.key ?? '';
      setOpen(key, closed.has(key));
    },
    openPriority: (place, at) => setMenu({ at, kind: 'priority', place }),
    rename: (place, name) => {
      setRenamed(null);
      scroller.current?.focus();
      const file = tree.nodes[place]?.file ?? null;
      if (name !== null && file !== null) props.onRename?.(file, name);
    },
  };
  const actions = useMemo<RowActions>(
    () => ({
      toggleCheck: (place) => latest.current.toggleCheck(place),
      toggleFolder: (place) => latest.current.toggleFolder(place),
      openPriority: (place, button) => latest.current.openPriority(place, button),
      rename: (place, name) => latest.current.rename(place, name),
    }),
    [],
  );
  const pick = (row: number, event: { shiftKey: boolean; ctrlKey: boolean; metaKey: boolean }): void => {
    const how = event.shiftKey ? 'range' : event.ctrlKey || event.metaKey ? 'toggle' : 'one';
    select(pickNode(selection, seen, row, how));
  };
  const openNode = (node: TreeNode | undefined): void => {
    if (node === undefined) return;
    if (node.file === null) setOpen(node.key, closed.has(node.key));
    else props.onOpen?.(node.file);
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== scroller.current || event.altKey) return;
    const at = placeOfKey(seen, selection.focus);
    const node = seen[at];
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? ROW) / rowHeight) - 1);
    const move = moveOfKey(mirrored(event.key), seen, at, { closed, page });
    const isCommand = event.ctrlKey || event.metaKey;
    if (move !== null && !isCommand) {
      if ('to' in move) {
        select(pickNode(selection, seen, move.to, event.shiftKey ? 'range' : 'one'));
        rows.scrollToIndex(move.to);
      } else if ('open' in move) setOpen(move.open, true);
      else setOpen(move.close, false);
    } else if (event.key === ' ' && node !== undefined) actions.toggleCheck(places[at] ?? 0);
    else if (event.key === 'Enter' && node !== undefined) openNode(node);
    else if (event.key === 'F2' && node !== undefined) startRename();
    else if (event.key.toLowerCase() === 'a' && isCommand) select(pickAll(selection, seen));
    else if (event.key === 'Escape' && selection.keys.size > 0) select(NO_SELECTION);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const onContextMenu = (event: MouseEvent): void => {
    const row = rowOf(event.target);
    const at = row ?? placeOfKey(seen, selection.focus);
    const node = seen[at];
    if (node === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    if (!selection.keys.has(node.key)) select(pickNode(selection, seen, at, 'one'));
    const element = document.getElementById(`${idPrefix}${places[at] ?? 0}`);
    const isPointer = row !== null;
    setMenu({
      at: isPointer || element === null ? { x: event.clientX, y: event.clientY } : element,
      kind: 'row',
      place: places[at] ?? 0,
    });
  };
  const onMenu = (id: string): void => {
    if (menu === null) return;
    const file = tree.nodes[menu.place]?.file ?? filesIn(tree, [menu.place])[0] ?? 0;
    if (id.startsWith('p')) props.onPriority(meant(menu.place), Number(id.slice(1)) as Priority);
    else if (id === 'open') props.onOpen?.(file);
    else if (id === 'folder') props.onOpenFolder?.(file);
    // The menu gives the focus back when it has gone; the field takes it after that.
    else if (id === 'rename') setTimeout(() => setRenamed(tree.nodes[menu.place]?.key ?? null), RENAME_MS);
  };

  const focusAt = placeOfKey(seen, selection.focus);
  const focused = places[focusAt];
  return (
    <div className={`ftree${hasProgress ? ' prog' : ''}`}>
      <div
        ref={scroller}
        role="treegrid"
        aria-label={label}
        aria-multiselectable="true"
        aria-rowcount={seen.length}
        tabIndex={0}
        className="tree"
        {...(focused === undefined ? {} : { 'aria-activedescendant': `${idPrefix}${focused}` })}
        onKeyDown={onKeyDown}
        onContextMenu={onContextMenu}
        onFocus={() => {
          if (selection.focus === null && seen[0] !== undefined)
            setSelection({ ...selection, focus: seen[0].key, anchor: seen[0].key });
        }}
        onClick={(event) => {
          const row = rowOf(event.target);
          if (row !== null) pick(row, event);
        }}
        onDoubleClick={(event) => openNode(seen[rowOf(event.target) ?? -1])}
      >
        <div role="rowgroup" className="rows" style={{ blockSize: rows.getTotalSize() }}>
          {rows.getVirtualItems().map(({ index, start, key }) => {
            const node = seen[index];
            const place = places[index];
            if (node === undefined || place === undefined) return null;
            return (
              <FileTreeRow
                key={key}
                node={node}
                place={place}
                row={index}
                top={start}
                height={rowHeight}
                sum={sums.of(place)}
                isOpen={!closed.has(node.key) || filter.trim() !== ''}
                isSelected={selection.keys.has(node.key)}
                isFocused={index === focusAt}
                hasProgress={hasProgress}
                isRenamed={renamed === node.key}
                idPrefix={idPrefix}
                actions={actions}
              />
            );
          })}
        </div>
      </div>
      {menu !== null && (
        <PopupMenu
          at={menu.at}
          label={tree.nodes[menu.place]?.name ?? label}
          entries={entriesOf(menu, tree, sums, props)}
          onAction={onMenu}
          onClose={() => {
            setMenu(null);
            scroller.current?.focus();
          }}
        />
      )}
    </div>
  );
}

/** After this the menu has gone. */
const RENAME_MS = 50;

function entriesOf(
  menu: NonNullable<MenuState>,
  tree: FileTree,
  sums: TreeSums,
  props: FileTreeViewProps,
): readonly MenuEntry[] {
  const now = sums.of(menu.place).priority;
  const priorities = PRIORITIES.map((priority) => ({
    id: `p${priority}`,
    text: priorityText(priority),
    isOn: now === priority,
  }));
  if (menu.kind === 'priority') return priorities;
  const isFile = tree.nodes[menu.place]?.file !== null;
  const more: MenuEntry[] = [];
  if (props.onOpen !== undefined && isFile)
    more.push({ id: 'open', text: t('files_open'), icon: 'open', keys: 'Enter' });
  if (props.onOpenFolder !== undefined)
    more.push({ id: 'folder', text: t('files_open_folder'), icon: 'folder' });
  if (props.onRename !== undefined && isFile)
    more.push({ id: 'rename', text: t('files_rename'), icon: 'file', keys: 'F2' });
  return more.length === 0 ? priorities : [...more, 'rule', ...priorities];
}

function selectedPlaces({ nodes }: FileTree, keys: ReadonlySet<string>): number[] {
  if (keys.size === 0) return [];
  return [...nodes.keys()].filter((place) => keys.has(nodes[place]?.key ?? ''));
}

function rowOf(target: EventTarget): number | null {
  const row = target instanceof Element ? target.closest<HTMLElement>('[data-row]') : null;
  return row === null ? null : Number(row.dataset['row']);
}

function mirrored(key: string): string {
  if (direction === 'ltr') return key;
  return key === 'ArrowLeft' ? 'ArrowRight' : key === 'ArrowRight' ? 'ArrowLeft' : key;
}
