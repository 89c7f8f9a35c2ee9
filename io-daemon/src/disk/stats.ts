/**
 * What one file looks like on disk, as the port tells it.
 */
import type { Stats } from 'node:fs';
import type { FileStat } from '@jstorrent/engine/ports';

/** Size and whole milliseconds of the last change; null = the file does not exist. */
export function fileStat(stat: Pick<Stats, 'size' | 'mtimeMs'> | null): FileStat {
  return stat === null ? { size: -1, mtimeMs: 0 } : { size: stat.size, mtimeMs: Math.floor(stat.mtimeMs) };
}
