/**
 * Where a torrent's files are and what they are called. Decides when a move, a renaming or a new place is carried out: with
 * the store open, or alone on a store of its own while the torrent waits. How it is done on disk is the plane's matter.
 */
import type { EngineEvent, TorrentId } from '../events.ts';
import type { FilePath, FileStat, Layout, Place, StoreCode, StoreEvent, StoreId } from '../ports.ts';
import { folderRenames, renameProblem, withPaths, type OwnPaths } from '../rules/paths.ts';
import type { AnswerEvent, Asks } from './asks.ts';
import type { Content } from './content.ts';
import type { Progress } from './progress.ts';
import type { Storage } from './storage.ts';
import type { Turn } from './turn.ts';

/** Why files are not where or what they were to be. */
export interface PlaceFailure {
  readonly code: StoreCode;
  readonly detail: string;
  /** Bytes that would be needed, 0 = unknown or not the point. */
  readonly missing: number;
}

/** Told once, inside a turn: null when all is well. Must not call the engine. */
export type PlaceAnswer = (failure: PlaceFailure | null) => void;

/** What a torrent does about its places. */
export interface PlacesOwner {
  readonly id: TorrentId;
  readonly content: Content | null;
  /** Let go of peers and close the store; `onStoreClosed` follows. */
  pause(turn: Turn): void;
  /** The store may be opened again. */
  onPlacesFree(turn: Turn): void;
}

/** What places are reached with. */
export interface PlacesParts {
  readonly place: Place;
  readonly paths: readonly FilePath[];
  readonly storeId: StoreId;
  readonly storage: Storage;
  readonly progress: Progress;
  readonly asks: Asks;
  emit(event: EngineEvent): void;
}

type Wish =
  | { readonly kind: 'move'; readonly place: Place }
  | { readonly kind: 'relocate'; readonly place: Place }
  | { readonly kind: 'rename'; readonly renames: readonly FilePath[] };

/** A wish that has the store for itself: it waits for the store to close, opens it, asks, and closes it. */
interface Task {
  readonly wish: Wish;
  readonly answer: PlaceAnswer;
  step: 'waiting' | 'opening' | 'asking' | 'closing';
  isCancelled: boolean;
  failure: PlaceFailure | null;
  /** Files as they were before. */
  before: readonly FileStat[];
}

const LOST: PlaceFailure = { code: 'DISK_ERROR', detail: 'the disk process stopped', missing: 0 };
const BUSY: PlaceFailure = { code: 'BUSY', detail: 'the files are being moved or renamed', missing: 0 };

/** Place and paths of one torrent. */
export class Places {
  readonly #owner: PlacesOwner;
  readonly #parts: PlacesParts;
  #place: Place;
  #paths: OwnPaths;
  #layout: Layout | null = null;
  #task: Task | null = null;
  #revision = 0;
  #savedRevision = 0;

  constructor(owner: PlacesOwner, parts: PlacesParts) {
    this.#owner = owner;
    this.#parts = parts;
    this.#place = parts.place;
    this.#paths = new Map(parts.paths.map(({ file, path }) => [file, path]));
  }

  get place(): Place {
    return this.#place;
  }

  /** Paths that are not those of the metainfo. */
  get paths(): FilePath[] {
    return [...this.#paths].map(([file, path]) => ({ file, path }));
  }

  /** The owner has saved place and paths as they are. */
  get isSaved(): boolean {
    return this.#savedRevision === this.#revision;
  }

  /** The store must not be opened by anybody else. */
  get isBusy(): boolean {
    return this.#task !== null;
  }

  /** Path of a file by its number, when it is not that of the metainfo. */
  pathOf(file: number): readonly string[] | null {
    return this.#paths.get(file) ?? null;
  }

  /** The layout with the paths that the files have. */
  layout(content: Content): Layout {
    this.#layout ??= withPaths(content.layout, this.#paths);
    return this.#layout;
  }

  /** Of a torrent of which nothing has been opened yet: its files are to be there, as the owner knows. */
  beginAt(place: Place, paths: readonly FilePath[]): void {
    this.#place = place;
    this.#paths = new Map(paths.map(({ file, path }) => [file, path]));
    this.#layout = null;
  }

  // --- wishes ---------------------------------------------------------------------------------------------------------

  /** Move the files, as far as there are any. */
  move(place: Place, answer: PlaceAnswer, turn: Turn): void {
    const { root, folder } = this.#place;
    const isHere = root === place.root && folder.join('/') === place.folder.join('/');
    if (isHere && !this.isBusy) answer(null);
    else this.#begin({ kind: 'move', place }, answer, turn);
  }

  /** The files were moved by hand: look for them there. */
  relocate(place: Place, answer: PlaceAnswer, turn: Turn): void {
    this.#begin({ kind: 'relocate', place }, answer, turn);
  }

  /** Rename files, all or none. */
  rename(renames: readonly FilePath[], answer: PlaceAnswer, turn: Turn): void {
    const { content } = this.#owner;
    const problem = content === null ? 'NOT_FOUND' : renameProblem(this.layout(content).files, renames);
    if (problem !== null) return answer({ code: problem, detail: 'this name cannot be given', missing: 0 });
    const { phase } = this.#parts.storage;
    if (phase === 'closed' || this.isBusy) return this.#begin({ kind: 'rename', renames }, answer, turn);
    if (phase === 'closing' || phase === 'reopening') return answer(BUSY);
    const request = this.#parts.asks.ask((event) => {
      const failure = failureOf(event);
      if (failure === null) this.#renamed(renames);
      answer(failure);
    });
    turn.push({ type: 'renameFiles', store: this.#parts.storeId, request, renames });
  }

  /** Give a folder another path: everything below it moves, or nothing. */
  renameFolder(from: readonly string[], to: readonly string[], answer: PlaceAnswer, turn: Turn): void {
    const { content } = this.#owner;
    const renames = content === null ? [] : folderRenames(this.layout(content).files, from, to);
    if (renames === 'EXISTS')
      return answer({ code: renames, detail: 'this folder is there already', missing: 0 });
    if (renames.length > 0) return this.rename(renames, answer, turn);
    answer({ code: 'NOT_FOUND', detail: 'the torrent has no such folder', missing: 0 });
  }

  /** End a move, if there is one and it still can be ended. */
  cancel(turn: Turn): void {
    if (this.#task?.wish.kind !== 'move') return;
    this.#task.isCancelled = true;
    if (this.#task.step === 'asking' || this.#task.step === 'opening')
      turn.push({ type: 'cancelMove', store: this.#parts.storeId });
  }

  /** The owner has saved what the event with this revision told. */
  saved(revision: number, turn: Turn): void {
    this.#savedRevision = Math.max(this.#savedRevision, Math.min(revision, this.#revision));
    if (!this.isSaved) return;
    this.#parts.storage.replace({ isSaved: true });
    if (this.#parts.storage.phase === 'open') turn.push({ type: 'settleStore', store: this.#parts.storeId });
  }

  // --- what happens ---------------------------------------------------------------------------------------------------

  /** The store of the torrent is closed: whatever waits for it begins. */
  onStoreClosed(turn: Turn): void {
    if (this.#task?.step === 'waiting') this.#open(this.#task, turn);
  }

  /** The files are at another place than the store was opened at. */
  onMoved({ root, folder }: Place): void {
    this.#place = { root, folder };
    this.#parts.storage.replace({ root, folder });
    this.#changed();
  }

  /** Whether an event was about the store of a task. */
  onStoreEvent(event: StoreEvent, turn: Turn): boolean {
    const task = this.#task;
    if (event.type === 'storeMoved') {
      if (task?.wish.kind !== 'relocate') this.onMoved(event);
      return true;
    }
    if (event.type === 'moveProgress') {
      this.#parts.emit({ ...event, type: 'moveProgress', torrent: this.#owner.id });
      return true;
    }
    if (task === null || task.step === 'waiting') return false;
    if (event.type === 'storeOpened') this.#onOpened(task, event.files, turn);
    else if (event.type === 'storeFailed') {
      const { code, detail, missing } = event;
      task.failure = { code, detail, missing };
      // A question about the store fails with it, and ends the task.
      if (task.wish.kind === 'relocate') this.#end(turn);
    } else if (event.type === 'storeClosed') this.#end(turn);
    return true;
  }

  /** The plane is gone; with the next one the torrent opens its store itself. */
  onPlaneLost(): void {
    const task = this.#task;
    if (task === null) return;
    this.#task = null;
    task.answer(task.step === 'closing' ? task.failure : LOST);
  }

  // --- a store for a task ---------------------------------------------------------------------------------------------

  #begin(wish: Wish, answer: PlaceAnswer, turn: Turn): void {
    if (this.isBusy) return answer(BUSY);
    if (this.#owner.content === null && wish.kind !== 'rename') {
      this.#moveTo(wish.place);
      return answer(null);
    }
    const task: Task = { wish, answer, step: 'waiting', isCancelled: false, failure: null, before: [] };
    this.#task = task;
    if (this.#parts.storage.phase === 'closed') this.#open(task, turn);
    else this.#owner.pause(turn);
  }

  #open(task: Task, turn: Turn): void {
    const { content } = this.#owner;
    const { wish } = task;
    if (content === null) return this.#end(turn);
    if (task.isCancelled) {
      task.failure = { code: 'CANCELLED', detail: 'the move was called off', missing: 0 };
      return this.#end(turn);
    }
    const store = this.#parts.storeId;
    const { root, folder } = wish.kind === 'relocate' ? wish.place : this.#place;
    task.step = 'opening';
    turn.push({
      type: 'openStore',
      store,
      root,
      folder,
      isSaved: wish.kind !== 'relocate' && this.isSaved,
      layout: this.layout(content),
      wanted: content.wantedFiles(),
      preallocate: 'sparse',
      partials: [],
    });
    if (wish.kind === 'relocate') return;
    const request = this.#parts.asks.ask((event, later) => this.#onAnswer(task, event, later));
    if (wish.kind === 'move') turn.push({ type: 'moveStore', store, request, ...wish.place });
    else turn.push({ type: 'renameFiles', store, request, renames: wish.renames });
  }

  #onOpened(task: Task, files: readonly FileStat[], turn: Turn): void {
    task.before = files;
    task.step = 'asking';
    if (task.wish.kind !== 'relocate') return;
    const isAnywhere = files.some(({ size }) => size >= 0);
    if (isAnywhere) {
      this.#moveTo(task.wish.place);
      this.#parts.progress.relocated();
    } else {
      task.failure = { code: 'NOT_FOUND', detail: 'no file of the torrent is there', missing: 0 };
    }
    this.#close(task, turn);
  }

  #onAnswer(task: Task, event: AnswerEvent, turn: Turn): void {
    if (task !== this.#task) return;
    const failure = failureOf(event);
    if (failure === LOST) return this.onPlaneLost();
    task.failure ??= failure;
    const { wish } = task;
    if (event.type === 'storeDone' && wish.kind === 'move') {
      this.#moveTo(wish.place);
      const data = this.#parts.progress.moved(task.before, event.files);
      if (data !== null) this.#parts.emit({ type: 'resume', torrent: this.#owner.id, data });
    } else if (event.type === 'storeDone' && wish.kind === 'rename') this.#renamed(wish.renames);
    // What could not be opened need not be closed.
    if (task.step === 'opening') this.#end(turn);
    else this.#close(task, turn);
  }

  #close(task: Task, turn: Turn): void {
    task.step = 'closing';
    turn.push({ type: 'closeStore', store: this.#parts.storeId });
  }

  #end(turn: Turn): void {
    const task = this.#task;
    this.#task = null;
    this.#owner.onPlacesFree(turn);
    task?.answer(task.failure);
  }

  // --- what is known --------------------------------------------------------------------------------------------------

  #moveTo(place: Place): void {
    this.#place = place;
    this.#changed();
  }

  #renamed(renames: readonly FilePath[]): void {
    const paths = new Map(this.#paths);
    const own = this.#owner.content?.layout.files;
    for (const { file, path } of renames) {
      if (own?.[file]?.path.join('/') === path.join('/')) paths.delete(file);
      else paths.set(file, path);
    }
    this.#paths = paths;
    this.#layout = null;
    const { content } = this.#owner;
    if (content !== null) this.#parts.storage.replace({ layout: this.layout(content) });
    this.#changed();
  }

  #changed(): void {
    this.#revision += 1;
    this.#parts.storage.replace({ isSaved: false });
    const { id } = this.#owner;
    this.#parts.emit({
      type: 'placesChanged',
      torrent: id,
      place: this.#place,
      paths: this.paths,
      revision: this.#revision,
    });
  }
}

function failureOf(event: AnswerEvent): PlaceFailure | null {
  if (event.type === 'storeDone') return null;
  if (event.type !== 'storeFailed') return LOST;
  return { code: event.code, detail: event.detail, missing: event.missing };
}
