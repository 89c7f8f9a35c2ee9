/**
 * What happens before a torrent's files are opened: what was interrupted is brought to an end. Decides where the files
 * are, and which names they have.
 */
import type { Place } from '@jstorrent/engine/ports';
import { finishMove, isSamePlace } from './move.ts';
import { Notes, type Batch, type MoveNote } from './notes.ts';
import { STEP, type DiskSteps, type OwnPath, type Steps } from './steps.ts';

/** Moves that are followed in a row; more than anybody makes before anything is saved. */
const HOPS_MAX = 16;

/** What is about to be opened. */
export interface ArrivalRequest {
  readonly place: Place;
  readonly paths: readonly OwnPath[];
  readonly parts: string;
  /** Place and paths are as the owner has saved them. */
  readonly isSaved: boolean;
}

/** Bring to an end what was interrupted; the place where the files are. */
export function* arrive<S>(disk: DiskSteps<S>, request: ArrivalRequest): Steps<Place> {
  const notes = new Notes(disk, request.parts);
  let { place } = request;
  let at = disk.spot(place);
  let turn = 0;
  for (let hops = 0; hops < HOPS_MAX; hops += 1) {
    const note = notes.move(at);
    if (note?.phase !== 'moved' || note.turn <= turn) break;
    const to = disk.spot(note.to);
    if (!isMeant(notes, to, place, note)) {
      notes.dropMove(at);
      break;
    }
    yield* finishMove({ disk, notes, from: at, to, parts: request.parts }, note);
    ({ turn } = note);
    place = note.to;
    at = to;
  }
  yield* mendNames(disk, notes, at, request.paths);
  if (request.isSaved && place === request.place) settle(disk, notes, at);
  return place;
}

/**
 * Place and paths of the torrent at this place are saved: nothing has to be remembered for the case that they are not,
 * neither here nor where the files were before.
 */
export function settle<S>(disk: DiskSteps<S>, notes: Notes<S>, at: S): void {
  notes.writeBatches(at, []);
  let here = at;
  for (let hops = 0; hops < HOPS_MAX; hops += 1) {
    const origin = notes.origin(here);
    if (origin === null) return;
    let before: S;
    try {
      before = disk.spot(origin.from);
      const note = notes.move(before);
      if (note?.phase === 'moved' && note.turn === origin.turn) notes.dropMove(before);
    } catch {
      // A note over there that cannot be taken away is void without the one here.
      notes.dropOrigin(here);
      return;
    }
    notes.dropOrigin(here);
    here = before;
  }
}

/** The place a note leads to says the same: else it is one that was forgotten here. */
function isMeant<S>(notes: Notes<S>, to: S, from: Place, note: MoveNote): boolean {
  const origin = notes.origin(to);
  return origin?.turn === note.turn && isSamePlace(origin.from, from);
}

/** Give the files the names they are asked for by, where a renaming was made that nobody knows of, or not made to its end. */
function* mendNames<S>(disk: DiskSteps<S>, notes: Notes<S>, at: S, paths: readonly OwnPath[]): Steps<void> {
  const batches = notes.batches(at);
  if (batches.length === 0) return;
  const known = knownBatches(batches, paths);
  if (known === null) return;
  const undone = batches.slice(known).flat().toReversed();
  for (const { from, to } of undone) if (tryRename(disk, at, to, from)) yield STEP;
  const redone = batches.slice(0, known).flat();
  for (const { from, to } of redone) if (tryRename(disk, at, from, to)) yield STEP;
  const all = batches.flat().flatMap(({ from, to }) => [from, to]);
  disk.syncFolders(at, all);
  notes.writeBatches(at, batches.slice(0, known));
  disk.removeEmptyFolders(at, all);
}

function tryRename<S>(disk: DiskSteps<S>, at: S, from: string, to: string): boolean {
  if (disk.look(at, to) !== null || disk.look(at, from) === null) return false;
  return disk.rename(at, from, at, to);
}

/** After how many of the renamings the files have the names of `paths`; null when they never had. */
function knownBatches(batches: readonly Batch[], paths: readonly OwnPath[]): number | null {
  const asked = new Map(paths.map(({ file, path }) => [file, path]));
  const names = new Map<number, string>();
  for (const { file, from } of batches.flat()) if (!names.has(file)) names.set(file, from);
  const isAsked = (): boolean => [...names].every(([file, path]) => asked.get(file) === path);
  let known = isAsked() ? 0 : null;
  for (const [index, batch] of batches.entries()) {
    for (const { file, to } of batch) names.set(file, to);
    if (isAsked()) known = index + 1;
  }
  return known;
}
