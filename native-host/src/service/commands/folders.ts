/** Commands about folders, and about showing files with other programs. Decides what a path of a front end may name. */
import { basename, join, relative, sep } from 'node:path';
import { CONTROL_LIMITS, ControlError, type Handlers, type Place, type Result } from '@jstorrent/control';
import { isOpenable, openPath } from '../../actions/open-path.ts';
import { pickFolder } from '../../actions/pick-folder.ts';
import type { Root } from '../../store/session-store.ts';
import { pathOf } from '../completed.ts';
import type { Disk } from '../disk.ts';
import { told } from '../errors.ts';
import type { Host } from '../host.ts';
import type { Places } from '../places.ts';

/** What these commands reach beside the host. */
export interface FolderParts {
  readonly disk: Disk;
  readonly places: Places;
}

type FolderHandlers = Pick<
  Handlers,
  | 'folders.roots'
  | 'folders.addRoot'
  | 'folders.removeRoot'
  | 'folders.list'
  | 'folders.create'
  | 'folders.pick'
  | 'folders.freeSpace'
  | 'open.file'
  | 'open.folder'
  | 'open.path'
>;
type RootView = Result<'folders.addRoot'>;

/** The handlers. */
export function folderCommands(host: Host, parts: FolderParts): FolderHandlers {
  const { disk, places } = parts;
  return {
    'folders.roots': async () => {
      const counts = countByRoot(host);
      return { roots: await Promise.all(host.store.roots().map((root) => rootView(disk, root, counts))) };
    },
    'folders.addRoot': async ({ path }) => rootView(disk, await places.addRoot(path), countByRoot(host)),
    'folders.removeRoot': async ({ key }) => {
      if (!host.store.roots().some((root) => root.key === key)) throw new ControlError('UNKNOWN_ROOT');
      if ((countByRoot(host).get(key) ?? 0) === 0) await leaveRoot(host, key);
      told(() => host.store.removeRoot(key));
      host.engine.disk.dropRoot(key);
      return {};
    },
    'folders.list': async ({ place, from, count }) => {
      const { entries, isCut } = await disk.list(place);
      return {
        total: entries.length,
        cut: isCut,
        entries: entries.slice(from, from + count).map(({ name, isFolder, size, mtimeMs }) => ({
          name,
          isFolder,
          size,
          modifiedAt: mtimeMs > 0 ? mtimeMs : null,
        })),
      };
    },
    'folders.create': async ({ place, name }) => {
      const made = { root: place.root, folder: [...place.folder, name] };
      await disk.makeFolder(made);
      return { place: made };
    },
    'folders.pick': async ({ title, start }) => {
      const picked = await pickFolder({
        title: title ?? 'Choose a folder',
        start: start === undefined ? null : pathOf(host, start),
      });
      if (picked.kind === 'unsupported')
        throw new ControlError('UNSUPPORTED', { what: 'Choosing in a window' });
      return { place: picked.kind === 'closed' ? null : await places.of(picked.path) };
    },
    'folders.freeSpace': async ({ place }) => {
      const { free, total } = await disk.space(place);
      return { freeBytes: free, totalBytes: total };
    },
    'open.file': async ({ id, file }) => {
      const path = filePath(host, id, file);
      if (!isOpenable(basename(path))) {
        throw new ControlError('UNSUPPORTED', {
          what: 'Opening a program from here; open its folder instead, which',
        });
      }
      await show(disk, host, host.catalog.get(id).place, path, 'open');
      return {};
    },
    'open.folder': async ({ id, file }) => {
      const { place } = host.catalog.get(id);
      const first = host.engine.files(id)[0];
      const path =
        file !== undefined || first !== undefined ? filePath(host, id, file ?? 0) : pathOf(host, place);
      await show(disk, host, place, path, 'show');
      return {};
    },
    'open.path': async ({ at }) => {
      const name = at.path.at(-1) ?? '';
      const place = { root: at.root, folder: at.path };
      await show(
        disk,
        host,
        { root: at.root, folder: [] },
        pathOf(host, place),
        isOpenable(name) ? 'open' : 'show',
      );
      return {};
    },
  };
}

/** Torrents that could be brought back to a root are removed for good before it is. */
async function leaveRoot(host: Host, key: string): Promise<void> {
  const leaving = host.undo.inRoot(key);
  told(() => host.undo.close(leaving));
  for (const id of leaving) await host.removals.over(id);
}

const NAME_MAX = CONTROL_LIMITS.nameLength;

async function rootView(disk: Disk, root: Root, counts: ReadonlyMap<string, number>): Promise<RootView> {
  const space = await disk.space({ root: root.key, folder: [] }).catch(() => null);
  return {
    key: root.key,
    path: root.path.slice(0, CONTROL_LIMITS.pathLength),
    name: root.label.slice(0, NAME_MAX),
    freeBytes: space?.free ?? null,
    totalBytes: space?.total ?? null,
    available: space !== null,
    torrents: counts.get(root.key) ?? 0,
  };
}

function countByRoot({ catalog }: Host): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { place } of catalog.all()) counts.set(place.root, (counts.get(place.root) ?? 0) + 1);
  return counts;
}

/** Absolute path of a file of a torrent. */
function filePath(host: Host, id: string, file: number): string {
  const found = host.engine.files(id)[file];
  if (found === undefined) throw new ControlError('NOT_FOUND', { folder: 'This file' });
  return join(pathOf(host, host.catalog.get(id).place), ...found.path);
}

async function show(disk: Disk, host: Host, place: Place, path: string, how: 'open' | 'show'): Promise<void> {
  // Only what is inside its root is shown: the daemon follows links and refuses those that lead out.
  const folder = relative(pathOf(host, { root: place.root, folder: [] }), path).split(sep);
  await disk.list({ root: place.root, folder: folder.slice(0, -1) });
  const outcome = await openPath(path, how);
  if (outcome.kind === 'absent') throw new ControlError('UNSUPPORTED', { what: 'Opening files' });
}
