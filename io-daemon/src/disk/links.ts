/**
 * Targets of symbolic links in torrents (BEP 47). Decides which links are made at all.
 */
import { posix } from 'node:path';
import type { LayoutFile } from '@jstorrent/engine/ports';

/**
 * The target of a link relative to the folder it is in; null when the link would leave the torrent's own top folder, or
 * is none: such links are not made.
 */
export function linkTarget(file: LayoutFile): string | null {
  const { kind, path, target } = file;
  const [top] = path;
  if (kind !== 'symlink' || target === undefined || path.length < 2 || target[0] !== top) return null;
  if (target.some((component) => ['', '.', '..'].includes(component) || /[/\\\0]/u.test(component)))
    return null;
  return posix.relative(path.slice(0, -1).join('/'), target.join('/')) || '.';
}
