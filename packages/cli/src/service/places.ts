/**
 * Folders on the command line as places of the service. Decides that a folder the user types may be used from then on, and
 * is made when it is missing.
 */
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { Place } from '@jstorrent/control';
import { makeFolder } from '../folder.ts';
import type { ServiceLink } from './link.ts';

/** The place of a folder, which is made when it is missing. */
export async function placeOfFolder(link: ServiceLink, dir: string): Promise<Place> {
  const path = makeFolder(dir);
  const { roots } = await link.call('folders.roots', {});
  const holding = roots
    .filter((root) => isInside(path, root.path))
    .toSorted((a, b) => b.path.length - a.path.length)[0];
  const root = holding ?? (await link.call('folders.addRoot', { path }));
  return {
    root: root.key,
    folder: relative(root.path, path)
      .split(sep)
      .filter((part) => part !== ''),
  };
}

/** Places as text to show. */
export async function folderTexts(link: ServiceLink): Promise<(place: Place) => string> {
  const { roots } = await link.call('folders.roots', {});
  const paths = new Map(roots.map(({ key, path }) => [key, path]));
  return ({ root, folder }) => join(paths.get(root) ?? `(${root})`, ...folder);
}

function isInside(path: string, folder: string): boolean {
  const way = relative(resolve(folder), path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}
