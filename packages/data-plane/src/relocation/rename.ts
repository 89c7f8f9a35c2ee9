/**
 * Renames files of a torrent, all or none. Decides that nothing is overwritten, and that a renaming that was interrupted
 * can be taken back or brought to its end by whoever opens the files next.
 */
import type { Place } from '@jstorrent/engine/ports';
import { Notes, type Batch } from './notes.ts';
import { STEP, type DiskSteps, type Steps } from './steps.ts';

/** What gets which name. */
export interface RenameRequest {
  readonly place: Place;
  readonly renames: Batch;
  readonly parts: string;
}

/** Rename; a file that does not exist has only its new path checked. On failure everything has its old name again. */
export function* rename<S>(disk: DiskSteps<S>, request: RenameRequest): Steps<void> {
  const { renames, parts } = request;
  const at = disk.spot(request.place);
  const notes = new Notes(disk, parts);
  const present = renames.filter(({ from, to }) => {
    const source = disk.look(at, from);
    const target = disk.look(at, to);
    // On a file system that ignores case, a file renamed to another case of its name meets itself.
    if (target !== null && target.id !== source?.id) throw disk.failure('EXISTS', `${to} is there already`);
    return source !== null;
  });
  if (present.length === 0) return;
  const before = notes.batches(at);
  notes.writeBatches(at, [...before, present]);
  const done: (typeof present)[number][] = [];
  try {
    yield STEP;
    for (const one of present) {
      disk.rename(at, one.from, at, one.to);
      done.push(one);
      yield STEP;
    }
  } catch (error) {
    for (const { from, to } of done.toReversed()) disk.rename(at, to, at, from);
    notes.writeBatches(at, before);
    const targets = present.map(({ to }) => to);
    disk.removeEmptyFolders(at, targets);
    throw error;
  }
  const paths = present.flatMap(({ from, to }) => [from, to]);
  disk.syncFolders(at, paths);
  const sources = present.map(({ from }) => from);
  disk.removeEmptyFolders(at, sources);
}
