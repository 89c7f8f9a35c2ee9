/**
 * The tree of a list of files and its figures, kept while the list changes. Decides what is made anew: the tree only when a
 * path is another, figures only of what changed and the folders around it.
 */
import { sumsAfter, sumsOf, type FileChange, type TreeSums } from './file-sums.ts';
import { treeOf, type FileTree, type TreeFile } from './file-tree.ts';

/** A tree and its figures. */
export interface FileModel {
  readonly tree: FileTree;
  readonly sums: TreeSums;
}

/** Of more changes than this all figures are made anew: each change is counted in every folder around it. */
const FEW = 5000;

/** The model of a list that changes. Rows are new objects where something changed; paths are the same ones where they are equal. */
export class FileModels {
  #files: readonly TreeFile[] = [];
  #model: FileModel | null = null;

  /** The model of the files as they are now; that of files before is no longer right. */
  of(files: readonly TreeFile[]): FileModel {
    const before = this.#files;
    const model = this.#model;
    if (model !== null && before === files) return model;
    this.#files = files;
    const changes = model === null ? null : changesOf(model.tree, before, files);
    if (model === null || changes === null) {
      const tree = treeOf(files);
      this.#model = { tree, sums: sumsOf(tree, files) };
    } else {
      const { tree } = model;
      const sums = changes.length > FEW ? sumsOf(tree, files) : sumsAfter(tree, model.sums, changes);
      this.#model = { tree, sums };
    }
    return this.#model;
  }
}

/** Null when the files have another tree. */
function changesOf(
  { places }: FileTree,
  before: readonly TreeFile[],
  files: readonly TreeFile[],
): FileChange[] | null {
  if (before.length !== files.length) return null;
  const changes: FileChange[] = [];
  for (let at = 0; at < files.length; at += 1) {
    const old = before[at] as TreeFile;
    const now = files[at] as TreeFile;
    if (old === now) continue;
    if (old.path !== now.path) return null;
    changes.push({ place: places[at] ?? 0, before: old, now });
  }
  return changes;
}
