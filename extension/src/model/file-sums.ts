/** What is wanted and had in each folder of a tree of files. Decides how figures of files add up, also when a few of them change. */
import type { FileTree, Priority, TreeFile } from './file-tree.ts';

/** Whether what lies in a folder is wanted. */
type Check = 'all' | 'some' | 'none';

/** Figures of one node: its own for a file, of everything in it for a folder. */
export interface NodeSum {
  readonly length: number;
  readonly files: number;
  /** Of what is wanted. */
  readonly wantedLength: number;
  readonly wantedFiles: number;
  /** Verified bytes, in all and of what is wanted. */
  readonly have: number;
  readonly wantedHave: number;
  readonly check: Check;
  /** Of what is wanted, or 0 when nothing is. */
  readonly priority: Priority | 'mixed';
}

/** Figures of every node of a tree. */
export interface TreeSums {
  /** Of the whole tree. */
  readonly total: NodeSum;
  /** Of the node at a place. */
  of(place: number): NodeSum;
}

/** A file that changed; `place` is that of its node. */
export interface FileChange {
  readonly place: number;
  readonly before: TreeFile;
  readonly now: TreeFile;
}

/** Figures in columns, by place; those of the whole tree stand last. */
interface Columns {
  readonly length: Float64Array;
  readonly have: Float64Array;
  readonly wantedLength: Float64Array;
  readonly wantedHave: Float64Array;
  readonly files: Uint32Array;
  readonly wantedFiles: Uint32Array;
  /** Of the files: how many are wanted least and most. */
  readonly low: Uint32Array;
  readonly high: Uint32Array;
}

/** Figures of a tree as its files stand now: one pass over them. */
export function sumsOf({ nodes }: FileTree, files: readonly TreeFile[]): TreeSums {
  const columns = columnsOf(nodes.length + 1);
  const total = nodes.length;
  // What lies in a folder comes behind it, so that each is complete when it is added to the one above.
  for (let place = nodes.length - 1; place >= 0; place -= 1) {
    const node = nodes[place];
    if (node === undefined) continue;
    const file = node.file === null ? undefined : files[node.file];
    if (file !== undefined) enter(columns, place, file, 1);
    carry(columns, place, node.parent < 0 ? total : node.parent);
  }
  return new Sums(columns, total);
}

/** Figures after a few files changed; those of before are no longer right. */
export function sumsAfter({ nodes }: FileTree, sums: TreeSums, changes: readonly FileChange[]): TreeSums {
  if (!(sums instanceof Sums)) throw new Error('figures of another tree');
  const total = nodes.length;
  for (const { place, before, now } of changes) {
    for (let at = place; ; at = nodes[at]?.parent ?? -1) {
      enter(sums.columns, at < 0 ? total : at, before, -1);
      enter(sums.columns, at < 0 ? total : at, now, 1);
      if (at < 0) break;
    }
  }
  return new Sums(sums.columns, total);
}

class Sums implements TreeSums {
  readonly columns: Columns;
  readonly total: NodeSum;

  constructor(columns: Columns, total: number) {
    this.columns = columns;
    this.total = readSum(columns, total);
  }

  of(place: number): NodeSum {
    return readSum(this.columns, place);
  }
}

function columnsOf(size: number): Columns {
  return {
    length: new Float64Array(size),
    have: new Float64Array(size),
    wantedLength: new Float64Array(size),
    wantedHave: new Float64Array(size),
    files: new Uint32Array(size),
    wantedFiles: new Uint32Array(size),
    low: new Uint32Array(size),
    high: new Uint32Array(size),
  };
}

function add(column: Float64Array | Uint32Array, place: number, amount: number): void {
  column[place] = (column[place] ?? 0) + amount;
}

/** Count a file in, or with `times` -1 out. */
function enter(
  columns: Columns,
  place: number,
  { length, have = 0, priority }: TreeFile,
  times: 1 | -1,
): void {
  add(columns.length, place, times * length);
  add(columns.have, place, times * have);
  add(columns.files, place, times);
  if (priority === 0) return;
  add(columns.wantedLength, place, times * length);
  add(columns.wantedHave, place, times * have);
  add(columns.wantedFiles, place, times);
  if (priority === 1) add(columns.low, place, times);
  if (priority === 3) add(columns.high, place, times);
}

function carry(columns: Columns, from: number, to: number): void {
  add(columns.length, to, columns.length[from] ?? 0);
  add(columns.have, to, columns.have[from] ?? 0);
  add(columns.wantedLength, to, columns.wantedLength[from] ?? 0);
  add(columns.wantedHave, to, columns.wantedHave[from] ?? 0);
  add(columns.files, to, columns.files[from] ?? 0);
  add(columns.wantedFiles, to, columns.wantedFiles[from] ?? 0);
  add(columns.low, to, columns.low[from] ?? 0);
  add(columns.high, to, columns.high[from] ?? 0);
}

function readSum(columns: Columns, place: number): NodeSum {
  const files = columns.files[place] ?? 0;
  const wantedFiles = columns.wantedFiles[place] ?? 0;
  const low = columns.low[place] ?? 0;
  const high = columns.high[place] ?? 0;
  return {
    length: columns.length[place] ?? 0,
    files,
    wantedLength: columns.wantedLength[place] ?? 0,
    wantedFiles,
    have: columns.have[place] ?? 0,
    wantedHave: columns.wantedHave[place] ?? 0,
    check: wantedFiles === 0 ? 'none' : wantedFiles === files ? 'all' : 'some',
    priority: priorityOf(wantedFiles, low, high),
  };
}

function priorityOf(wanted: number, low: number, high: number): Priority | 'mixed' {
  if (wanted === 0) return 0;
  if (low === wanted) return 1;
  if (high === wanted) return 3;
  return low === 0 && high === 0 ? 2 : 'mixed';
}

/** Which part of what is wanted is there, 0 to 1; of everything where nothing is wanted. */
export function fractionOf(sum: NodeSum): number {
  if (sum.wantedFiles === 0) return sum.length === 0 ? 0 : sum.have / sum.length;
  return sum.wantedLength === 0 ? 1 : sum.wantedHave / sum.wantedLength;
}
