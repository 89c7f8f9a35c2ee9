/**
 * Which files of a watched folder are read now. Decides by name and by stillness: who writes a file changes its size or
 * time between two looks. What becomes of a file that was read is decided elsewhere.
 */

/** A file as the folder lists it. */
export interface ListedFile {
  readonly name: string;
  readonly isFolder: boolean;
  readonly size: number;
  readonly mtimeMs: number;
}

/** What is remembered between two looks, by name. */
export type WatchMemory = ReadonlyMap<string, string>;

/** What one look gives. */
export interface WatchLook {
  /** Names of files to read, in order of name. */
  readonly ready: readonly string[];
  readonly memory: WatchMemory;
}

/** Files read in one look: a folder with thousands is taken up over a while. */
const READY_MAX = 20;

/**
 * Compare a look with the one before. `refused` holds files that could not be used as `markOf` gives them: they wait until
 * they change.
 */
export function lookAt(
  listed: readonly ListedFile[],
  before: WatchMemory,
  refused: WatchMemory,
  maxBytes: number,
): WatchLook {
  const memory = new Map<string, string>();
  const ready: string[] = [];
  for (const file of listed) {
    if (file.isFolder || !/\.torrent$/i.test(file.name) || file.size === 0) continue;
    const mark = markOf(file);
    memory.set(file.name, mark);
    const isStill = before.get(file.name) === mark && refused.get(file.name) !== mark;
    if (isStill && file.size <= maxBytes && ready.length < READY_MAX) ready.push(file.name);
  }
  return { ready, memory };
}

/** What tells two versions of a file apart. */
export function markOf({ size, mtimeMs }: ListedFile): string {
  return `${size} ${mtimeMs}`;
}
