/** Which files are wanted: by the numbers that `info` shows, or as a magnet link says (BEP 53). */
import type { Priority } from '@jstorrent/engine';
import type { FileRange, Info } from '@jstorrent/protocol';
import { realFiles } from './describe.ts';
import { usageError } from './errors.ts';
import type { NumberRange } from './option-values.ts';

/** A choice of files: numbers from 1 that do not count padding, or indices from 0 that do. */
export type Selection =
  | { readonly kind: 'all' }
  | { readonly kind: 'numbers'; readonly ranges: readonly NumberRange[] }
  | { readonly kind: 'indices'; readonly ranges: readonly FileRange[] };

const NORMAL: Priority = 2;
const SKIP: Priority = 0;

/** One priority per file of the torrent, pads included; empty = all. A number that no file has is a usage error. */
export function toPriorities(selection: Selection, info: Info): Priority[] {
  if (selection.kind === 'all') return [];
  const priorities = info.files.map((): Priority => SKIP);
  if (selection.kind === 'indices') {
    for (const { first, last } of selection.ranges) priorities.fill(NORMAL, first, last + 1);
    // A choice that leaves nothing says nothing about this torrent.
    return priorities.includes(NORMAL) ? priorities : [];
  }
  const real = realFiles(info);
  for (const { first, last } of selection.ranges) {
    if (last > real.length) {
      throw usageError(
        `--files names file ${last}, but the torrent has ${real.length}; see "jstorrent info"`,
      );
    }
    for (const { index } of real.slice(first - 1, last)) priorities[index] = NORMAL;
  }
  return priorities;
}
