/**
 * What the user chose in the add dialog, as a command. Decides nothing by itself: defaults come from the settings and from
 * what was chosen the last time.
 */
import type { FileChoice, Params, Place } from '@jstorrent/control';
import type { Priority, TreeFile } from '../model/file-tree.ts';

/** Everything that can be chosen beside the files. */
export interface Choice {
  readonly place: Place | null;
  readonly labels: readonly string[];
  readonly start: boolean;
  readonly queueTop: boolean;
  readonly sequential: boolean;
  readonly skipCheck: boolean;
  /** Empty = as the torrent calls itself. */
  readonly name: string;
}

/** How a torrent is added, without its source. */
export function addOptions(choice: Choice, files: FileChoice | null): Omit<Params<'torrent.add'>, 'source'> {
  const name = choice.name.trim();
  return {
    ...(choice.place === null ? {} : { place: choice.place }),
    start: choice.start,
    queueTop: choice.queueTop,
    sequential: choice.sequential,
    ...(choice.skipCheck ? { skipCheck: true } : {}),
    ...(choice.labels.length === 0 ? {} : { labels: choice.labels }),
    ...(name === '' ? {} : { name }),
    ...(files === null ? {} : { files }),
  };
}

/**
 * The shortest way to say which files are wanted: the most frequent priority as the rest, the others by number. Null when
 * nothing has to be said.
 */
export function fileChoice(files: readonly TreeFile[]): FileChoice | null {
  const counts: [number, number, number, number] = [0, 0, 0, 0];
  for (const { priority } of files) counts[priority] += 1;
  if (counts[2] === files.length) return null;
  const rest = ([2, 0, 1, 3] as const).reduce<Priority>(
    (best, priority) => (counts[priority] > counts[best] ? priority : best),
    2,
  );
  const some = files.flatMap(({ index, priority }): [number, Priority][] =>
    priority === rest ? [] : [[index, priority]],
  );
  return { some, rest };
}

/** Space on the disk after all that is wanted has come. Bytes; null when the free space is not known. */
export interface Space {
  readonly needed: number;
  readonly free: number | null;
  /** Too little by this; 0 when it fits. */
  readonly missing: number;
  /** Left when all is there; null when unknown. */
  readonly left: number | null;
}

/** Whether it fits. */
export function spaceFor(needed: number, free: number | null): Space {
  if (free === null) return { needed, free, missing: 0, left: null };
  return { needed, free, missing: Math.max(0, needed - free), left: Math.max(0, free - needed) };
}
