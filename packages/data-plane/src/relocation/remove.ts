/**
 * Deletes what is a torrent's. Decides what that is: files of the layout where regular files stand, links of the layout
 * where links stand, part files, notes, copies that a move left elsewhere; and folders that are empty then.
 */
import type { Place } from '@jstorrent/engine/ports';
import { settle } from './arrive.ts';
import { dropEarlier } from './move.ts';
import { Notes } from './notes.ts';
import { STEP, type DiskSteps, type Steps } from './steps.ts';

/** Whose files are deleted. */
export interface RemoveRequest {
  readonly place: Place;
  readonly files: readonly string[];
  readonly links: readonly string[];
  readonly parts: string;
}

/** Delete. Everything is tried; the first failure is thrown in the end. */
export function* remove<S>(disk: DiskSteps<S>, request: RemoveRequest): Steps<void> {
  const { files, links, parts } = request;
  const at = disk.spot(request.place);
  const failures: unknown[] = [];
  const attempt = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      failures.push(error);
    }
  };
  const own = [
    ...files.map((path) => ({ path, kind: 'file' as const })),
    ...links.map((path) => ({ path, kind: 'link' as const })),
  ];
  let partNames: readonly string[] = [];
  attempt(() => {
    partNames = disk.names(at, parts).filter((name) => /^\d{1,7}\.part(?:\.draft)?$/u.test(name));
  });
  for (const name of partNames) own.push({ path: `${parts}/${name}`, kind: 'file' });
  for (const { path, kind } of own) {
    attempt(() => {
      if (disk.look(at, path)?.kind === kind) disk.unlink(at, path);
    });
    yield STEP;
  }
  const notes = new Notes(disk, parts);
  attempt(() => dropEarlier({ disk, notes, parts }, at, null));
  attempt(() => settle(disk, notes, at));
  const paths = own.map(({ path }) => path);
  disk.removeEmptyFolders(at, [...paths, `${parts}/x`]);
  if (failures.length > 0) throw failures[0];
}
