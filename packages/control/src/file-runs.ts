/**
 * Files of a torrent as they are sent: those of one folder that follow each other together, with everything left out that is
 * the same for all of them. A list of 100,000 is a quarter of what its rows would be.
 */
import type { FileRow, FileRun } from './schema/details.ts';

/** A file whose progress may be unknown. */
type RunFile = Omit<FileRow, 'have'> & { readonly have?: number };

/** A run stays small beside a message, whatever its names and folders are. */
const RUN_FILES = 1000;
const RUN_UNITS = 32 * 1024;

/** Files in runs, in their order. */
export function runsOf(files: readonly RunFile[]): FileRun[] {
  const runs: FileRun[] = [];
  let from = 0;
  let units = 0;
  for (let at = 0; at < files.length; at += 1) {
    const file = files[at] as RunFile;
    units += file.path.at(-1)?.length ?? 0;
    const isFull = at - from >= RUN_FILES || units > RUN_UNITS;
    if (at > from && (isFull || !follows(files[at - 1] as RunFile, file))) {
      runs.push(runOf(files.slice(from, at)));
      from = at;
      units = 0;
    }
  }
  if (files.length > 0) runs.push(runOf(files.slice(from)));
  return runs;
}

function follows({ index, path }: RunFile, next: RunFile): boolean {
  if (next.index !== index + 1 || next.path.length !== path.length) return false;
  for (let depth = 0; depth < path.length - 1; depth += 1) if (path[depth] !== next.path[depth]) return false;
  return true;
}

function runOf(files: readonly RunFile[]): FileRun {
  const first = files[0] as RunFile;
  const isNone = files.every(({ have = 0 }) => have === 0);
  const isAll = !isNone && files.every(({ have, length }) => have === length);
  return {
    first: first.index,
    folder: first.path.slice(0, -1),
    names: files.map(({ path }) => path.at(-1) ?? ''),
    lengths: files.map(({ length }) => length),
    ...(isNone ? {} : { have: isAll ? 'all' : files.map(({ have = 0 }) => have) }),
    ...(files.every(({ priority }) => priority === 2)
      ? {}
      : { priorities: files.map(({ priority }) => priority) }),
  };
}

/** The files of a run; of one without progress, as of a preview, nothing is there. */
export function filesOfRun({ first, folder, names, lengths, have, priorities }: FileRun): FileRow[] {
  return names.map((name, at) => {
    const length = lengths[at] ?? 0;
    return {
      index: first + at,
      path: [...folder, name],
      length,
      have: have === 'all' ? length : (have?.[at] ?? 0),
      priority: priorities?.[at] ?? 2,
    };
  });
}
