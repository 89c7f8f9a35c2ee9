/**
 * Moves a torrent's files to another place. Decides the order of steps, so that whenever they end the files are whole
 * either at the old place or at the new one, and a note at the old place says which.
 *
 * Until the note says `moved` everything is still at the old place: what cannot be renamed to the new one is copied into
 * the folder of part files there. From then on all of it is renamed into place, and what is left at the old place is
 * deleted; whoever finds the note goes on with that. The notes stay until it is certain that the new place is known.
 */
import type { Place } from '@jstorrent/engine/ports';
import { bringAll, checkRoom, COPY_NAME, stage, type Route } from './copies.ts';
import { Notes, type Good, type MoveNote } from './notes.ts';
import type { DiskSteps, OwnPath, Steps } from './steps.ts';

/** Names of part files. */
const PART = /^(\d{1,7})\.part$/u;

/** What is moved where. */
export interface MoveRequest {
  readonly from: Place;
  readonly to: Place;
  /** The torrent's files and links, there or not. */
  readonly paths: readonly OwnPath[];
  /** Path of its folder of part files, the same at every place. */
  readonly parts: string;
}

/** Move everything. Left before it is bound, everything is at the old place, and copies wait for another try. */
export function* move<S>(disk: DiskSteps<S>, request: MoveRequest): Steps<void> {
  const { parts } = request;
  const notes = new Notes(disk, parts);
  const route = { disk, notes, from: disk.spot(request.from), to: disk.spot(request.to), parts };
  if (disk.isSame(route.from, route.to)) return;
  const goods = goodsOf(route, request.paths);
  makeWay(route, goods);
  dropEarlier(route, route.from, request.to);
  const turn = (notes.origin(route.from)?.turn ?? 0) + 1;
  const isFar = disk.isFar(route.from, route.to);
  if (isFar) checkRoom(route, goods);
  const note: MoveNote = { to: request.to, phase: 'copying', turn, goods };
  notes.writeMove(route.from, note);
  const progress = { done: 0, total: isFar ? bytesOf(route, goods) : 0, isBound: false };
  yield { ...progress };
  if (isFar) {
    for (const good of goods) yield* stage(route, good, progress);
    disk.syncFolders(route.to, [`${parts}/x`]);
  }
  notes.writeOrigin(route.to, { from: request.from, turn });
  yield { ...progress };
  notes.writeMove(route.from, { ...note, phase: 'moved' });
  progress.isBound = true;
  yield { ...progress };
  dropOlder(route, turn);
  yield* bringAll(route, goods, progress);
}

/** Go on with a move whose note says `moved`. */
export function* finishMove<S>(route: Route<S>, note: MoveNote): Steps<void> {
  dropOlder(route, note.turn);
  yield* bringAll(route, note.goods, { done: 0, total: 0, isBound: true });
}

/**
 * Delete the note of a move from `at` that never came to its end, and the copies it left, unless they are where the next
 * one goes to (null: there is none).
 */
export function dropEarlier<S>(
  { disk, notes, parts }: Pick<Route<S>, 'disk' | 'notes' | 'parts'>,
  at: S,
  next: Place | null,
): void {
  const note = notes.move(at);
  if (note === null) return;
  if (note.phase === 'copying' && !isSamePlace(note.to, next)) {
    try {
      dropCopies(disk, notes, disk.spot(note.to), parts);
    } catch {
      // A place that is not there any more holds nothing of ours that could be reached.
    }
  }
  notes.dropMove(at);
}

/** Whether both name the same place. */
export function isSamePlace(a: Place, b: Place | null): boolean {
  return b !== null && a.root === b.root && a.folder.join('/') === b.folder.join('/');
}

function dropCopies<S>(disk: DiskSteps<S>, notes: Notes<S>, at: S, parts: string): void {
  for (const name of disk.names(at, parts)) if (COPY_NAME.test(name)) disk.unlink(at, `${parts}/${name}`);
  notes.dropOrigin(at);
  disk.removeEmptyFolders(at, [`${parts}/x`]);
}

/** Files that came back here are not to be sent away again by the note of an older move. */
function dropOlder<S>({ notes, to }: Route<S>, turn: number): void {
  const note = notes.move(to);
  if (note !== null && note.turn < turn) notes.dropMove(to);
}

/** What is there to be moved. */
function goodsOf<S>({ disk, notes, from, parts }: Route<S>, paths: readonly OwnPath[]): Good[] {
  const goods: Good[] = [];
  for (const { file, path } of paths) goods.push({ key: `f${file}`, path });
  for (const name of disk.names(from, parts)) {
    const piece = PART.exec(name)?.[1];
    if (piece !== undefined) goods.push({ key: `p${piece}`, path: `${parts}/${name}` });
  }
  goods.push({ key: 'renames', path: notes.renamesPath });
  return goods.filter(({ path }) => {
    const entry = disk.look(from, path);
    return entry !== null && entry.kind !== 'other';
  });
}

/** Nothing of others may be in the way; what an earlier stay of the torrent left in its folder of part files is no use. */
function makeWay<S>({ disk, to, parts }: Route<S>, goods: readonly Good[]): void {
  for (const { path } of goods) {
    if (disk.look(to, path) === null) continue;
    if (!path.startsWith(`${parts}/`)) throw disk.failure('EXISTS', `${path} is there already`);
    disk.unlink(to, path);
  }
}

function bytesOf<S>({ disk, from }: Route<S>, goods: readonly Good[]): number {
  return goods.reduce((sum, { path }) => sum + (disk.look(from, path)?.size ?? 0), 0);
}
